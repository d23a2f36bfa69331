"""A site for tests that publishes IATI files by itself: pages, sitemaps, zips, with or without marks."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

from ckanext.ess.sources.base import Known, Ref
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.urls import Urls
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream
from ckanext.ess.tests.unit.standins import ACTIVITIES

PUBLISHER = "FR-RCS-123456782"


def iati(number: int = 1, publisher: str = PUBLISHER, name: str = "Exemple") -> bytes:
    """An activity file."""
    return ACTIVITIES.format(ref=publisher, name=name).replace("-1<", f"-{number}<").encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return stream.getvalue()


def put(upstream: FakeUpstream, path: str, body: bytes | str, *, marked: bool = True) -> str:
    """Serve a file, with an ETag or without; its address."""
    data = body.encode() if isinstance(body, str) else body
    headers = {"ETag": f'"{hashlib.sha1(data).hexdigest()[:12]}"'} if marked else {}
    upstream.serve(path, data, **headers)
    return upstream.url(path)


def source(upstream: FakeUpstream, path: str = "/", **options: Any) -> Urls:
    return Urls(upstream.url(path), Http(trusted=[upstream.place], pause=0), **options)


def listed(found: Urls) -> list[Ref]:
    return list(found.refs())


def remembered(found: Urls) -> dict[str, Known]:
    """What a harvest would remember of a first run."""
    kept: dict[str, Known] = {}
    for ref in found.refs():
        facts = found.facts(ref)
        if facts is not None:
            kept[ref.id] = Known(ref.content, ref.mark, facts.publisher_ref, facts.publisher_name)
    return kept
