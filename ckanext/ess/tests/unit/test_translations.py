"""Every text of the package is in the French catalogue, translated, confirmed, with its placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[2]
FRENCH = PACKAGE / "i18n" / "fr" / "LC_MESSAGES" / "ckanext-ess.po"
METHODS = [("tests/**", "ignore"), ("**.py", "python"), ("templates/**.html", "ckan")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "ungettext": (1, 2)}
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)s|%s|%d")

pytest.importorskip("ckan", reason="texts of templates are found by CKAN's own extractor")


def catalogue() -> Catalog:
    """The French catalogue as it is in the sources."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def strings(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or singular and plural."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


MESSAGES = [message for message in catalogue() if message.id]


def name(message: Message) -> str:
    """A message's text, short enough for a test's name."""
    return str(message.id)[:40]


def test_every_text_is_in_the_catalogue() -> None:
    """After a new text: ``python tools/translations.py``."""
    found = extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS)
    texts = {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in MESSAGES}
    assert texts - known == set()
    assert known - texts == set()


@pytest.mark.parametrize("message", MESSAGES, ids=name)
def test_translated(message: Message) -> None:
    """Nothing is missing, nothing is a guess."""
    assert not message.fuzzy
    assert all(strings(message))


@pytest.mark.parametrize("message", MESSAGES, ids=name)
def test_placeholders_are_kept(message: Message) -> None:
    """A lost placeholder is a page that fails in one language only."""
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    expected = {frozenset(PLACEHOLDER.findall(text)) for text in texts}
    assert {frozenset(PLACEHOLDER.findall(text)) for text in strings(message)} <= expected


@pytest.mark.parametrize("message", MESSAGES, ids=name)
def test_french_typography(message: Message) -> None:
    """Typographic apostrophes, and no break before high punctuation."""
    for text in strings(message):
        assert not re.search(r"\w'\w", text)
        assert not re.search(r" [;:!?»]|« ", text)
