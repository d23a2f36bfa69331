"""Small helpers to write IATI in any version: elements, texts in one or two languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from sample.themes import Told

Element = etree._Element  # noqa: SLF001 (lxml gives its class no other name)
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
CURRENCY = "EUR"


@dataclass(frozen=True)
class Style:
    """How a file is written: version of the standard, languages (the first is the default one)."""

    version: str
    languages: tuple[str, ...]

    @property
    def is_first(self) -> bool:
        """Whether it is of the first generation, 1.0x."""
        return self.version.startswith("1")

    def texts(self, told: Told) -> list[tuple[str, str]]:
        """Language and text, in the file's languages; one that repeats another is left out."""
        both = {"fr": told[0], "en": told[1]}
        found = [(language, both[language]) for language in self.languages]
        return found if len({text for _, text in found}) == len(found) else found[:1]


def add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """A child; an underscore in an attribute's name stands for a hyphen, ``lang`` for ``xml:lang``."""
    child = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value:
            child.set(_LANG if name == "lang" else name.rstrip("_").replace("_", "-"), value)
    child.text = text
    return child


def tell(parent: Element, tag: str, told: Told, style: Style, **attributes: str) -> None:
    """An element with a text: narratives from 2.01 on, before that one element per language."""
    texts = style.texts(told)
    if style.is_first:
        for index, (language, text) in enumerate(texts):
            add(parent, tag, text, **attributes, lang=language if index else "")
        return
    element = add(parent, tag, **attributes)
    narratives(element, texts)


def narratives(element: Element, texts: Sequence[tuple[str, str]]) -> None:
    """Narratives; the first is in the default language and does not name it."""
    for index, (language, text) in enumerate(texts):
        add(element, "narrative", text, lang=language if index else "")


def period(parent: Element, start: str, end: str) -> None:
    """Both ends of a period."""
    add(parent, "period-start", iso_date=start)
    add(parent, "period-end", iso_date=end)


def document(root: Element) -> bytes:
    """The file, with the note that says what it is."""
    note = etree.Comment(" Données d’exemple : tout est inventé. Sample data: everything is made up. ")
    root.addprevious(note)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=True)
