"""Readable titles for datasets whose own title tells nothing ("040324", a file name, nothing at all)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import cast

from babel import Locale

from ckanext.ess.sources.base import DatasetDraft

_KINDS: Mapping[str, Mapping[str, str]] = {
    "activities": {"en": "IATI activities", "fr": "Activités IATI"},
    "organisations": {"en": "IATI organisation file", "fr": "Fichier d’organisation IATI"},
    "": {"en": "IATI data", "fr": "Données IATI"},
}
#: Words that only say that this is a dataset, in titles and in dataset names.
_HOLLOW = frozenset({
    "act", "acts", "activite", "activites", "activity", "activities", "aid", "data", "dataset", "datasets",
    "donnees", "export", "feed", "fichier", "file", "files", "final", "iati", "new", "none", "null", "org",
    "organisation", "organisations", "organization", "output", "projects", "published", "registry", "sample",
    "test", "untitled", "upload", "version", "xml",
})  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_LETTERS = 3
_FEW_COUNTRIES = 3


def is_junk(title: str, name: str = "") -> bool:
    """Whether a title says nothing to a reader: digits, a file name, the dataset's own name, hollow words.

    >>> is_junk("040324"), is_junk("iati-activities.xml"), is_junk("Projets au Sénégal 2024")
    (True, True, False)
    """
    text = title.strip()
    if not text or text.lower().endswith(".xml") or text.lower() == name.lower():
        return True
    return not _telling(text)


def readable_title(draft: DatasetDraft, lang: str = "fr") -> str:
    """The dataset's title, or one made of publisher, kind of file and country where it has none.

    Call it again after the file was read: only then may the country be known.

    Args:
        draft: the dataset.
        lang: ``fr`` or ``en``; English for any other language.
    """
    if not is_junk(draft.title, draft.name):
        return draft.title
    publisher = draft.publisher.title or draft.publisher.name
    kind = _KINDS.get(draft.file_type, _KINDS[""])
    names = _country_names(draft.countries, lang)
    place, rest = ", ".join(names), " ".join(_remainder(draft, names))
    if place and rest:
        place, rest = f"{place} ({rest})", ""
    return " – ".join(part for part in (publisher, kind.get(lang, kind["en"]), place or rest) if part)


def _telling(text: str) -> list[str]:
    """The words of a text that say something; letters alone or in pairs do not ("v2", "a")."""
    words = _WORD.findall(text)
    return [word for word in words if len(word) >= _ENOUGH_LETTERS and _plain(word) not in _HOLLOW]


def _plain(word: str) -> str:
    """A word without accents and capitals.

    >>> _plain("Sénégal")
    'senegal'
    """
    letters = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _country_names(codes: tuple[str, ...], lang: str) -> list[str]:
    """Names of the countries, when there are few."""
    if len(codes) > _FEW_COUNTRIES:
        return []
    names = cast("Mapping[str, str]", Locale(lang if lang in ("en", "fr") else "en").territories)
    return sorted((names[code] for code in codes if code in names), key=_plain)


def _remainder(draft: DatasetDraft, countries: list[str]) -> list[str]:
    """What the dataset's name adds to its publisher and countries, so that files of one publisher differ."""
    rest = draft.name.removeprefix(draft.publisher.name) if draft.publisher.name else draft.name
    told = {_plain(word) for code in draft.countries for word in _words_of_country(code)}
    told |= {_plain(word) for name in countries for word in _WORD.findall(name)}
    words = [word for word in re.split(r"[\W_]+", rest) if word and _plain(word) not in _HOLLOW | told]
    return (
        words if not countries or any(len(word) >= _ENOUGH_LETTERS for word in words if _says(word)) else []
    )


def _says(word: str) -> bool:
    """Whether a word of a name is one, or a year; serial numbers only count where nothing else differs."""
    return bool(_WORD.fullmatch(word)) or bool(re.fullmatch("(?:19|20)[0-9]{2}", word))


def _words_of_country(code: str) -> list[str]:
    both = (cast("Mapping[str, str]", Locale(lang).territories).get(code, "") for lang in ("en", "fr"))
    return [code, *(word for name in both for word in _WORD.findall(name))]
