"""Texts in several languages, in the ways of 1.0x and 2.0x."""

from __future__ import annotations

import re
from typing import Any

from ckanext.ess.iati.extract.values import language
from ckanext.ess.iati.read.tree import Element, text_of

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: A longer text is cut: no title or description has it.
LONGEST_TEXT = 50_000
_PARAGRAPH = re.compile(r"\s*\n\s*\n\s*")


def texts(element: Element, default: str) -> dict[str, str]:
    """Return language → text of an element: of its narratives, else (1.0x) its own.

    A second text in the same language follows the first after a blank line.

    Args:
        element: a title, a description, an organisation…
        default: the language of the activity, of two letters or "".
    """
    found: dict[str, str] = {}
    above = element.get(LANG)
    if above is not None:
        default = language(above) or default
    for narrative in element.iterchildren("narrative"):
        if text := clean(text_of(narrative)):
            lang = narrative.get(LANG)
            join(found, default if lang is None else language(lang), text)
    if not found and not len(element) and element.text and (text := clean(element.text)):
        found[default] = text
    return found


def put(found: dict[str, Any], name: str, element: Element, default: str) -> None:
    """Keep an element's texts under a name; in 1.0x a second element of the name is another language."""
    if text := texts(element, default):
        before = found.get(name, {})
        found[name] = {**before, **text, **before}


def join(found: dict[str, str], lang: str, text: str) -> None:
    """Add a text to those of its language."""
    before = found.get(lang)
    found[lang] = text if before is None or before == text else f"{before}\n\n{text}"[:LONGEST_TEXT]


def clean(text: str) -> str:
    r"""Return a text with its paragraphs, one blank between words; cut where it is longer than any text.

    >>> clean("  one \n  two ")
    'one two'
    >>> clean("one\n \n\ttwo")
    'one\n\ntwo'
    """
    if "\n" not in text:
        return " ".join(text.split())[:LONGEST_TEXT]
    paragraphs = _PARAGRAPH.split(text.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)[:LONGEST_TEXT]
