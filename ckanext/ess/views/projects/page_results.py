"""What a project set out to reach, and what it reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from babel.numbers import format_decimal

from ckanext.ess.charts.amounts import locale
from ckanext.ess.schema import language
from ckanext.ess.views.projects.texts import Text, day, in_language, label, plain

MOST_RESULTS, MOST_PERIODS = 50, 60
_WHOLE = 100.0


class Period(NamedTuple):
    """Target and actual of a time; ``share`` of the target reached, in per cent, where both are numbers."""

    when: str
    target: str
    actual: str
    share: float | None
    comment: str


class Indicator(NamedTuple):
    """What is measured, from where it started."""

    title: Text
    measure: str
    baseline: str
    periods: Sequence[Period]


class Result(NamedTuple):
    """One result with its indicators."""

    title: Text
    kind: str
    description: Text
    indicators: Sequence[Indicator]


def results(records: Iterable[Mapping[str, Any]] | None) -> list[Result]:
    """Return the results of a project; more than a page can bear are left to its files."""
    return [_result(record) for record in list(records or ())[:MOST_RESULTS]]


def _result(record: Mapping[str, Any]) -> Result:
    return Result(
        in_language(record.get("title")),
        label("ResultType", record.get("type") or ""),
        in_language(record.get("description")),
        [_indicator(one) for one in record.get("indicators") or ()],
    )


def _indicator(record: Mapping[str, Any]) -> Indicator:
    baselines = [_value(one, with_year=True) for one in record.get("baselines") or ()]
    periods = [_period(one) for one in (record.get("periods") or ())[:MOST_PERIODS]]
    title = in_language(record.get("title"))
    return Indicator(
        title,
        label("IndicatorMeasure", record.get("measure") or ""),
        "; ".join(filter(None, baselines)),
        periods,
    )


def _period(record: Mapping[str, Any]) -> Period:
    targets, actuals = record.get("targets") or (), record.get("actuals") or ()
    when = " – ".join(filter(None, [day(record.get("start")), day(record.get("end"))]))
    comments = [plain(one.get("comment")) for one in (*targets, *actuals)]
    return Period(
        when,
        "; ".join(filter(None, map(_value, targets))) or "–",
        "; ".join(filter(None, map(_value, actuals))) or "–",
        _share(targets, actuals),
        " ".join(filter(None, comments)),
    )


def _value(record: Mapping[str, Any], *, with_year: bool = False) -> str:
    """A value as people write it, with what it is a part of (women, a district…)."""
    text = (record.get("value") or "").strip()
    number = _number(text)
    written = text if number is None else format_decimal(number, locale=locale(language.current()))
    parts = [one.get("value") or "" for one in record.get("dimensions") or ()]
    if with_year and record.get("year"):
        parts.append(record["year"])
    told = ", ".join(filter(None, parts))
    return f"{written} ({told})" if written and told else written


def _share(targets: Sequence[Mapping[str, Any]], actuals: Sequence[Mapping[str, Any]]) -> float | None:
    if len(targets) != 1 or len(actuals) != 1:
        return None
    target, actual = _number(targets[0].get("value")), _number(actuals[0].get("value"))
    if not target or actual is None or target < 0 or actual < 0:
        return None
    return round(min(actual / target, 1) * _WHOLE, 1)


def _number(text: str | None) -> float | None:
    try:
        number = float((text or "").replace("\N{NO-BREAK SPACE}", "").replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # noqa: PLR2004 (also sorts out NaN and infinity)
