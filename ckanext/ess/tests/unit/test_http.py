"""Downloads from servers that misbehave in every way that we know of."""

from __future__ import annotations

import gzip
import hashlib
import io
import logging
import shutil
import subprocess
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
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
from ckanext.ess.sources.http import USER_AGENT, Http, Limits
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, Handler, Route, running

XML = b'<?xml version="1.0"?><iati-activities version="2.03"/>\n'
SMALL = Limits(max_bytes=100_000, seconds=1.2, connect=1, silence=0.4, redirects=3, tries=2, first_wait=0.01)


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    with running(FakeUpstream()) as server:
        yield server


@pytest.fixture
def http(upstream: FakeUpstream) -> Iterator[Http]:
    client = Http(trusted=[upstream.place])
    yield client
    client.close()


def status(number: int, body: bytes = b"", **headers: str) -> Route:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda handler: handler.answer(number, body, named)


def raw(data: bytes) -> Route:
    return lambda handler: handler.raw(data)


def redirect(target: str, number: int = 302) -> Route:
    return status(number, b"", Location=target)


def silent(handler: Handler) -> None:
    time.sleep(1)
    handler.close_connection = True


def dripping_body(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    drip(handler, b"x")


def dripping_headers(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\n")
    drip(handler, b"X-A: b\r\n")


def dripping_chunk_size(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;")
    drip(handler, b"a")


def endless_trailers(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    drip(handler, b"X-A: b\r\n")


def drip(handler: Handler, piece: bytes) -> None:
    for _ in range(40):
        handler.wfile.write(piece)
        handler.wfile.flush()
        time.sleep(0.1)


def endless(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n")
    for _ in range(10_000):
        handler.wfile.write(b"<a>" * 10_000)


def gzip_bomb(handler: Handler) -> None:
    handler.answer(200, gzip.compress(b"0" * 60_000_000), {"Content-Encoding": "gzip"})


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


def test_a_download_is_written_and_described(upstream: FakeUpstream, http: Http):
    upstream.serve(
        "/a.xml", XML, ETag='"e1"', Last_Modified="Mon, 02 Mar 2026 10:00:00 GMT", Content_Type="text/xml"
    )
    into = io.BytesIO(b"an older and much longer copy" * 99)
    found = http.download(upstream.url("/a.xml"), into)
    assert into.getvalue() == XML
    assert found.sha1 == hashlib.sha1(XML).hexdigest()
    assert (found.size, found.etag, found.content_type) == (len(XML), '"e1"', "text/xml")
    assert found.last_modified == "Mon, 02 Mar 2026 10:00:00 GMT"
    assert not found.not_modified
    headers = upstream.requests[0][2]
    assert headers["User-Agent"] == USER_AGENT
    assert "ckanext-ess" in USER_AGENT
    assert "Cookie" not in headers


def test_an_unchanged_file_is_not_sent_again(upstream: FakeUpstream, http: Http):
    def conditional(handler: Handler) -> None:
        same = handler.headers.get("If-None-Match") == '"e1"'
        handler.answer(304 if same else 200, b"" if same else XML, {"ETag": '"e1"'})

    upstream.routes["/a.xml"] = conditional
    into = io.BytesIO(b"kept")
    assert http.download(upstream.url("/a.xml"), into, etag='"e1"').not_modified
    assert into.getvalue() == b"kept"
    assert not http.download(upstream.url("/a.xml"), into, etag='"old"').not_modified
    assert into.getvalue() == XML


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(XML * 20_000)),
        ("x-gzip", gzip.compress(XML * 10_000) + gzip.compress(XML * 10_000)),
        ("deflate", zlib.compress(XML * 20_000)),
        ("deflate", zlib.compress(XML * 20_000)[2:-4]),
        ("identity", XML * 20_000),
    ],
    ids=["gzip", "two gzip members", "deflate", "raw deflate", "identity"],
)
def test_compressed_answers_are_read(encoding: str, body: bytes, upstream: FakeUpstream, http: Http):
    upstream.routes["/a.xml"] = status(200, body, Content_Encoding=encoding)
    into = io.BytesIO()
    found = http.download(upstream.url("/a.xml"), into)
    assert into.getvalue() == XML * 20_000
    assert found.size == len(XML) * 20_000


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_compressed_answers_of_every_size_are_whole(length: int, upstream: FakeUpstream, http: Http):
    text = bytes(range(256)) * 800
    upstream.routes["/a"] = status(200, gzip.compress(text[:length]), Content_Encoding="gzip")
    into = io.BytesIO()
    http.download(upstream.url("/a"), into)
    assert into.getvalue() == text[:length]


def test_redirections_are_followed_with_relative_and_accented_targets(upstream: FakeUpstream, http: Http):
    upstream.routes["/a"] = redirect("b?x=1", 301)
    upstream.routes["/b"] = redirect("/données", 307)
    upstream.serve("/donn%C3%A9es", XML)
    into = io.BytesIO()
    assert http.download(upstream.url("/a"), into).url.endswith("/donn%C3%A9es")
    assert into.getvalue() == XML


def test_the_endless_body_of_a_redirection_is_not_read(upstream: FakeUpstream, http: Http):
    def endless_redirect(handler: Handler) -> None:
        handler.raw(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n")
        for _ in range(2_000):
            handler.wfile.write(b"x" * 100_000)

    upstream.routes["/a"] = endless_redirect
    upstream.serve("/b", XML)
    before = time.monotonic()
    assert http.download(upstream.url("/a"), io.BytesIO()).size == len(XML)
    assert time.monotonic() - before < 1


def test_a_busy_server_is_waited_for(upstream: FakeUpstream):
    waits: list[float] = []
    answers = iter([status(429, b"", Retry_After="7"), status(503, b"", Retry_After="2"), status(200, XML)])
    upstream.routes["/a"] = lambda handler: next(answers)(handler)  # noqa: PLW0108 (another one each time)
    http = Http(trusted=[upstream.place], sleep=waits.append)
    assert http.download(upstream.url("/a"), io.BytesIO()).size == len(XML)
    assert [round(wait) for wait in waits if wait > 0.5][:1] == [7]
    assert sum(waits) >= 9 - 0.1


def test_back_off_doubles(upstream: FakeUpstream):
    waits: list[float] = []
    upstream.routes["/a"] = status(500)
    http = Http(trusted=[upstream.place], sleep=waits.append)
    with pytest.raises(SourceUnavailable):
        http.download(upstream.url("/a"), io.BytesIO(), limits=Limits(tries=4, first_wait=1))
    assert len(waits) == 3
    assert 0.75 <= waits[0] <= 1.25
    assert 1.5 <= waits[1] <= 2.5
    assert 3 <= waits[2] <= 5


def test_a_host_that_asked_for_a_long_time_is_left_alone(upstream: FakeUpstream, http: Http):
    upstream.routes["/a"] = status(429, b"", Retry_After="3600")
    upstream.serve("/b", XML)
    with pytest.raises(SourceUnavailable):
        http.download(upstream.url("/a"), io.BytesIO(), limits=SMALL)
    with pytest.raises(SourceUnavailable) as caught:
        http.download(upstream.url("/b"), io.BytesIO(), limits=SMALL)
    assert caught.value.code == "http.wait"
    assert upstream.paths() == ["/a"]


def test_hosts_that_are_not_trusted_are_spared(upstream: FakeUpstream):
    waits: list[float] = []
    upstream.serve("/a", XML)

    def resolve(host: str, port: int) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    http = Http(trusted=[upstream.place], pause=0.5, resolve=resolve, sleep=waits.append)
    for _ in range(3):
        http.download(upstream.url("/a"), io.BytesIO())
    assert waits == []
    http._near[upstream.place] = False  # as if it were far away
    for _ in range(3):
        http.download(upstream.url("/a"), io.BytesIO())
    assert len(waits) == 2
    assert 0.3 < waits[0] <= 0.5
    assert 0.6 < waits[1] <= 1.0


def test_loopback_is_refused_unless_allowed(upstream: FakeUpstream):
    upstream.serve("/a", XML)
    with pytest.raises(SourceRefused) as caught:
        Http().download(upstream.url("/a"), io.BytesIO())
    assert caught.value.code == "http.private"
    assert upstream.requests == []
    assert Http(allow_private=True).download(upstream.url("/a"), io.BytesIO()).size == len(XML)


def test_an_unknown_name_and_a_closed_port(http: Http, upstream: FakeUpstream):
    with pytest.raises(SourceUnavailable) as caught:
        http.download("http://no-such-host.invalid/", io.BytesIO(), limits=SMALL)
    assert caught.value.code == "http.name"
    with pytest.raises(SourceUnavailable) as caught:
        Http(allow_private=True).download("http://127.0.0.1:1/", io.BytesIO(), limits=SMALL)
    assert caught.value.code == "http.connection"
    assert "refused" in str(caught.value).lower()


def test_credentials_go_to_their_own_server_only_and_are_never_shown(
    upstream: FakeUpstream, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    with running(FakeUpstream()) as other:
        http = Http(trusted=[upstream.place, other.place])
        upstream.routes["/a"] = redirect("/b")
        upstream.routes["/b"] = redirect(other.url("/c"))
        other.routes["/c"] = status(500)
        address = upstream.url("/a?api_key=verysecret").replace("http://", "http://ann:p%40ssword@")
        with pytest.raises(SourceUnavailable) as caught:
            http.download(address, io.BytesIO(), limits=SMALL)
        assert [headers.get("Authorization") for _, _, headers in upstream.requests[:2]] == [
            "Basic YW5uOnBAc3N3b3Jk"
        ] * 2
        assert "Authorization" not in other.requests[0][2]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("ckanext.ess")]
    assert ours
    for text in [*ours, str(caught.value), repr(caught.value), caught.value.sentence("fr")]:
        assert "ssword" not in text
        assert "verysecret" not in text


def test_cookies_are_not_sent_back(upstream: FakeUpstream, http: Http):
    upstream.serve("/a", XML, Set_Cookie="session=1; Path=/")
    http.download(upstream.url("/a"), io.BytesIO())
    http.download(upstream.url("/a"), io.BytesIO())
    assert all("Cookie" not in headers for _, _, headers in upstream.requests)


def test_the_environment_is_not_used(upstream: FakeUpstream, http: Http, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    upstream.serve("/a", XML)
    assert http.download(upstream.url("/a"), io.BytesIO()).size == len(XML)


def test_a_full_disk_is_not_taken_for_a_fault_of_the_remote(upstream: FakeUpstream, http: Http):
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    upstream.serve("/a", XML)
    with pytest.raises(OSError, match="No space left"):
        http.download(upstream.url("/a"), Full())


@pytest.mark.parametrize("number", [405, 501])
def test_head_of_a_server_that_does_not_know_head(number: int, upstream: FakeUpstream, http: Http):
    upstream.routes["/a"] = status(number)
    assert http.head(upstream.url("/a"), limits=SMALL).etag == ""


def test_head(upstream: FakeUpstream, http: Http):
    upstream.serve("/a", XML, ETag='"e"')
    found = http.head(upstream.url("/a"))
    assert (found.etag, found.size) == ('"e"', len(XML))
    upstream.routes["/a"] = status(200, b"", Content_Length="12", ETag='W/"x"')
    assert http.head(upstream.url("/a")).size == 12
    assert upstream.requests[0][0] == "HEAD"


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


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the test's certificate, is not installed")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
    ]
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, *names, "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def test_tls_is_verified_against_the_name(certificate: tuple[Path, Path]):
    upstream = FakeUpstream()
    upstream.secure(*certificate)
    upstream.serve("/a", XML)
    with running(upstream):
        with pytest.raises(SourceInvalid) as caught:
            Http(trusted=[upstream.place]).download(upstream.url("/a"), io.BytesIO(), limits=SMALL)
        assert caught.value.code == "http.tls"
        assert "self-signed" in str(caught.value).replace("self signed", "self-signed")
        known = Http(trusted=[upstream.place], ca_bundle=str(certificate[0]))
        assert known.download(upstream.url("/a"), io.BytesIO()).size == len(XML)
        other_name = upstream.url("/a").replace("127.0.0.1", "localhost")
        stranger = Http(allow_private=True, ca_bundle=str(certificate[0]))
        with pytest.raises(SourceInvalid) as caught:
            stranger.download(other_name, io.BytesIO(), limits=SMALL)
        assert caught.value.code == "http.tls"


def test_a_slow_drip_over_tls_ends_in_time(certificate: tuple[Path, Path]):
    upstream = FakeUpstream()
    upstream.secure(*certificate)
    upstream.routes["/a"] = dripping_body
    upstream.routes["/b"] = dripping_headers
    with running(upstream):
        http = Http(trusted=[upstream.place], ca_bundle=str(certificate[0]))
        for path in ("/a", "/b"):
            before = time.monotonic()
            with pytest.raises(SourceUnavailable) as caught:
                http.download(upstream.url(path), io.BytesIO(), limits=SMALL)
            assert caught.value.code == "http.slow"
            assert time.monotonic() - before < 2.5


def test_tls_to_a_server_without_it(upstream: FakeUpstream):
    http = Http(trusted=[upstream.place])
    with pytest.raises(SourceInvalid) as caught:
        http.download(upstream.url("/a").replace("http:", "https:"), io.BytesIO(), limits=SMALL)
    assert caught.value.code == "http.tls"
