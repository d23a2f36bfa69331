"""What a user can choose about a conversion, and what comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.ess.iati.convert.book import Limits
from ckanext.ess.iati.convert.problem import Problem


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


@dataclass(frozen=True)
class Options:
    """Choices for a run.

    ``organisation_…``, ``currency`` and ``language`` say what the sheet *Organisation* would. ``columns``
    maps titles of the user to titles of ours, "" to leave a column out. ``partial`` writes the projects
    without errors although others have some. ``max_problems`` bounds the problems kept; all are counted.
    """

    organisation_id: str = ""
    organisation_name: str = ""
    organisation_type: str = ""
    currency: str = ""
    language: str = ""
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    partial: bool = False
    max_problems: int = 50_000
    limits: Limits = field(default_factory=Limits)
    now: dt.datetime = field(default_factory=_now)


@dataclass
class Outcome:
    """What came of a conversion: problems in the order of the sheet, and what was written.

    ``activities`` counts those without errors, ``left_out`` those with some; ``counts`` counts problems by
    severity, also those not kept.
    """

    problems: list[Problem] = field(default_factory=list[Problem])
    activities: int = 0
    left_out: int = 0
    written: bool = False
    organisation_written: bool = False
    readable: bool = True
    counts: dict[str, int] = field(default_factory=lambda: {"error": 0, "warning": 0, "note": 0})
