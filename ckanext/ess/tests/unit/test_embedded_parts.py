"""Parts of ``ess-portal`` that need no service: origins, programs, environment, configuration, processes."""

from __future__ import annotations

import configparser
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ckanext.ess.embedded import binaries, conductor, ports, settings
from ckanext.ess.embedded.account import open_way, postgres_account
from ckanext.ess.embedded.errors import Exit, PackageMissing, PortalError
from ckanext.ess.embedded.folder import Folder
from ckanext.ess.embedded.origin import BULK, REGISTRY, UDATA, URLS, Origin, understood
from ckanext.ess.embedded.plan import ckan, services
from ckanext.ess.embedded.postgres import LONGEST_SOCKET, Postgres
from ckanext.ess.embedded.settings import own_environment


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences are compared in one language, whatever the terminal's."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


class Upstream(ThreadingHTTPServer):
    """A service that answers one page."""

    daemon_threads = True

    def __init__(self, page: str) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.page = page

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/service"


class Pages(BaseHTTPRequestHandler):
    """200 for the one page, 404 for others."""

    server: Upstream

    def do_GET(self) -> None:
        self.send_response(200 if self.path == f"/service{self.server.page}" else 404)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def upstream(request: pytest.FixtureRequest) -> Iterator[str]:
    """Its address; the test's parameter is the page."""
    server = Upstream(request.param)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.url
    server.shutdown()


@pytest.mark.parametrize(
    ("upstream", "kind"),
    [
        ("/datasets-minimal", BULK),
        ("/dataset-index-minimal.json", BULK),
        ("/api/3/action/package_search?rows=0", REGISTRY),
        ("/api/1/datasets/?page_size=1", UDATA),
    ],
    indirect=["upstream"],
)
def test_a_live_service_is_recognised(upstream: str, kind: str):
    """By a page that only its kind has; a slash at the end does no harm."""
    origin = understood(upstream + "/")
    assert [(one.type, one.url) for one in origin.harvest_sources(0)] == [(kind, upstream)]
    assert origin.is_loopback
    assert not origin.is_served_here
    assert Origin.remembered(origin.spec, origin.type) == origin


@pytest.mark.parametrize("path", ["/iati.zip", "/a/Activites.XML", "/list.txt"])
def test_an_address_of_files_is_recognised_by_its_end(path: str):
    """Nothing is asked for that."""
    (source,) = understood(f"http://127.0.0.1:9{path}").harvest_sources(0)
    assert source.type == URLS


@pytest.mark.parametrize("upstream", ["/index.html"], indirect=True)
def test_another_site_is_refused(upstream: str):
    """With the status it answered."""
    with pytest.raises(PortalError, match="404"):
        understood(upstream)


@pytest.mark.parametrize("spec", ["http://127.0.0.1:1/none", "ftp://127.0.0.1/x", "no/such/folder"])
def test_a_wrong_source_is_refused(spec: str):
    """One sentence that names it and the forms there are."""
    with pytest.raises(PortalError, match="sample") as caught:
        understood(spec)
    assert spec in str(caught.value)


def test_a_folder_is_served(tmp_path: Path):
    """By the stand-in, as a bulk data service."""
    origin = understood(str(tmp_path))
    assert origin.is_served_here
    assert [(one.type, one.url) for one in origin.harvest_sources(81)] == [(BULK, "http://127.0.0.1:81/bds")]
    assert Origin.remembered(origin.spec, origin.type) == origin


def test_the_sample_shows_both_harvesters():
    """None has no source, and no private address is opened for it."""
    assert [one.type for one in understood("sample").harvest_sources(1)] == [BULK, REGISTRY]
    assert understood("none").harvest_sources(1) == []
    assert not understood("none").is_loopback


@pytest.mark.parametrize("url", ["https://example.org", "http://10.0.0.1", "http://localhost.example.org"])
def test_only_loopback_passes_the_guard(url: str):
    """A private address of the network is not ours."""
    assert not Origin(url, type=BULK).is_loopback


@pytest.mark.parametrize("name", ["postgres_folders", "redis_server", "java"])
def test_no_wheel_for_this_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str):
    """Neither package nor program: one sentence with what to install, and its status."""
    find = getattr(binaries, name)
    find.cache_clear()
    monkeypatch.setattr(binaries, "package_folder", lambda _: tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackageMissing, match="for this platform") as caught:
        find()
    assert caught.value.status == Exit.NO_PACKAGE
    find.cache_clear()


