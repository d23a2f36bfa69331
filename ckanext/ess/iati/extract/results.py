"""Results of an activity: what was aimed at and what was reached, as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from ckanext.ess.iati.extract.draft import Draft, Record
from ckanext.ess.iati.extract.links import document
from ckanext.ess.iati.extract.narratives import put
from ckanext.ess.iati.extract.values import judge_day
from ckanext.ess.iati.read.tree import Element

_Reader = Callable[[Element, Record, Draft], None]
#: Parts of a result that are kept; of more, the rest is left out of the detail.
_MOST = 2000
_LONGEST_VALUE = 500


def result(element: Element, draft: Draft) -> None:
    """Read ``result``."""
    found: Record = {}
    for name in ("type", "aggregation-status"):
        if text := draft.attribute(element, name):
            found[name.replace("-", "_")] = text
    _children(element, found, draft, _RESULT)
    draft.add("results", found)


def _children(element: Element, found: Record, draft: Draft, readers: dict[str, _Reader]) -> None:
    for child in element:
        if reader := readers.get(child.tag):
            reader(child, found, draft)


def _texts(name: str) -> _Reader:
    def read(child: Element, found: Record, draft: Draft) -> None:
        put(found, name, child, draft.language)

    return read


def _nested(name: str, attributes: tuple[str, ...], readers: Callable[[], dict[str, _Reader]]) -> _Reader:
    """Return a reader of an element that repeats and holds others."""

    def read(child: Element, found: Record, draft: Draft) -> None:
        inner: Record = {}
        for attribute in attributes:
            if text := _attribute(child, attribute):
                inner[attribute.replace("-", "_")] = text
        _children(child, inner, draft, readers())
        kept = found.setdefault(name, [])
        if len(kept) < _MOST:
            kept.append(inner)

    return read


def _attribute(child: Element, name: str) -> str:
    text = child.get(name)
    return "" if text is None else text.strip()[:_LONGEST_VALUE]


def _day(name: str) -> _Reader:
    def read(child: Element, found: Record, draft: Draft) -> None:
        text = child.get("iso-date", "")
        day = judge_day(text)
        if isinstance(day, dt.date):
            found[name] = day.isoformat()
        else:
            draft.tell(day, child, text)

    return read


def _dimension(child: Element, found: Record, _: Draft) -> None:
    name, value = _attribute(child, "name"), _attribute(child, "value")
    found.setdefault("dimensions", []).append({"name": name, "value": value})


def _location(child: Element, found: Record, _: Draft) -> None:
    if ref := _attribute(child, "ref"):
        found.setdefault("locations", []).append(ref)


def _reference(child: Element, found: Record, _: Draft) -> None:
    inner = {name: text for name in ("vocabulary", "code", "vocabulary-uri", "indicator-uri")
             if (text := _attribute(child, name))}  # fmt: skip
    found.setdefault("references", []).append(inner)


def _document(child: Element, found: Record, draft: Draft) -> None:
    found.setdefault("documents", []).append(document(child, draft))


_SHARED: dict[str, _Reader] = {
    "title": _texts("title"),
    "description": _texts("description"),
    "reference": _reference,
    "document-link": _document,
}
_VALUE: dict[str, _Reader] = {
    "comment": _texts("comment"),
    "dimension": _dimension,
    "location": _location,
    "document-link": _document,
}
_VALUE_ATTRIBUTES = ("value", "year", "iso-date")
_PERIOD: dict[str, _Reader] = {
    "period-start": _day("start"),
    "period-end": _day("end"),
    "target": _nested("targets", _VALUE_ATTRIBUTES, lambda: _VALUE),
    "actual": _nested("actuals", _VALUE_ATTRIBUTES, lambda: _VALUE),
}
_INDICATOR: dict[str, _Reader] = {
    **_SHARED,
    "baseline": _nested("baselines", _VALUE_ATTRIBUTES, lambda: _VALUE),
    "period": _nested("periods", (), lambda: _PERIOD),
}
_RESULT: dict[str, _Reader] = {
    **_SHARED,
    "indicator": _nested("indicators", ("measure", "ascending", "aggregation-status"), lambda: _INDICATOR),
}
