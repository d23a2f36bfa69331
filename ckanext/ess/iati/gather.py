"""Facts of activities and organisations, element by element, added to what is already known."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ckanext.ess.iati import coded
from ckanext.ess.iati.coded import TRUE
from ckanext.ess.iati.read.tree import Element, strings, text_of

_languages = strings("//@xml:lang")
_ISO_639_1 = re.compile(r"[a-z]{2}")


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
    gathered.humanitarian = gathered.humanitarian or element.get("humanitarian", "").strip() in TRUE
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
    if code := coded.country(child.get("code", "")):
        gathered.countries.add(code)


def _region(child: Element, gathered: Gathered) -> None:
    vocabulary = coded.vocabulary(child.get("vocabulary", ""))
    if vocabulary == coded.OECD and (code := coded.region(child.get("code", ""))):
        gathered.regions.add(code)


def _sector(child: Element, gathered: Gathered) -> None:
    written = child.get("code", "")
    vocabulary = coded.vocabulary(child.get("vocabulary", ""))
    if vocabulary == coded.OECD and (code := coded.sector(written)):
        gathered.sectors.add(code)
    elif vocabulary == coded.OECD_GROUPS and (code := coded.group(written)):
        gathered.sector_groups.add(code)
    elif vocabulary in {coded.SDG_GOALS, coded.SDG_TARGETS}:
        _goal(written, gathered)


def _tag(child: Element, gathered: Gathered) -> None:
    if child.get("vocabulary", "").strip() in {coded.TAG_GOALS, coded.TAG_TARGETS}:
        _goal(child.get("code", ""), gathered)


def _goal(written: str, gathered: Gathered) -> None:
    if number := coded.goal(written):
        gathered.sdgs.add(number)


def _reporter(child: Element, gathered: Gathered) -> None:
    if child.get("secondary-reporter", "").strip() in TRUE:
        gathered.secondary_reporter = True
    if not gathered.publisher_ref:
        gathered.publisher_ref = " ".join(child.get("ref", "").split())
    if not gathered.publisher_name:
        narrative = child.find("narrative")
        gathered.publisher_name = " ".join(text_of(child if narrative is None else narrative).split())


def _transaction(child: Element, gathered: Gathered) -> None:
    if child.get("humanitarian", "").strip() in TRUE:
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
