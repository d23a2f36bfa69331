"""How much of a hostile table, or of a hostile schema, we are ready to read."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from ckanext.ess.tables.stopped import Stopped

MIB = 1024 * 1024


@dataclass(frozen=True)
class TableLimits:
    """Limits on one table; past any of them reading stops, and the finding names the limit.

    ``size`` and ``unpacked`` are bytes (of the file, of all parts of a spreadsheet), ``line`` characters of a
    line, and of a row that takes several. ``distinct`` bounds the rows remembered to find the same one again.
    ``fields`` and ``allowed`` bound a schema: its columns, and the allowed values of one.
    """

    size: int = 256 * MIB
    unpacked: int = 512 * MIB
    members: int = 5_000
    rows: int = 1_000_000
    columns: int = 1_000
    line: int = 1 * MIB
    seconds: float = 300.0
    distinct: int = 500_000
    fields: int = 1_000
    allowed: int = 10_000


@dataclass(frozen=True)
class Clock:
    """The limits of a run that has begun."""

    limits: TableLimits
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "deadline", time.monotonic() + self.limits.seconds)

    def check(self) -> None:
        """Raise ``Stopped`` once the time is up."""
        if time.monotonic() > self.deadline:
            raise Stopped("table.limit", kind="time", limit=f"{self.limits.seconds:g}")

    def within(self, kind: str, amount: int, line: int | None = None) -> None:
        """Raise ``Stopped`` where an amount passes the limit of a kind."""
        most = getattr(self.limits, kind)
        if amount > most:
            raise Stopped("table.limit", line, kind=kind, limit=str(most))
