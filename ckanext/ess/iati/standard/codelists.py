"""Code lists of the IATI standard, with names in English and French.

>>> codelist("OrganisationType").codes["22"].name("fr")
'ONG nationale'
>>> label("Country", "SN", "fr")
'Sénégal'
>>> label("Sector", "00000", "fr")
'00000'

A list is read from its own table when it is first asked for. Lists that belong to a version of the standard
("embedded") are read for that version; the others are one list for all versions. No list was published for
1.01 to 1.03: the lists of 1.04 stand for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ckanext.ess.identifiers.tsv import rows

from . import cldr
from .versions import LATEST, codelist_version

DATA = Path(__file__).parent / "data"
SHARED = "all"

WITHDRAWN = "withdrawn"
_WRONG_UPSTREAM = "wrong upstream"


class Code(NamedTuple):
    """One code of a list; ``status`` is "active" or "withdrawn", ``withdrawn_on`` an ISO date or ""."""

    code: str
    name_en: str
    name_fr: str
    status: str = "active"
    replaced_by: tuple[str, ...] = ()
    category: str = ""
    withdrawn_on: str = ""

    @property
    def is_withdrawn(self) -> bool:
        """The code may be found in older data and should no longer be used."""
        return self.status == WITHDRAWN

    def name(self, lang: str) -> str:
        """Name in French for ``fr`` (English where there is none), in English otherwise; else the code."""
        french = self.name_fr if lang.startswith("fr") else ""
        return french or self.name_en or self.code


@dataclass(frozen=True)
class Codelist:
    """A list of codes; ``complete`` is false when the standard says that other codes may be used too."""

    name: str
    version: str
    codes: Mapping[str, Code]
    complete: bool
    category_list: str
    title_en: str
    title_fr: str
    withdrawn: frozenset[str]

    def __contains__(self, code: str) -> bool:
        return code in self.codes

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes.values())

    def __len__(self) -> int:
        return len(self.codes)

    def active(self) -> list[Code]:
        """Codes that may be used today, in the order of the list."""
        return [code for code in self if not code.is_withdrawn]

    def title(self, lang: str) -> str:
        """Name of the list itself."""
        return (self.title_fr if lang.startswith("fr") else self.title_en) or self.name


class UnknownCodelist(KeyError):
    """No list of this name exists in this version of the standard."""

    def __init__(self, name: str, version: str) -> None:
        super().__init__(name)
        self.name, self.version = name, version

    def __str__(self) -> str:
        return f"the IATI standard {self.version} has no code list named {self.name}"


class _Entry(NamedTuple):
    """A line of ``lists.tsv``."""

    folder: str
    name: str
    size: int
    complete: bool
    category_list: str
    title_en: str


@lru_cache(maxsize=1)
def _index() -> dict[tuple[str, str], _Entry]:
    """Lists by folder (a version, or ``all``) and name."""
    table = rows(DATA / "codelists" / "lists.tsv")
    return {
        (folder, name): _Entry(folder, name, int(count), complete == "yes", category, title)
        for folder, name, count, complete, category, title in table
    }


@lru_cache(maxsize=1)
def _french() -> dict[tuple[str, str], tuple[str, str]]:
    """Our own French names by list and code ("" for the list's title), with the reason for each."""
    return {(name, code): (french, why) for name, code, french, why in rows(DATA / "french.tsv")}


@lru_cache(maxsize=1)
def _replacements() -> dict[tuple[str, str], tuple[str, ...]]:
    """Codes to use instead of a withdrawn one, by list and code."""
    return {(name, code): tuple(new.split()) for name, code, new, _why in rows(DATA / "replacements.tsv")}


def names(version: str = LATEST) -> list[str]:
    """Names of the lists of a version, sorted."""
    folders = {codelist_version(version), SHARED}
    return sorted({name for folder, name in _index() if folder in folders})


def _entry(name: str, version: str) -> _Entry:
    index = _index()
    entry = index.get((codelist_version(version), name)) or index.get((SHARED, name))
    if entry is None:
        raise UnknownCodelist(name, version)
    return entry


def codelist(name: str, version: str = LATEST) -> Codelist:
    """The list of this name in a version of the standard; raises ``UnknownCodelist``."""
    entry = _entry(name, version)
    return _load(entry.folder, name)


def label(list_name: str, code: str, lang: str, version: str = LATEST) -> str:
    """Name of a code in a language; the code itself when the list, or the standard, does not know it."""
    try:
        known = codelist(list_name, version).codes.get(code)
    except UnknownCodelist:
        return code
    return code if known is None else known.name(lang)


def _code(folder: str, name: str, cells: list[str]) -> Code:
    code, english, french, status, category, withdrawn = cells
    return Code(
        code=code,
        name_en=cldr.name(name, code, "en") or english,
        name_fr=_french_name(folder, name, code, french),
        status=status,
        replaced_by=_replacements().get((name, code), ()) if status == WITHDRAWN else (),
        category=category,
        withdrawn_on=withdrawn,
    )


class _Codes(Mapping[str, Code]):
    """Codes made when asked for: checking a file needs few of them, and not the CLDR that takes 30 ms."""

    def __init__(self, folder: str, name: str, cells: Mapping[str, list[str]]) -> None:
        self._folder, self._name, self._cells = folder, name, cells
        self._made: dict[str, Code] = {}

    def __contains__(self, code: object) -> bool:
        return code in self._cells

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, code: str) -> Code:
        if code not in self._made:
            self._made[code] = _code(self._folder, self._name, self._cells[code])
        return self._made[code]


@lru_cache(maxsize=256)
def _load(folder: str, name: str) -> Codelist:
    entry = _index()[folder, name]
    cells = {row[0]: row for row in _table(folder, name)}
    title_fr, _why = _french().get((name, ""), ("", ""))
    return Codelist(
        name=name,
        version="" if folder == SHARED else folder,
        codes=_Codes(folder, name, cells),
        complete=entry.complete,
        category_list=entry.category_list,
        title_en=entry.title_en,
        title_fr=title_fr,
        withdrawn=frozenset(code for code, row in cells.items() if row[3] == WITHDRAWN),
    )


def _table(folder: str, name: str) -> list[list[str]]:
    return rows(DATA / "codelists" / folder / f"{name}.tsv")


def _french_name(folder: str, name: str, code: str, official: str) -> str:
    """Official French where it is right; else ours; else that of the newest version's code; else CLDR's."""
    ours, why = _french().get((name, code), ("", ""))
    if official and why != _WRONG_UPSTREAM:
        return official
    return ours or _newest_french(folder, name).get(code, "") or cldr.name(name, code, "fr")


@lru_cache(maxsize=64)
def _newest_french(folder: str, name: str) -> dict[str, str]:
    """French names of the newest version's list; empty for a list that is itself the newest."""
    if folder in (LATEST, SHARED) or (LATEST, name) not in _index():
        return {}
    return {cells[0]: cells[2] for cells in _table(LATEST, name)}
