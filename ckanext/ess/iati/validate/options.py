"""What a user can choose about a validation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from ckanext.ess.iati.read import Limits


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


@dataclass(frozen=True)
class Options:
    """Choices for a run.

    ``official`` reads and counts as the official validator does, defects included. ``version`` is checked
    against whatever the file declares. ``known`` are identifiers of activities published elsewhere: None
    leaves
    references unchecked, unless ``references`` asks to keep them for later. ``max_findings`` bounds the
    findings kept; all are counted. ``publishers`` are identifiers of organisations registered as publishers,
    which need no register code and no check of their signs. ``now`` is the present for
    rules on dates.
    """

    official: bool = False
    version: str = ""
    jobs: int = 1
    known: Collection[str] | None = None
    references: bool = False
    max_findings: int = 50_000
    limits: Limits = field(default_factory=Limits)
    publishers: frozenset[str] = frozenset()
    now: dt.datetime = field(default_factory=_now)
    screened: bool = True
