"""A report as a file: JSON in the shape of ``ess-iati``'s, CSV, or JSON in the official validator's shape."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Response

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats import csv, official
from ckanext.ess.iati.validate.formats.json import finding_dict
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.schema import language

#: Characters sent at once.
_LUMP = 64 * 1024

#: What a report says of the file as a whole, in the order of ``ess-iati``'s JSON.
_HEAD = (
    "file",
    "file_type",
    "version",
    "declared_version",
    "content",
    "container",
    "size",
    "status",
    "valid",
    "summary",
    "activity_count",
    "row_count",
)


def answer(shape: str, shown: Mapping[str, Any], found: Iterable[Finding], name: str) -> Response:
    """Send a report as a file while it is made: its first lines at once, in bounded memory.

    Args:
        shape: one of :data:`SHAPES`.
        shown: what ``ess_validation_show`` answers, and ``file``, what the file is called.
        found: all findings; they are read while the answer is sent, when the request is over.
        name: of the file to save, without its end.
    """
    content_type, ending, write = SHAPES[shape]
    pieces = (piece.encode("utf-8", "replace") for piece in _lumps(write(shown, found, language.current())))
    sent = Response(pieces, content_type=content_type)
    sent.headers.set("Content-Disposition", "attachment", filename=f"{name}{ending}")
    sent.headers["X-Content-Type-Options"] = "nosniff"
    sent.headers["X-Robots-Tag"] = "noindex"
    return sent


def _lumps(pieces: Iterable[str]) -> Iterator[str]:
    """Join small pieces: each costs a system call."""
    lump: list[str] = []
    size = 0
    for piece in pieces:
        lump.append(piece)
        size += len(piece)
        if size >= _LUMP:
            yield "".join(lump)
            lump, size = [], 0
    yield "".join(lump)


def _plain(shown: Mapping[str, Any], found: Iterable[Finding], lang: str) -> Iterator[dict[str, Any]]:
    version = shown.get("version") or ""
    return (finding_dict(one, version, lang) for one in found)


def _json(shown: Mapping[str, Any], found: Iterable[Finding], lang: str) -> Iterator[str]:
    head = {name: shown.get(name) for name in _HEAD}
    head["verdict"] = head.pop("status")
    head["rules"] = {rule["rule"]: rule["count"] for rule in shown.get("rules") or ()}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ',\n "findings": [\n'
    before = ""
    for finding in _plain(shown, found, lang):
        yield before + json.dumps(finding, ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def _csv(shown: Mapping[str, Any], found: Iterable[Finding], lang: str) -> Iterator[str]:
    return csv.lines({"file": shown["file"], **finding} for finding in _plain(shown, found, lang))


def _official(shown: Mapping[str, Any], found: Iterable[Finding], _lang: str) -> Iterator[str]:
    """The official report wants findings grouped by activity: they are held in memory."""
    report = Report(
        shown["file"],
        file_type=shown.get("file_type") or "other",
        version=shown.get("version") or "",
        declared_version=shown.get("declared_version"),
        readable=shown["status"] != "unreadable",
        findings=[*found],
        summary=Counter(shown.get("summary") or {}),
    )
    return official.pieces(report)


_Write = Callable[[Mapping[str, Any], Iterable[Finding], str], Iterator[str]]

#: Name in addresses → content type, end of the file's name, and who writes it.
SHAPES: Mapping[str, tuple[str, str, _Write]] = {
    "json": ("application/json", ".json", _json),
    "csv": ("text/csv; charset=utf-8", ".csv", _csv),
    "official": ("application/json", "-iati-validator.json", _official),
}
