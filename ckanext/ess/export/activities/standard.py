"""IATI XML again: activities as their publishers wrote them, in a file of their version.

A file has one version. Where a result has several, the answer is an archive with a file for each.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any
from xml.sax.saxutils import quoteattr

from ckanext.ess.export.activities.pieces import Pieces
from ckanext.ess.export.activities.rows import unpacked

#: Version of a file whose activities come from files without one.
_OLDEST = "1.01"
_PREFIX = re.compile(rb"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED = re.compile(rb"xmlns:([A-Za-z_][\w.-]*)\s*=")
_KNOWN = frozenset({b"xml", b"xmlns"})

Documents = Iterable[Mapping[str, Any]]


def one_file(version: str, documents: Documents) -> Iterator[bytes]:
    """Yield a file of activities of one version."""
    made = datetime.now(tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<iati-activities version={quoteattr(version or _OLDEST)} generated-datetime={quoteattr(made)}>\n"
    ).encode()
    for document in documents:
        if raw := unpacked(document.get("xml")):
            yield _whole(raw) + b"\n"
    yield b"</iati-activities>\n"


def archive(versions: Iterable[str], documents: Callable[[str], Documents]) -> Iterator[bytes]:
    """Yield an archive with a file for each version."""
    pieces = Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as made:  # type: ignore[arg-type]
        for version in versions:
            with made.open(f"activities-{version or _OLDEST}.xml", "w", force_zip64=True) as target:
                for piece in one_file(version, documents(version)):
                    target.write(piece)
                    yield pieces.take()
    yield pieces.take()


def _whole(raw: bytes) -> bytes:
    """Return an activity with the prefixes that only the root of its file declared.

    >>> _whole(b'<iati-activity><x:a/></iati-activity>')
    b'<iati-activity xmlns:x="urn:ess:undeclared:x"><x:a/></iati-activity>'
    """
    if b":" not in raw:
        return raw
    missing = sorted(set(_PREFIX.findall(raw)) - set(_DECLARED.findall(raw)) - _KNOWN)
    if not missing:
        return raw
    head, name, rest = raw.partition(b"iati-activity")
    declared = b"".join(b' xmlns:%b="urn:ess:undeclared:%b"' % (prefix, prefix) for prefix in missing)
    return head + name + declared + rest
