"""Downloads from servers that misbehave in every way that we know of."""

from __future__ import annotations

import gzip
import io
import time
from typing import NamedTuple

import pytest

from ckanext.ess.sources.errors import (
    SourceDenied,
    SourceError,
    SourceInvalid,
    SourceMissing,
    SourceRefused,
    SourceUnavailable,
)
from ckanext.ess.sources.http import Http, Limits
from ckanext.ess.tests.unit.fake_upstream import (
    SMALL,
    XML,
    FakeUpstream,
    Handler,
    Route,
    drip,
    dripping_body,
    dripping_headers,
    raw,
    redirect,
    status,
)

BOMB = gzip.compress(b"0" * 60_000_000)


def silent(handler: Handler) -> None:
    time.sleep(1)
    handler.close_connection = True


def dripping_chunk_size(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;")
    drip(handler, b"a")


def endless_trailers(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    drip(handler, b"X-A: b\r\n")


def endless(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n")
    for _ in range(10_000):
        handler.wfile.write(b"<a>" * 10_000)


def gzip_bomb(handler: Handler) -> None:
    handler.answer(200, BOMB, {"Content-Encoding": "gzip"})


class Case(NamedTuple):
    """A fault: what the server does, what is raised, with which code, after how many requests."""

    route: Route
    error: type[SourceError]
    code: str
    requests: int = 1
    said: str = ""
    limits: Limits = SMALL


CASES = {
    "404": Case(
        status(404, b"no such page here"), SourceMissing, "http.status", said="404 (“no such page here”)"
    ),
    "410": Case(status(410), SourceMissing, "http.status", said="answered 410."),
    "401": Case(status(401, b'{"detail": "token please"}'), SourceDenied, "http.status", said="token please"),
    "403 as JSON": Case(
        status(
            403, b'{"success": false, "error": {"__type": "Authorization Error", "message": "Access denied"}}'
        ),
        SourceDenied,
        "http.status",
        said="Access denied",
    ),
    "400": Case(status(400, b"bad"), SourceInvalid, "http.status", said="400 (“bad”)"),
    "418 without words": Case(status(418), SourceInvalid, "http.status", said="418."),
    "204": Case(status(204), SourceInvalid, "http.status", said="204"),
    "206 not asked for": Case(status(206, XML), SourceInvalid, "http.status", said="206"),
    "304 not asked for": Case(status(304), SourceInvalid, "http.status", said="304"),
    "500 with a page": Case(
        status(500, b"<html><head><title>Oops &amp; sorry</title></head></html>"),
        SourceUnavailable,
        "http.status",
        requests=2,
        said="500 (“Oops & sorry”)",
    ),
    "502": Case(status(502), SourceUnavailable, "http.status", requests=2),
    "503": Case(
        status(503, b"down\x00\x1b[31m for\nmaintenance"), SourceUnavailable, "http.status", 2, "down[31m for"
    ),
    "429 without Retry-After": Case(status(429), SourceUnavailable, "http.status", requests=2),
    "429 that asks for an hour": Case(
        status(429, b"", Retry_After="3600"), SourceUnavailable, "http.wait", said="wait 3600 seconds"
    ),
    "503 until a far date": Case(
        status(503, b"", Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"), SourceUnavailable, "http.wait"
    ),
    "no answer": Case(silent, SourceUnavailable, "http.silent", requests=2, said="within 0.4 seconds"),
    "connection closed at once": Case(raw(b""), SourceUnavailable, "http.cut", requests=2),
    "slow drip of the body": Case(dripping_body, SourceUnavailable, "http.slow", said="after 1.2 seconds"),
    "slow drip of headers": Case(dripping_headers, SourceUnavailable, "http.slow"),
    "slow drip of a chunk size": Case(dripping_chunk_size, SourceUnavailable, "http.slow"),
    "endless trailers": Case(endless_trailers, SourceUnavailable, "http.slow"),
    "endless body": Case(endless, SourceRefused, "http.large", said="0.0954 MB"),
    "announced too large": Case(
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n"), SourceRefused, "http.large"
    ),
    "shorter than announced": Case(
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<iati"),
        SourceUnavailable,
        "http.cut",
        requests=2,
    ),
    "chunks cut off": Case(
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n<iati"),
        SourceUnavailable,
        "http.cut",
        requests=2,
    ),
    "chunks without sense": Case(
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<iati"),
        SourceUnavailable,
        "http.cut",
        2,
    ),
    "not HTTP": Case(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), SourceInvalid, "http.malformed"),
    "two lengths": Case(
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\nabcdefg"), SourceInvalid, "http.malformed"
    ),
    "too many headers": Case(
        raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200 + b"\r\n"), SourceInvalid, "http.malformed"
    ),
    "a header without end": Case(
        raw(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 70_000 + b"\r\n\r\n"), SourceInvalid, "http.malformed"
    ),
    "gzip bomb": Case(
        gzip_bomb,
        SourceRefused,
        "http.bomb",
        limits=Limits(max_bytes=10**9, seconds=20, tries=1),
        said="300 times",
    ),
    "gzip larger than the limit": Case(gzip_bomb, SourceRefused, "http.large"),
    "gzip cut off": Case(
        status(200, gzip.compress(XML * 50)[:-9], Content_Encoding="gzip"),
        SourceUnavailable,
        "http.cut",
        requests=2,
    ),
    "gzip that is none": Case(status(200, XML, Content_Encoding="gzip"), SourceInvalid, "http.compression"),
    "compression not asked for": Case(
        status(200, b"xx", Content_Encoding="br"), SourceInvalid, "http.encoding", said="(br)"
    ),
    "redirect without target": Case(status(302), SourceInvalid, "http.nowhere", said="status 302"),
    "redirect to itself": Case(redirect("/start"), SourceRefused, "http.redirects", requests=4),
    "redirect to a file": Case(redirect("file:///etc/passwd"), SourceRefused, "http.scheme"),
    "redirect to metadata": Case(
        redirect("http://169.254.169.254/latest/meta-data/"),
        SourceRefused,
        "http.private",
        said="169.254.169.254 is",
    ),
    "redirect to IPv6 loopback": Case(
        redirect("http://[::1]:8080/"), SourceRefused, "http.private", said="::1 is ::1"
    ),
    "redirect to another port": Case(redirect("http://127.0.0.1:9/"), SourceRefused, "http.private"),
    "redirect to mapped loopback": Case(
        redirect("http://[::ffff:127.0.0.1]/"), SourceRefused, "http.private"
    ),
    "redirect to a private network": Case(redirect("http://10.0.0.1/"), SourceRefused, "http.private"),
    "redirect to 0.0.0.0": Case(redirect("http://0.0.0.0/"), SourceRefused, "http.private"),
    "redirect to a bad address": Case(redirect("http://[::1"), SourceInvalid, "http.address"),
}


@pytest.mark.parametrize("name", CASES)
def test_faults(name: str, upstream: FakeUpstream, http: Http):
    case = CASES[name]
    upstream.routes["/start"] = case.route
    before = time.monotonic()
    with pytest.raises(case.error) as caught:
        http.download(upstream.url("/start"), io.BytesIO(), limits=case.limits)
    error = caught.value
    assert type(error) is case.error
    assert error.code == case.code, error
    assert case.said in str(error)
    assert len(upstream.requests) == case.requests
    assert time.monotonic() - before < 5
    for lang in ("en", "fr"):
        assert error.params["url"] in error.sentence(lang)
        assert "{" not in error.sentence(lang)
        assert not any(ord(sign) < 32 for sign in error.sentence(lang))
    assert error.sentence("fr") != error.sentence("en")


JSON_CASES = {
    "a web page": (b"<!DOCTYPE html><title>Sign in</title>", SourceInvalid, "json.html", "Sign in"),
    "XML": (XML, SourceInvalid, "json.html", ""),
    "nothing": (b"", SourceInvalid, "json.syntax", "empty"),
    "half": (b'{"a": [1, 2', SourceInvalid, "json.syntax", "line 1"),
    "text": (b"hello", SourceInvalid, "json.syntax", ""),
    "Latin-1": ('{"a": "é"}'.encode("latin-1"), SourceInvalid, "json.syntax", "UTF-8"),
    "NaN": (b'{"a": NaN}', SourceInvalid, "json.syntax", "NaN"),
    "a number of 5,000 digits": (b'{"a": ' + b"9" * 5_000 + b"}", SourceInvalid, "json.syntax", ""),
    "40 levels": (b"[" * 40 + b"]" * 40, SourceRefused, "json.deep", "30"),
    "40,000 levels": (b"[" * 40_000 + b"]" * 40_000, SourceRefused, "json.deep", "30"),
    "two values": (b"{} {}", SourceInvalid, "json.syntax", ""),
}


@pytest.mark.parametrize("name", JSON_CASES)
def test_json_faults(name: str, upstream: FakeUpstream, http: Http):
    body, error, code, said = JSON_CASES[name]
    upstream.serve("/a", body)
    with pytest.raises(error) as caught:
        http.get_json(upstream.url("/a"))
    assert (type(caught.value), caught.value.code) == (error, code)
    assert said in str(caught.value)
    assert upstream.url("/a") in caught.value.sentence("fr")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_with_parameters(mark: bytes, upstream: FakeUpstream, http: Http):
    upstream.serve("/a", mark + '{"a": "é"}'.encode())
    assert http.get_json(upstream.url("/a"), {"fq": "x:(a OR b)", "rows": 10}) == {"a": "é"}
    assert upstream.paths() == ["/a?fq=x%3A%28a+OR+b%29&rows=10"]
