"""What a user can choose about a conversion, and what comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.ess.iati.convert.book import Edits, Limits
from ckanext.ess.iati.convert.problem import Problem


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


@dataclass(frozen=True)
class Options:
    """Choices for a run.

    ``organisation_…``, ``currency`` and ``language`` say what the sheet *Organisation* would. ``columns``
    maps titles of the user to titles of ours, "" to leave a column out. ``edits`` are texts of cells that
    count instead of those of the file; ``added`` are columns that it lacks (``projects.status``) with the
    value of all its rows. ``partial`` writes the projects without errors although others have some.
    ``max_problems`` bounds the problems kept; all are counted.
    """

    organisation_id: str = ""
    organisation_name: str = ""
    organisation_type: str = ""
    organisation_role: str = ""
    organisation_country: str = ""
    currency: str = ""
    language: str = ""
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    edits: Edits = field(default_factory=dict[str, dict[int, dict[int, str]]])
    added: Mapping[str, str] = field(default_factory=dict[str, str])
    partial: bool = False
    max_problems: int = 50_000
    limits: Limits = field(default_factory=Limits)
    now: dt.datetime = field(default_factory=_now)


@dataclass
class Outcome:
    """What came of a conversion: problems in the order of the sheet, and what was written.

    ``activities`` counts those without errors, ``left_out`` those with some; ``counts`` counts problems by
    severity, also those not kept. ``titles`` are those of the sheets' columns, by sheet and column;
    ``publisher`` is what is known of who publishes, by the keys of the sheet *Organisation*.
    """

    problems: list[Problem] = field(default_factory=list[Problem])
    activities: int = 0
    left_out: int = 0
    written: bool = False
    organisation_written: bool = False
    readable: bool = True
    titles: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])
    publisher: dict[str, str] = field(default_factory=dict[str, str])
    counts: dict[str, int] = field(default_factory=lambda: {"error": 0, "warning": 0, "note": 0})
