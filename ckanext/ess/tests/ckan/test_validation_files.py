"""Files behind resources, good and bad: each ends with a status and a sentence, in both languages."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from ckan.tests import factories

from ckanext.ess.index.activities.origin import Origin
from ckanext.ess.jobs.checking import Subject, Unchanged, check
from ckanext.ess.jobs.files import open_upload
from ckanext.ess.sources.file_problems import problem_words
from ckanext.ess.sources.http import Http
from ckanext.ess.store.verdicts import Verdict
from ckanext.ess.tests.ckan.validation_portal import iati
from ckanext.ess.tests.unit.fake_upstream import (
    FakeUpstream,
    Handler,
    Route,
    dripping_body,
    raw,
    redirect,
    running,
    status,
)
from ckanext.ess.tests.unit.test_http_faults import BOMB, endless

ORIGIN = Origin(dataset_id="d", resource_id="x")
pytestmark = [
    pytest.mark.usefixtures("with_plugins"),
    pytest.mark.ckan_config("ckanext.ess.validation.max_megabytes", 1),
    pytest.mark.ckan_config("ckanext.ess.validation.max_seconds", 2),
]

GOOD = iati("")
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>"


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    """A real server on the loopback interface."""
    with running(FakeUpstream()) as server:
        yield server


@pytest.fixture
def http(upstream: FakeUpstream) -> Iterator[Http]:
    """A client that may reach that server, and nothing else on the loopback interface."""
    client = Http(trusted=[upstream.place], sleep=lambda _: None)
    yield client
    client.close()


def subject(url: str, **fields: Any) -> Subject:
    """A resource at an address."""
    kind = fields.pop("kind", "")
    known = {name: fields.pop(name) for name in ("etag", "sha1") if name in fields}
    return Subject({"id": "x", "url": url, "format": "XML", **fields}, kind, ORIGIN, **known)


def body(content: bytes, **headers: str) -> Route:
    """A route that answers with a file."""
    return status(200, content, **headers)


def answered_gzip(handler: Handler) -> None:
    """A bomb as a compressed answer."""
    handler.answer(200, gzip.compress(b"<iati-activities>" + b" " * 60_000_000), {"Content-Encoding": "gzip"})


def zipped(**members: bytes) -> bytes:
    """A zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


#: what a server does -> status, code of the problem, whether another try is planned
FAULTS: dict[str, tuple[Route, str, bool]] = {
    "404": (status(404, b"gone"), "http.status", False),
    "401": (status(401), "http.status", False),
    "500": (status(500), "http.status", True),
    "429": (status(429, b"", Retry_After="86400"), "http.wait", True),
    "no answer": (lambda _: time.sleep(3), "http.slow", True),
    "slow drip": (dripping_body, "http.slow", True),
    "endless body": (endless, "http.large", False),
    "redirect loop": (redirect("/file"), "http.redirects", False),
    "redirect to a private address": (redirect("http://10.0.0.1/x.xml"), "http.private", False),
    "redirect to metadata": (redirect("http://169.254.169.254/latest"), "http.private", False),
    "shorter than announced": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<iati"),
        "http.cut",
        True,
    ),
    "announced too large": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
        "http.large",
        False,
    ),
    "gzip bomb": (answered_gzip, "http.large", False),
    "gzip file that is a bomb": (body(BOMB), "file.too-large", False),
    "not HTTP": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "http.malformed", False),
    "empty": (body(b""), "file.empty", False),
    "a page": (body(HTML), "file.not-xml", False),
    "a large page": (body(HTML + b" " * 500_000), "file.not-xml", False),
    "a document type": (body(b'<!DOCTYPE x [<!ENTITY a "b">]>' + GOOD), "file.doctype", False),
}


def words_of(found: Verdict) -> dict[str, Any]:
    """The problem of a verdict in both languages, checked to be written in both."""
    said = {lang: problem_words(found.fields["problem"], lang) for lang in ("en", "fr")}
    for words in said.values():
        assert all(words.values())
        assert "{" not in "".join(words.values())  # type: ignore[arg-type]
    assert all(said["en"][part] != said["fr"][part] for part in ("title", "explanation", "fix"))  # type: ignore[literal-required]
    return said


@pytest.mark.parametrize("name", FAULTS)
def test_bad_remotes_are_a_status_with_a_sentence(name: str, upstream: FakeUpstream, http: Http):
    """Nothing raises, nothing hangs; what may mend is tried again."""
    route, code, again = FAULTS[name]
    upstream.routes["/file"] = route
    found = check(subject(upstream.url("/file")), http)
    assert (found.status, found.fields["problem"]["code"]) == ("unreadable", code)
    assert (found.again_in is not None) is again
    words_of(found)


