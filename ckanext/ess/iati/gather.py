"""Facts of activities and organisations, element by element, added to what is already known."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ckanext.ess.iati.read.tree import Element, strings, text_of

_languages = strings("//@xml:lang")
_ISO_639_1 = re.compile(r"[a-z]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_REGION = re.compile(r"\d{2,3}")
_SECTOR = re.compile(r"\d{5}")
_GROUP = re.compile(r"\d{3}")
_GOAL = re.compile(r"0?([1-9]|1[0-7])(?:\.\w+)?")
_TRUE = frozenset({"1", "true"})


def _strings() -> set[str]:
    return set()


@dataclass
class Gathered:
    """What has been seen so far; sets hold codes."""

    count: int = 0
    countries: set[str] = field(default_factory=_strings)
    regions: set[str] = field(default_factory=_strings)
    sectors: set[str] = field(default_factory=_strings)
    sector_groups: set[str] = field(default_factory=_strings)
    sdgs: set[str] = field(default_factory=_strings)
    languages: set[str] = field(default_factory=_strings)
    humanitarian: bool = False
    updated: str = ""
    publisher_ref: str = ""
    publisher_name: str = ""
    secondary_reporter: bool = False


def gather(element: Element, gathered: Gathered) -> None:
    """Add what one ``iati-activity`` or ``iati-organisation`` says."""
    gathered.updated = max(gathered.updated, day(element.get("last-updated-datetime", "")))
    gathered.humanitarian = gathered.humanitarian or element.get("humanitarian", "").strip() in _TRUE
    for found in _languages(element):
        code = found.strip()[:2].lower()
        if _ISO_639_1.fullmatch(code) and not found.strip()[2:3].isalpha():
            gathered.languages.add(code)
    for child in element.iter(*_TAKERS):
        if _in_place(child, element):
            _TAKERS[child.tag](child, gathered)


def day(text: str) -> str:
    """Return the ISO date that a date or date-time text starts with, or an empty string."""
    try:
        return dt.date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return ""


def _in_place(child: Element, element: Element) -> bool:
    """Whether a fact stands on the activity itself, on a transaction or in an organisation's budget."""
    parent = child.getparent()
    return parent is element or (
        parent is not None and parent.tag in _HOLDERS and parent.getparent() is element
    )


_HOLDERS = frozenset({"transaction", "recipient-country-budget", "recipient-region-budget"})


def _country(child: Element, gathered: Gathered) -> None:
    code = child.get("code", "").strip().upper()
    if _COUNTRY.fullmatch(code):
        gathered.countries.add(code)


def _region(child: Element, gathered: Gathered) -> None:
    code = child.get("code", "").strip()
    if child.get("vocabulary", "1").strip() in {"", "1", "DAC"} and _REGION.fullmatch(code):
        gathered.regions.add(code)


def _sector(child: Element, gathered: Gathered) -> None:
    code = child.get("code", "").strip()
    vocabulary = child.get("vocabulary", "").strip()
    if vocabulary in {"", "1", "DAC"} and _SECTOR.fullmatch(code):
        gathered.sectors.add(code)
    elif vocabulary in {"2", "DAC-3"} and _GROUP.fullmatch(code):
        gathered.sector_groups.add(code)
    elif vocabulary in {"7", "8"}:
        _goal(code, gathered)


def _tag(child: Element, gathered: Gathered) -> None:
    if child.get("vocabulary", "").strip() in {"2", "3"}:
        _goal(child.get("code", "").strip(), gathered)


def _goal(code: str, gathered: Gathered) -> None:
    if match := _GOAL.fullmatch(code):
        gathered.sdgs.add(match[1])


def _reporter(child: Element, gathered: Gathered) -> None:
    if child.get("secondary-reporter", "").strip() in _TRUE:
        gathered.secondary_reporter = True
    if not gathered.publisher_ref:
        gathered.publisher_ref = " ".join(child.get("ref", "").split())
    if not gathered.publisher_name:
        narrative = child.find("narrative")
        gathered.publisher_name = " ".join(text_of(child if narrative is None else narrative).split())


def _transaction(child: Element, gathered: Gathered) -> None:
    if child.get("humanitarian", "").strip() in _TRUE:
        gathered.humanitarian = True


def _scope(child: Element, gathered: Gathered) -> None:
    gathered.humanitarian = gathered.humanitarian or child.tag == "humanitarian-scope"


_TAKERS: dict[str, Callable[[Element, Gathered], None]] = {
    "recipient-country": _country,
    "recipient-region": _region,
    "sector": _sector,
    "tag": _tag,
    "reporting-org": _reporter,
    "transaction": _transaction,
    "humanitarian-scope": _scope,
}
