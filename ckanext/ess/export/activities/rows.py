"""Reads activities from the index page after page, and makes rows of them; nothing is kept."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.export.activities.column import Source, Value
from ckanext.ess.export.activities.columns import ACTIVITY, ENTRIES
from ckanext.ess.export.activities.names import Names
from ckanext.ess.export.activities.order import Order

Row = list[Value]


def rows(order: Order, documents: Iterable[Mapping[str, Any]], names: Names) -> Iterator[Row]:
    """Yield the cells of each row, in the order of the columns."""
    readers = [column.read for column in order.columns]
    sources = _activities if order.unit == ACTIVITY else _entries(order.unit)
    for document in documents:
        for source in sources(document):
            yield [read(source, names) for read in readers]


def unpacked(text: str | None) -> bytes:
    """What the index keeps compressed and as base64; nothing where it keeps nothing."""
    return zlib.decompress(base64.b64decode(text)) if text else b""


def _activities(document: Mapping[str, Any]) -> Iterator[Source]:
    yield Source(document, json.loads(document.get("card") or "{}"))


class _entries:  # noqa: N801 (used as a function)
    """Makes one source for each entry of an activity."""

    def __init__(self, unit: str) -> None:
        self._lists = {name: tk._(title) if title else "" for name, title in ENTRIES[unit].items()}

    def __call__(self, document: Mapping[str, Any]) -> Iterator[Source]:
        card = json.loads(document.get("card") or "{}")
        detail = json.loads(unpacked(document.get("detail")) or b"{}")
        for name, title in self._lists.items():
            for entry in detail.get(name) or ():
                kind = {"kind": name.removesuffix("s"), "kind_name": title} if title else {}
                yield Source(document, card, detail, {**entry, **kind})