def test_half_a_file_is_told_as_half(upstream: FakeUpstream, http: Http):
    """What could be read is checked; that the rest is missing is critical, with its line."""
    upstream.serve("/file", GOOD[:-30])
    found = check(subject(upstream.url("/file")), http)
    assert (found.status, found.fields["rules"][0]["rule"]) == ("invalid", "0.1.1")
    assert found.fields["rules"][0]["kinds"][0]["first"][0]["excerpt"]


def test_certificates_are_verified(certificate: tuple[Path, Path]):
    """A server that nobody vouches for is not believed."""
    upstream = FakeUpstream()
    upstream.secure(*certificate)
    upstream.serve("/file", GOOD)
    with running(upstream):
        found = check(subject(upstream.url("/file")), Http(trusted=[upstream.place]))
    assert (found.status, found.fields["problem"]["code"]) == ("unreadable", "http.tls")
    words_of(found)


@pytest.mark.parametrize("how", ["plain", "gzip", "zip", "gzip answer", "utf-16"])
def test_good_files_are_checked_whatever_their_envelope(how: str, upstream: FakeUpstream, http: Http):
    """One verdict for the same content."""
    text = GOOD.decode()
    content = {
        "plain": GOOD,
        "gzip": gzip.compress(GOOD),
        "zip": zipped(**{"file.xml": GOOD}),
        "gzip answer": gzip.compress(GOOD),
        "utf-16": f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16"),
    }[how]
    upstream.routes["/file"] = body(content, **({"Content_Encoding": "gzip"} if how == "gzip answer" else {}))
    found = check(subject(upstream.url("/file")), http)
    assert (found.status, found.fields["activity_count"], found.fields["source"]) == ("valid", 1, "remote")
    assert len(found.fields["content_hash"]) == 40
    assert "problem" not in found.fields


def test_the_catalogues_copy_stands_in(upstream: FakeUpstream, http: Http):
    """When the source is down, the copy is checked, and the verdict says so."""
    upstream.routes["/file"] = status(503)
    upstream.serve("/copy", GOOD)
    found = check(subject(upstream.url("/file"), ess_cached_url=upstream.url("/copy")), http)
    assert (found.status, found.fields["source"]) == ("valid", "cached")
    assert found.fields["problem"]["code"] == "cached"
    assert found.again_in is not None
    assert "503" in words_of(found)["fr"]["explanation"]


def test_both_addresses_down_tell_of_the_first(upstream: FakeUpstream, http: Http):
    """It is the file's own address that can be mended."""
    upstream.routes["/file"] = status(404)
    found = check(subject(upstream.url("/file"), ess_cached_url=upstream.url("/copy")), http)
    assert (found.status, found.fields["problem"]["params"]["url"]) == ("unreadable", upstream.url("/file"))


OTHERS = {
    "a PDF by its format": ({"format": "PDF"}, b"%PDF-1.7", 0),
    "a page by its format": ({"format": "HTML"}, HTML, 0),
    "a picture by its ending": ({"format": "", "url": "/picture.png"}, b"\x89PNG", 0),
    "a table without a schema": ({"format": "CSV"}, b"a;b\n", 0),
    "a PDF of no announced kind": ({"format": ""}, b"%PDF-1.7" + b" " * 900_000, 1),
    "another XML": ({"format": "XML"}, b"<rss version='2.0'><channel/></rss>", 1),
    "JSON of no announced kind": ({"format": ""}, b'{"a": 1}', 1),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_kinds_are_not_applicable(name: str, upstream: FakeUpstream, http: Http):
    """Not “unknown”; most are told by what the resource says, and nothing is downloaded for them."""
    fields, content, requests = OTHERS[name]
    given = dict(fields)
    path = given.pop("url", "/file")
    sent: list[int] = []

    def route(handler: Handler) -> None:
        handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content))
        for start in range(0, len(content), 20_000):
            handler.wfile.write(content[start : start + 20_000])
            sent.append(start)

    upstream.routes[path] = route
    found = check(subject(upstream.url(path), **given), http)
    assert (found.status, len(upstream.requests)) == ("not-applicable", requests)
    assert [rule["rule"] for rule in found.fields.get("rules", [])] == (
        ["table.no-schema"] if given.get("format") == "CSV" else []
    )


@pytest.mark.parametrize(
    "named", [{"ess_schema": "iati-activities-2.03"}, {"kind": "iati-activities"}], ids=str
)
def test_what_is_called_iati_is_judged_as_iati(named: dict[str, str], upstream: FakeUpstream, http: Http):
    """A feed of news under the name of IATI data is wrong, not out of scope."""
    upstream.serve("/file", b"<rss version='2.0'><channel/></rss>")
    found = check(subject(upstream.url("/file"), **named), http)
    assert found.status == "unreadable"
    assert found.fields["problem"]["code"] == "file.wrong-root"


