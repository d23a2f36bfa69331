"""What is known of an activity while it is being read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from ckanext.ess.iati.extract.document import (
    NOBODY,
    Coded,
    Location,
    Marker,
    Organisation,
    Participation,
    Related,
    Scope,
)
from ckanext.ess.iati.extract.values import LONGEST
from ckanext.ess.iati.read.tree import Element

Record = dict[str, Any]
#: Problems kept of one activity; of more, the number is told.
MOST_PROBLEMS = 50
_SHOWN = 100


class Told(NamedTuple):
    """A problem and the element where it is."""

    code: str
    at: Element
    params: dict[str, str]


class Part(NamedTuple):
    """A country, region or sector with its percentage; ``code`` is "" where it is not usable."""

    code: str
    percentage: float | None


class Own(NamedTuple):
    """The places and sectors that a transaction names itself."""

    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Entry(NamedTuple):
    """An amount of money with what it is summed by. ``period`` is that of a budget, else ""."""

    type: str
    year: int | None
    currency: str
    amount: Decimal
    own: Own
    period: str = ""
    revised: bool = False
    record: Record | None = None


class Draft:
    """An activity under way: readers of its elements add to it, ``activity.extract`` makes the document."""

    def __init__(self, language: str, currency: str) -> None:
        self.language = language
        self.currency = currency
        self.detail: Record = {}
        self.problems: list[Told] = []
        self.untold = 0
        self.reporting: Organisation = NOBODY
        self.participating: list[Participation] = []
        self.other_identifiers: list[str] = []
        self.related: list[Related] = []
        self.countries: list[Part] = []
        self.regions: list[Part] = []
        self.sectors: dict[str, list[Part]] = {}
        self.sector_names: dict[tuple[str, str], dict[str, str]] = {}
        self.transaction_sectors: dict[tuple[str, str], None] = {}
        self.goals: set[str] = set()
        self.targets: set[str] = set()
        self.locations: list[Location] = []
        self.markers: list[Marker] = []
        self.tags: list[Coded] = []
        self.scopes: list[Scope] = []
        self.aid_types: list[Coded] = []
        self.codes: dict[str, str] = {}
        self.dates: dict[str, dt.date] = {}
        self.entries: list[Entry] = []
        self.categories: dict[str, None] = {}
        self.humanitarian = False

    def tell(self, code: str, at: Element, value: str = "", **params: str) -> None:
        """Note that a value cannot be used, and go on."""
        if len(self.problems) < MOST_PROBLEMS:
            shown = " ".join(value[:_SHOWN].split())
            self.problems.append(Told(code, at, {"value": shown, "element": at.tag, **params}))
        else:
            self.untold += 1

    def attribute(self, at: Element, name: str) -> str:
        """Return an attribute without blanks around it, "" where it is absent or far too long."""
        text = at.get(name)
        if text is None:
            return ""
        text = text.strip()
        if len(text) > LONGEST:
            self.tell("too-long", at, text, attribute=name, limit=str(LONGEST))
            return ""
        return text

    def code(self, at: Element) -> str:
        """Return the attribute ``code``."""
        return self.attribute(at, "code")

    def add(self, name: str, record: Record) -> None:
        """Add a record to a list of the detail."""
        self.detail.setdefault(name, []).append(record)
