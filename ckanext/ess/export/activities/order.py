"""What somebody wants as a file: the format, the unit, the columns; read, or refused in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.ess.export.activities.column import Column
from ckanext.ess.export.activities.columns import ACTIVITY, UNITS
from ckanext.ess.index.activities.questions import question
from ckanext.ess.index.activities.questions.question import Question
from ckanext.ess.index.activities.questions.refusals import Refusal, Refused

CSV, XLSX, JSON, JSON_LINES, XML = "csv", "xlsx", "json", "jsonl", "xml"
FORMATS = (CSV, XLSX, JSON, JSON_LINES, XML)
#: Parameters besides those of a question.
PARAMETERS = ("format", "unit", "columns")


@dataclass(frozen=True)
class Order:
    """``columns`` in the order in which they stand in the file; IATI XML has none."""

    question: Question
    format: str = CSV
    unit: str = ACTIVITY
    columns: tuple[Column, ...] = UNITS[ACTIVITY]

    @property
    def needs(self) -> tuple[str, ...]:
        """Fields of the index that its rows are made of."""
        found = dict.fromkeys(
            ("id", "iati_identifier", "card", *(one.needs for one in self.columns if one.needs))
        )
        return tuple(found) if self.unit == ACTIVITY else (*found, "detail")


def read(given: Mapping[str, Any]) -> Order:
    """Read what is wanted, with the question whose answer it is.

    Raises:
        Refused: with everything that is wrong.
    """
    refusals: list[Refusal] = []
    file_format = _choice(given.get("format"), "format", FORMATS, CSV, refusals)
    unit = _choice(given.get("unit"), "unit", UNITS, ACTIVITY, refusals)
    columns = _columns(given.get("columns"), unit, refusals)
    asked = Question()
    try:
        asked = question.read({**given, "rows": 0, "start": 0, "facets": None, "sort": None}, PARAMETERS)
    except Refused as refused:
        refusals += refused.refusals
    if refusals:
        raise Refused(refusals)
    return Order(asked, file_format, unit, columns)


def _choice(given: Any, place: str, known: Iterable[str], usual: str, refusals: list[Refusal]) -> str:
    text = str(given).strip().lower() if given not in (None, "", []) else usual
    if text in known:
        return text
    refusals.append(Refusal(place, "choice", str(given), ", ".join(known)))
    return usual


def _columns(given: Any, unit: str, refusals: list[Refusal]) -> tuple[Column, ...]:
    known = {column.name: column for column in UNITS[unit]}
    try:
        wanted = question.names(given, "columns")
    except Refused as refused:
        refusals += refused.refusals
        return ()
    wrong = [name for name in wanted if name not in known]
    refusals += [Refusal("columns", "choice", name, ", ".join(known)) for name in wrong]
    return tuple(known[name] for name in wanted if name in known) or UNITS[unit]
