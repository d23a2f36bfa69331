"""A report as a file: JSON in the shape of ``ess-iati``'s, CSV, or JSON in the official validator's shape."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Response, send_file

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats import csv, official
from ckanext.ess.iati.validate.report import Report

#: Bytes of an answer that are kept in memory rather than on disk.
_IN_MEMORY = 4 * 1024 * 1024

Found = Iterable[Mapping[str, Any]]

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
)


def answer(shape: str, shown: Mapping[str, Any], found: Found, name: str) -> Response:
    """Send a report as a file, in bounded memory however many findings it has.

    Args:
        shape: one of :data:`SHAPES`.
        shown: what ``ess_validation_show`` answers, and ``file``, what the file is called.
        found: all findings, as ``ess_validation_report`` answers them.
        name: of the file to save, without its end.
    """
    content_type, ending, write = SHAPES[shape]
    # Written before it is sent: by then CKAN has put its session, and with it who asks, away.
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the answer
    for piece in write(shown, found):
        spool.write(piece.encode())
    spool.seek(0)
    sent = send_file(spool, content_type, as_attachment=True, download_name=f"{name}{ending}")  # type: ignore[arg-type]
    sent.headers["X-Content-Type-Options"] = "nosniff"
    sent.headers["X-Robots-Tag"] = "noindex"
    return sent


def _json(shown: Mapping[str, Any], found: Found) -> Iterator[str]:
    head = {name: shown.get(name) for name in _HEAD}
    head["verdict"] = head.pop("status")
    head["rules"] = {rule["rule"]: rule["count"] for rule in shown.get("rules") or ()}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ',\n "findings": [\n'
    before = ""
    for finding in found:
        yield before + json.dumps(finding, ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def _csv(shown: Mapping[str, Any], found: Found) -> Iterator[str]:
    return csv.lines({"file": shown["file"], **finding} for finding in found)


def _official(shown: Mapping[str, Any], found: Found) -> Iterator[str]:
    """The official report wants findings grouped by activity: they are held in memory."""
    report = Report(
        shown["file"],
        file_type=shown.get("file_type") or "other",
        version=shown.get("version") or "",
        declared_version=shown.get("declared_version"),
        readable=shown["status"] != "unreadable",
        findings=[_finding(one) for one in found],
        summary=Counter(shown.get("summary") or {}),
    )
    yield json.dumps(official.report_dict(report), ensure_ascii=False, indent=1)


def _finding(plain: Mapping[str, Any]) -> Finding:
    return Finding(
        plain["rule"],
        plain["severity"],
        plain["category"],
        plain["activity"],
        plain["activity_number"] or 0,
        plain["line"],
        plain["column"],
        plain["xpath"],
        plain["params"],
    )


_Write = Callable[[Mapping[str, Any], Found], Iterator[str]]

#: Name in addresses → content type, end of the file's name, and who writes it.
SHAPES: Mapping[str, tuple[str, str, _Write]] = {
    "json": ("application/json", ".json", _json),
    "csv": ("text/csv; charset=utf-8", ".csv", _csv),
    "official": ("application/json", "-iati-validator.json", _official),
}
