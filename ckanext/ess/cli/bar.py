"""A progress bar: one line that is redrawn in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TextIO

from ckan.plugins import toolkit as tk

WIDTH = 24
#: Seconds between lines where the last one cannot be redrawn.
PAUSE = 5.0


@dataclass(frozen=True)
class Progress:
    """How far a run is; all numbers are of datasets."""

    total: int
    done: int
    found: int
    new: int
    changed: int
    unchanged: int
    failed: int


class Bar:
    """Shows the progress of one run.

    Args:
        stream: where to.
        name: what the line begins with.
    """

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._redraws = stream.isatty()
        self._began: float | None = None
        self._last = -PAUSE
        self._line = ""
        self._shown: Progress | None = None

    def show(self, progress: Progress | None) -> None:
        """Show progress, or that the listing is still being read when there is none yet."""
        now = time.monotonic()
        if progress is not None and self._began is None:
            self._began = now
        line = self._render(progress, now)
        if line == self._line:
            return
        if self._redraws:
            self._stream.write(f"\r{line}\x1b[K")
        elif progress == self._shown or (now - self._last < PAUSE and not _is_over(progress)):
            return  # only the pace differs, or it is too soon
        else:
            self._stream.write(line + "\n")
        self._stream.flush()
        self._last, self._line, self._shown = now, line, progress

    def end(self) -> None:
        """Leave the line."""
        if self._redraws and self._line:
            self._stream.write("\n")
            self._stream.flush()

    def _render(self, progress: Progress | None, now: float) -> str:
        if progress is None:
            return f"{self._name}  " + tk._("reading the list of datasets…")
        share = progress.done / progress.total if progress.total else 1.0
        filled = int(share * WIDTH)
        counts = tk._(
            "found {found}  new {new}  changed {changed}  unchanged {unchanged}  failed {failed}"
        ).format(
            found=progress.found,
            new=progress.new,
            changed=progress.changed,
            unchanged=progress.unchanged,
            failed=progress.failed,
        )
        drawn = f"[{'#' * filled}{'-' * (WIDTH - filled)}] {progress.done}/{progress.total}"
        return f"{self._name}  {drawn}  {counts}{self._pace(progress, now)}"

    def _pace(self, progress: Progress, now: float) -> str:
        elapsed = now - (self._began or now)
        if progress.done <= 0 or elapsed < 1:
            return ""
        rate = progress.done / elapsed
        left = int((progress.total - progress.done) / rate)
        text = f"  {rate:.1f}/s"
        return text if not left else text + "  " + tk._("{time} left").format(time=_clock(left))


def _is_over(progress: Progress | None) -> bool:
    return progress is not None and progress.done >= progress.total


def _clock(seconds: int) -> str:
    """Seconds as ``4 s``, ``2:05``, ``1:02:05``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}" if minutes else f"{rest} s"
