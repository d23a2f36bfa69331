"""Downloads, retries, credentials and TLS, against real servers."""

from __future__ import annotations

import gzip
import hashlib
import io
import logging
import shutil
import subprocess
import time
import zlib
from pathlib import Path

import pytest

from ckanext.ess.sources.errors import (
    SourceInvalid,
    SourceRefused,
    SourceUnavailable,
)
from ckanext.ess.sources.http import USER_AGENT, Http, Limits
from ckanext.ess.tests.unit.fake_upstream import (
    SMALL,
    XML,
    FakeUpstream,
    Handler,
    dripping_body,
    dripping_headers,
    redirect,
    running,
    status,
)


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

    http = Http(trusted=[upstream.place], pause=4, resolve=resolve, sleep=waits.append)
    for _ in range(3):
        http.download(upstream.url("/a"), io.BytesIO())
    assert waits == []
    http._near[upstream.place] = False  # as if it were far away
    for _ in range(3):
        http.download(upstream.url("/a"), io.BytesIO())
    assert len(waits) == 2
    assert 2 < waits[0] <= 4
    assert 4 < waits[1] <= 8


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
