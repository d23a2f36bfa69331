"""How a file did over time, as a small chart made on the server and the same in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ckan.plugins import toolkit as tk

from ckanext.ess.iati.validate.finding import SEVERITIES
from ckanext.ess.schema import verdicts

_HEIGHT = 110
_LEAST_WIDTH, _MOST_WIDTH = 280, 700
#: Runs drawn; the table has the others too.
_MOST = 24
_WIDEST, _GAP = 56, 6
#: What counts as a problem, drawn from the axis up; advice does not.
_PROBLEMS = SEVERITIES[:-1]


class Part(NamedTuple):
    """Findings of one severity in a bar."""

    severity: str
    y: float
    height: float


class Bar(NamedTuple):
    """One run: its place, its parts, and its words."""

    x: float
    width: float
    top: float
    number: str
    date: str
    label: str
    parts: list[Part]


class History(NamedTuple):
    """The chart and its table; runs newest first, bars oldest first."""

    title: str
    bars: list[Bar]
    runs: Sequence[Mapping[str, Any]]
    width: int
    height: int = _HEIGHT


def history(runs: Sequence[Mapping[str, Any]]) -> History | None:
    """Put runs, newest first, into a chart; None where nothing has ended yet."""
    ended = [run for run in runs if run.get("finished")]
    if not ended:
        return None
    drawn = list(reversed([run for run in ended if run["status"] in verdicts.CHECKED][:_MOST]))
    most = max((problems(run) for run in drawn), default=0) or 1
    width = min(max(_LEAST_WIDTH, len(drawn) * (_WIDEST + _GAP)), _MOST_WIDTH)
    step = min(_WIDEST + _GAP, width / max(len(drawn), 1))
    bars = [_bar(run, place * step, step - _GAP, most) for place, run in enumerate(drawn)]
    return History(_title(drawn), bars, ended, width)


def problems(run: Mapping[str, Any]) -> int:
    """Findings of a run that ask for a correction."""
    return sum(run["summary"].get(name, 0) for name in _PROBLEMS)


def _title(drawn: Sequence[Mapping[str, Any]]) -> str:
    """Say what the chart shows: better, worse, or the same."""
    if not drawn:
        return tk._("Checks so far")
    now, number = problems(drawn[-1]), tk.h.ess_number(problems(drawn[-1]))
    if len(drawn) == 1:
        said = tk.ungettext(
            "{number} problem at the first check", "{number} problems at the first check", now
        )
        return said.format(number=number)
    before, date = problems(drawn[-2]), tk.h.ess_date(drawn[-2]["finished"][:10])
    difference = tk.h.ess_number(abs(now - before))
    if now == before:
        said = tk.ungettext("{number} problem, as on {date}", "{number} problems, as on {date}", now)
    elif now < before:
        said = tk.ungettext(
            "{number} problem, {difference} fewer than on {date}",
            "{number} problems, {difference} fewer than on {date}",
            now,
        )
    else:
        said = tk.ungettext(
            "{number} problem, {difference} more than on {date}",
            "{number} problems, {difference} more than on {date}",
            now,
        )
    return said.format(number=number, difference=difference, date=date)


def _bar(run: Mapping[str, Any], x: float, width: float, most: int) -> Bar:
    parts, top = list[Part](), float(_HEIGHT)
    for name in _PROBLEMS:
        number = run["summary"].get(name, 0)
        if number:
            height = max(1.5, _HEIGHT * number / most)
            top -= height
            parts.append(Part(name, round(top, 1), round(height, 1)))
    date, number = tk.h.ess_date(run["finished"][:10]), tk.h.ess_number(problems(run))
    label = tk._("{date}: {number} problems").format(date=date, number=number)
    return Bar(round(x, 1), round(width, 1), round(top, 1), number, date, label, parts)
