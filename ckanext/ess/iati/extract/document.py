"""What is learnt of one activity, as values: no framework, exact amounts, codes in the spelling of 2.03."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from ckanext.ess.iati.read.problems import Problem

#: Language → text; "" is the language of a text whose language is not said.
Texts = Mapping[str, str]
#: Code → part of the money, 0 to 1. The parts of one list make at most 1 together.
Shares = Mapping[str, float]

NOTHING: Mapping[str, Any] = MappingProxyType({})
ACTIVITY, TRANSACTION = "activity", "transaction"
BUDGET, PLANNED = "budget", "planned"


class Organisation(NamedTuple):
    """An organisation as an activity names it.

    ``ref`` is as written, ``names`` by language. ``key`` groups mentions of the same organisation: an
    identifier where one is written or the table of aliases knows one (``identified``), else ``name:`` and the
    name without accents, capitals and punctuation; "" where neither is given. ``type`` is a code of
    OrganisationType.
    """

    ref: str = ""
    names: Texts = NOTHING
    type: str = ""
    key: str = ""
    identified: bool = False
    secondary: bool = False

    @property
    def name(self) -> str:
        """The first name written, else the identifier."""
        return next(iter(self.names.values()), self.ref)


class Participation(NamedTuple):
    """A participating organisation. ``role`` is 1 funding, 2 accountable, 3 extending, 4 implementing."""

    role: str
    organisation: Organisation
    activity_id: str = ""
    crs_channel: str = ""


class Place(NamedTuple):
    """A country or region; ``share`` is None where only transactions name it (``origin``)."""

    code: str
    share: float | None
    origin: str = ACTIVITY


class Sector(NamedTuple):
    """A sector of any vocabulary; ``names`` are those written beside the code."""

    vocabulary: str
    code: str
    share: float | None
    origin: str = ACTIVITY
    names: Texts = NOTHING


class Location(NamedTuple):
    """A point in degrees, usable as it is; codes of GeographicExactness and GeographicLocationReach."""

    latitude: float
    longitude: float
    names: Texts = NOTHING
    exactness: str = ""
    reach: str = ""


class Marker(NamedTuple):
    """A policy marker; ``significance`` is a code of PolicySignificance."""

    vocabulary: str
    code: str
    significance: str


class Coded(NamedTuple):
    """A code under a vocabulary: a tag, a kind of aid."""

    vocabulary: str
    code: str


class Scope(NamedTuple):
    """A humanitarian emergency or appeal."""

    type: str
    vocabulary: str
    code: str


class Related(NamedTuple):
    """Another activity: ``type`` is 1 parent, 2 child, 3 sibling, 4 co-funded, 5 third party."""

    type: str
    ref: str


class Dates(NamedTuple):
    """Days on which an activity was to begin and end, and did."""

    planned_start: dt.date | None = None
    actual_start: dt.date | None = None
    planned_end: dt.date | None = None
    actual_end: dt.date | None = None

    @property
    def start(self) -> dt.date | None:
        """The actual start, else the planned one."""
        return self.actual_start or self.planned_start

    @property
    def end(self) -> dt.date | None:
        """The actual end, else the planned one."""
        return self.actual_end or self.planned_end


class MoneyRow(NamedTuple):
    """The sum of an activity's entries of one type, year, currency and place; ``entries`` is their number.

    ``type`` is ``budget``, ``planned`` (disbursements) or a code of TransactionType. ``year`` is None where
    no usable date says it, ``currency`` "" where no known one does. ``amount`` is exact, as reported. The
    shares say which part of it goes to a country, region, sector (five digits, OECD) and group (three).
    """

    type: str
    year: int | None
    currency: str
    amount: Decimal
    countries: Shares = NOTHING
    regions: Shares = NOTHING
    sectors: Shares = NOTHING
    groups: Shares = NOTHING
    entries: int = 1


NOBODY, NEVER = Organisation(), Dates()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDocument:
    """Everything that a search, a total or a page needs of one activity.

    ``detail`` is plain data for JSON and holds all of it once more, with transactions, results and documents
    one by one, days and amounts as text. ``problems`` are the values that could not be used.
    """

    identifier: str = ""
    other_identifiers: tuple[str, ...] = ()
    version: str = ""
    hierarchy: int | None = None
    related: tuple[Related, ...] = ()
    default_currency: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()
    updated: dt.date | None = None
    humanitarian: bool = False

    titles: Texts = field(default_factory=dict[str, str])
    descriptions: Texts = field(default_factory=dict[str, str])

    reporting: Organisation = NOBODY
    participating: tuple[Participation, ...] = ()

    countries: tuple[Place, ...] = ()
    regions: tuple[Place, ...] = ()
    locations: tuple[Location, ...] = ()

    sectors: tuple[Sector, ...] = ()
    sector_groups: tuple[Place, ...] = ()
    goals: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    markers: tuple[Marker, ...] = ()
    tags: tuple[Coded, ...] = ()
    humanitarian_scopes: tuple[Scope, ...] = ()

    status: str = ""
    scope: str = ""
    collaboration_type: str = ""
    flow_type: str = ""
    finance_type: str = ""
    tied_status: str = ""
    aid_types: tuple[Coded, ...] = ()
    dates: Dates = NEVER

    money: tuple[MoneyRow, ...] = ()
    document_categories: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])
    problems: tuple[Problem, ...] = ()
