"""Texts that come in several languages: the reader's first, the others one click away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from babel import Locale

from ckanext.ess.schema import choices, display, language


class Text(NamedTuple):
    """A text and its language, empty where unknown."""

    text: str
    lang: str = ""

    @property
    def language(self) -> str:
        """What the language is called; nothing where it is not known."""
        return _called(self.lang)


def in_language(texts: Mapping[str, str] | None) -> Text:
    """Return the text in the reader's language, else the one of unknown language, else English, else any."""
    ordered = all_of(texts)
    return ordered[0] if ordered else Text("")


def all_of(texts: Mapping[str, str] | None) -> list[Text]:
    """Return the texts that say something, the one that the reader reads best first."""
    given = {lang: text.strip() for lang, text in (texts or {}).items() if text and text.strip()}
    order = dict.fromkeys([language.current(), "", "en", *given])
    return [Text(given[lang], lang) for lang in order if lang in given]


def plain(texts: Mapping[str, str] | None) -> str:
    """Return the text that the reader reads best, alone."""
    return in_language(texts).text


def label(list_name: str, code: str) -> str:
    """Return what a code is called in the page's language; the code where nobody knows."""
    return choices.label(list_name, code, language.current()) if code else ""


def labels(list_name: str, codes: Iterable[str]) -> list[str]:
    """Return the names of codes in the page's language."""
    return [label(list_name, code) for code in codes]


def day(value: str | None) -> str:
    """Return a day as people write it."""
    return display.date(value) if value else ""


def safe_url(address: str | None) -> str:
    """Return an address that may stand in a link: of the web, nothing else."""
    text = (address or "").strip()
    return text if text.lower().startswith(("http://", "https://")) else ""


def _called(lang: str) -> str:
    name = Locale.parse(language.current()).languages.get(lang.lower()[:2], lang)
    return name[:1].upper() + name[1:]
