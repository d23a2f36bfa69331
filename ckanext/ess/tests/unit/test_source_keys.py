"""Keys of catalogues: sent to their host only, found in a file or the environment, shown nowhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.keys import Keys
from ckanext.ess.tests.unit.fake_upstream import SMALL, FakeUpstream, redirect, running, status

KEY = "udata_s3cr3t-of-the-portal"


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    with running(FakeUpstream()) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the key of the loopback address."""
    (tmp_path / "127.0.0.1").write_text(f"{KEY}\nnot this line\n")
    return tmp_path


def http(upstream: FakeUpstream, keys: Keys) -> Http:
    return Http(trusted=[upstream.place], keys=keys)


def read(reader: Http, url: str) -> None:
    reader.download(url, BytesIO(), limits=replace(SMALL, tries=1))


@pytest.mark.parametrize(
    ("line", "headers"),
    [
        (KEY, {"X-API-KEY": KEY}),
        (f"Authorization: Bearer {KEY}", {"Authorization": f"Bearer {KEY}"}),
        (f"  {KEY}\r\nmore", {"X-API-KEY": KEY}),
        ("", {}),
        ("clé", {"X-API-KEY": "cl"}),
        ("a\x07b", {}),
        ("X-Evil: a\rX-More: b", {}),
    ],
)
def test_what_a_file_may_say(tmp_path: Path, line: str, headers: dict[str, str]):
    """A key, or a header and a key; no second line, nothing that splits a header."""
    (tmp_path / "www.data.gouv.fr").write_bytes(line.encode())
    keys = Keys(str(tmp_path), "X-API-KEY", environment={})
    assert keys.headers("WWW.data.gouv.fr") == headers


def test_no_other_file_is_read(tmp_path: Path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "secret").write_text("no key of a host")
    keys = Keys(str(tmp_path / "keys"), environment={})
    for host in ("../secret", "..", "", "/etc/passwd", "a/b"):
        assert keys.headers(host) == {}


def test_the_environment():
    keys = Keys(environment={"ESS_HARVEST_KEY_WWW_DATA_GOUV_FR": KEY})
    assert keys.headers("www.data.gouv.fr") == {"Authorization": KEY}
    assert keys.headers("data.gouv.fr") == {}
    assert KEY not in repr(keys)


def test_a_key_goes_to_its_host(upstream: FakeUpstream, folder: Path):
    upstream.serve("/a", b"a")
    read(http(upstream, Keys(str(folder), "X-API-KEY")), upstream.url("/a"))
    assert upstream.requests[-1][2]["X-API-KEY"] == KEY


def test_a_redirection_does_not_take_it_along(upstream: FakeUpstream, folder: Path):
    """Not even to another port of the same machine."""
    with running(FakeUpstream()) as other:
        other.serve("/b", b"b")
        upstream.routes["/a"] = redirect(other.url("/b"))
        reader = Http(trusted=[upstream.place, other.place], keys=Keys(str(folder), "X-API-KEY"))
        read(reader, upstream.url("/a"))
        assert "X-API-KEY" in upstream.requests[-1][2]
        assert "X-API-KEY" not in other.requests[-1][2]


def test_it_is_not_sent_in_the_clear(folder: Path):
    """Except within networks that the portal trusts."""
    (folder / "example.org").write_text(KEY)
    reader = Http(keys=Keys(str(folder)), resolve=lambda host, port: [(2, 1, 6, "", ("93.184.216.34", port))])
    secrets = reader._secrets
    from ckanext.ess.sources.addresses import split

    assert secrets(split("http://example.org/")) == {}
    assert secrets(split("https://example.org/")) == {"Authorization": KEY}


def test_nothing_shows_it(upstream: FakeUpstream, folder: Path, caplog: pytest.LogCaptureFixture):
    """Neither the sentence of an error nor a line of a log, whatever level."""
    upstream.routes["/a"] = status(403, b"You may not")
    with caplog.at_level(logging.DEBUG), pytest.raises(SourceError) as refused:
        read(http(upstream, Keys(str(folder), "X-API-KEY")), upstream.url("/a"))
    assert KEY not in refused.value.sentence("fr") + repr(refused.value) + caplog.text
    assert "127.0.0.1" in caplog.text