def test_a_program_in_the_path_serves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Where a wheel is missing; an old Java does not do."""
    java = tmp_path / "java"
    monkeypatch.setattr(binaries, "package_folder", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    java.touch(0o755)
    java.write_text("#!/bin/sh\necho 'openjdk version \"21.0.2\" 2024-01-16' >&2\n")
    binaries.java.cache_clear()
    assert binaries.java() == java
    java.write_text("#!/bin/sh\necho 'java version \"1.8.0_392\"' >&2\n")
    binaries.java.cache_clear()
    with pytest.raises(PackageMissing, match="Java"):
        binaries.java()
    binaries.java.cache_clear()


def test_the_shell_cannot_lead_us_astray(monkeypatch: pytest.MonkeyPatch):
    """CKAN prefers its variables to its file."""
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://production")
    assert not [name for name in own_environment() if name.startswith("CKAN_")]
    assert (
        own_environment()["PATH"].split(os.pathsep).count(own_environment()["PATH"].split(os.pathsep)[0]) >= 1
    )


@pytest.fixture
def current(tmp_path: Path) -> settings.Settings:
    """Settings of a first start, in a folder with a per cent sign."""
    folder = Folder(tmp_path / "50 %")
    folder.create()
    return settings.chosen(folder, 5999, understood("sample"))


def test_the_configuration_is_read_back(current: settings.Settings):
    """French first, secrets private, our addresses; a per cent sign in the path does no harm."""
    current.write_ini()
    assert current.folder.ini.stat().st_mode & 0o077 == 0
    parser = configparser.ConfigParser()
    parser.read(current.folder.ini)
    app = parser["app:main"]
    assert app["ckan.site_url"] == "http://127.0.0.1:5999"
    assert app["ckan.locale_default"] == "fr"
    assert app["ckan.locales_offered"].split() == ["fr", "en"]
    assert app["ckan.storage_path"] == str(current.folder.storage)
    assert app["ckan.redis.url"].endswith("?socket_timeout=86400")
    assert app["ckanext.ess.http.allow_private"] == "true"
    assert app["SECRET_KEY"] == current.folder.secret("secret_key")


def test_tests_have_nothing_in_common_with_the_portal(current: settings.Settings):
    """Database, index, queue and files differ."""
    real, scratch = current.addresses(scratch=False), current.addresses(scratch=True)
    assert real.keys() == scratch.keys()
    assert not set(real.values()) & set(scratch.values())


def test_ports_are_kept(current: settings.Settings):
    """Links to the sample's files stay good after a restart; a port that was taken meanwhile is given up."""
    again = settings.chosen(current.folder, 5999)
    assert (again.redis_port, again.solr_port) == (current.redis_port, current.solr_port)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", current.solr_port))
        taken.listen()
        assert not ports.is_free(current.solr_port)
        assert settings.chosen(current.folder, 5999).solr_port != current.solr_port


def test_a_long_path_has_a_short_socket(tmp_path: Path):
    """The kernel takes about a hundred bytes."""
    deep = Postgres(Folder(tmp_path / ("long" * 30)))
    assert len(str(deep.socket_folder)) < LONGEST_SOCKET
    assert deep.socket_folder != Postgres(Folder(tmp_path / ("deep" * 30))).socket_folder


def test_every_process_has_its_name(current: settings.Settings):
    """Once; the services are not started again behind CKAN's back, the workers are."""
    every = [*services(current), *ckan(current)]
    assert len({one.name for one in every}) == len(every)
    assert {one.name for one in every if one.restart} == {"worker", "checks", "harvest1", "harvest2", "clock"}


def test_secrets_are_not_in_the_list_of_processes(current: settings.Settings):
    """Any user may read command lines."""
    current.redis.prepare()
    told = " ".join(one.guarded(current.folder.run) for one in [*services(current), *ckan(current)])
    assert current.folder.secret("redis_password") not in told
    assert current.folder.secret("secret_key") not in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_root_opens_no_more_than_the_way(tmp_path: Path):
    """PostgreSQL's account may pass through the folders above its data, not list them."""
    owner = postgres_account()
    assert owner
    assert owner.user != 0
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0o700)
    assert closed in open_way(owner, closed / "data")
    assert closed.stat().st_mode & 0o777 == 0o701
    assert open_way(owner, closed / "data") == []


def test_a_crash_leaves_a_number_that_may_be_anybodys(tmp_path: Path):
    """A server's process id outlives it in a file: no other process is taken for it."""
    postgres = Postgres(Folder(tmp_path))
    postgres.folder.postgres.mkdir()
    assert postgres.pid() is None
    (postgres.folder.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.folder.postgres}\n")
    assert postgres.pid() is None


def test_new_tables_are_made_without_a_new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A portal of the source tree is prepared again when a migration was added."""
    before = conductor.ckan_versions()
    (tmp_path / "0001_first.py").touch()
    (tmp_path / "0002_second.py").touch()
    monkeypatch.setattr(conductor, "MIGRATIONS", tmp_path)
    after = conductor.ckan_versions()
    assert after["migration"] == "0002_second"
    assert before["migration"] != after["migration"]
