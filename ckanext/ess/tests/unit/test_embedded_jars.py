"""Solr's jars come complete and as expected, or one sentence says why not; from a loopback repository."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from jgo.maven import MavenContext

from ckanext.ess.embedded.errors import Exit, NetworkMissing
from ckanext.ess.embedded.ports import any_free
from ckanext.ess.embedded.solr import jars
from ckanext.ess.embedded.solr.jars import Locked, locked, resolved

CONTENT = b"a jar" * 1000
GOOD = hashlib.sha256(CONTENT).hexdigest()
ITEM = Locked("org.example", "thing", "jar", "", "1.0", GOOD)
PATH = "/org/example/thing/1.0/thing-1.0.jar"


class Repository(ThreadingHTTPServer):
    """A Maven repository with one jar."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cut_short = 0
        self.asked: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """Serves the jar and its SHA-1, sometimes breaking off."""

    server: Repository

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == PATH + ".sha1":
            self._answer(hashlib.sha1(CONTENT).hexdigest().encode())
        elif self.path == PATH and self.server.cut_short:
            self.server.cut_short -= 1
            self._answer(CONTENT[:100], announced=len(CONTENT))
        elif self.path == PATH:
            self._answer(CONTENT)
        else:
            self.send_error(404)

    def _answer(self, body: bytes, announced: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(announced or len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences are compared in one language, whatever the terminal's."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def repository() -> Iterator[Repository]:
    """It serves during one test."""
    server = Repository()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def context(repository: Repository, tmp_path: Path) -> MavenContext:
    """An empty cache in front of that repository."""
    return MavenContext(
        repo_cache=tmp_path, remote_repos={"here": f"http://127.0.0.1:{repository.server_port}"}, timeout=5
    )


def test_the_lock_names_every_jar_once():
    """Coordinates and a SHA-256 on each line."""
    items = list(locked(jars.LOCK.read_text("utf-8")))
    assert len(items) == 129
    assert len({item[:5] for item in items}) == len(items)
    assert all(re.fullmatch("[0-9a-f]{64}", item.sha256) for item in items)
    assert {item.version for item in items if item.artifact == "solr-core"} == {"9.9.0"}


def test_fetched_once(context: MavenContext, repository: Repository):
    """The second time nobody is asked."""
    assert resolved(context, ITEM).read_bytes() == CONTENT
    asked = len(repository.asked)
    assert resolved(context, ITEM).read_bytes() == CONTENT
    assert len(repository.asked) == asked


def test_a_damaged_copy_is_fetched_again(context: MavenContext, tmp_path: Path):
    """The cache is shared with other programs, which may have been interrupted."""
    damaged = tmp_path / PATH.lstrip("/")
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(CONTENT[:10])
    assert resolved(context, ITEM).read_bytes() == CONTENT


def test_a_broken_transfer_is_tried_again(context: MavenContext, repository: Repository):
    """Once the connection breaks off in the middle."""
    repository.cut_short = 1
    assert resolved(context, ITEM).read_bytes() == CONTENT


def test_another_file_is_refused(context: MavenContext, tmp_path: Path):
    """Not what we locked: not used, not left in the cache."""
    with pytest.raises(NetworkMissing, match="SHA-256"):
        resolved(context, ITEM._replace(sha256="0" * 64))
    assert not (tmp_path / PATH.lstrip("/")).exists()


def test_no_network(tmp_path: Path):
    """One sentence with the file's name, and the status for it."""
    context = MavenContext(
        repo_cache=tmp_path, remote_repos={"gone": f"http://127.0.0.1:{any_free()}"}, timeout=2
    )
    with pytest.raises(NetworkMissing, match=r"thing-1\.0\.jar.*network") as caught:
        resolved(context, ITEM)
    assert caught.value.status == Exit.NO_NETWORK