def test_the_same_file_is_not_sent_again(upstream: FakeUpstream, http: Http):
    """By its ETag, or by its content where the server gives none."""
    upstream.serve("/file", GOOD, ETag='"1"')
    first = check(subject(upstream.url("/file")), http).fields
    with pytest.raises(Unchanged):
        check(subject(upstream.url("/file"), sha1=first["content_hash"]), http)
    upstream.routes["/file"] = status(304)
    with pytest.raises(Unchanged):
        check(subject(upstream.url("/file"), etag=first["etag"]), http)


def uploaded(content: bytes, name: str = "file.xml") -> dict[str, Any]:
    """A resource with an upload."""
    return factories.Resource(upload=FileStorage(io.BytesIO(content), name), format="XML", url=name)


UPLOADS = {
    "good": (GOOD, "valid", ""),
    "0 byte": (b"", "unreadable", "file.empty"),
    "not XML": (b"Bonjour", "unreadable", "file.not-xml"),
    "too large": (GOOD + b" " * 1_100_000, "unreadable", "http.large"),
    "a bomb": (BOMB, "unreadable", "file.too-large"),
}


@pytest.mark.usefixtures("validation_portal")
@pytest.mark.parametrize("name", UPLOADS)
@pytest.mark.ckan_config("ckan.max_resource_size", 100)
def test_uploads(name: str, http: Http):
    """From CKAN's storage (in memory here), without a temporary copy."""
    content, expected, code = UPLOADS[name]
    made = uploaded(content)
    found = check(Subject(made, "", ORIGIN), http)
    assert (found.status, found.fields.get("problem", {}).get("code", "")) == (expected, code)
    if code:
        words_of(found)
    else:
        assert (found.fields["source"], found.fields["size"]) == ("upload", len(content))


@pytest.fixture
def on_disk(ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal that keeps uploads in a folder, as CKAN did before it had storages."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    monkeypatch.setitem(ckan_config, "ckan.files.default_storages.resource", "none-of-that-name")
    return tmp_path


def stored(folder: Path, content: bytes, size: int = 0) -> Path:
    """The upload of resource ``abcdefgh`` in that folder; sparse up to a size."""
    path = folder / "resources" / "abc" / "def" / "gh"
    path.parent.mkdir(parents=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.truncate(max(size, len(content)))
    return path


UPLOAD = {"id": "abcdefgh", "url": "file.xml", "url_type": "upload", "format": "XML"}


def test_uploads_in_a_folder(on_disk: Path, http: Http):
    """The same verdict, from another storage."""
    stored(on_disk, GOOD)
    found = check(Subject(UPLOAD, "", ORIGIN), http)
    assert (found.status, found.fields["size"]) == ("valid", len(GOOD))


def test_two_gigabytes_of_nothing(on_disk: Path, http: Http):
    """Too large, told without reading it."""
    stored(on_disk, GOOD, size=2 * 1024**3)
    found = check(Subject(UPLOAD, "", ORIGIN), http)
    assert (found.status, found.fields["problem"]["code"]) == ("unreadable", "http.large")


def test_lost_uploads(on_disk: Path, http: Http):
    """The portal's own loss is told as such."""
    found = check(Subject(UPLOAD, "", ORIGIN), http)
    assert (found.status, found.fields["problem"]["code"]) == ("unreadable", "upload.missing")
    words_of(found)


def test_uploads_that_change_while_they_are_read(on_disk: Path, http: Http):
    """No verdict on half of one file and half of another: it is looked at again at once."""
    path = stored(on_disk, GOOD)
    opened = open_upload(UPLOAD, 10**6)
    assert opened.is_same()
    path.write_bytes(GOOD + b" ")
    assert not opened.is_same()
    opened.close()


def test_no_address(http: Http):
    """Neither file nor address."""
    found = check(subject(""), http)
    assert (found.status, found.fields["problem"]["code"]) == ("unreadable", "no-address")
    words_of(found)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    "code", ["gave-up", "fault", "upload.changed", "too-slow", "http.bomb", "http.connection"]
)
def test_other_problems_have_words_too(code: str, lang: str):
    """Those that a test of files does not bring about."""
    params = {"count": "3", "said": "x", "seconds": "5", "url": "https://a.example/x", "ratio": "300"}
    words = problem_words({"code": code, "params": params}, lang)
    assert all(words.values())
    assert "{" not in "".join(words.values())  # type: ignore[arg-type]
