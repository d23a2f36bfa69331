"""A portal's life at the terminal: up, found up, restarted, two side by side, stopped, deleted."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ckanext.ess.embedded.errors import Exit
from ckanext.ess.tests.portal.portals import Portal


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, str]]:
    """A portal that is up, and what its first start printed."""
    portal = Portal(tmp_path_factory.mktemp("life") / "portal")
    said = portal.up().stdout
    yield portal, said
    portal.call("reset", "--yes")


@pytest.fixture
def portal(first: tuple[Portal, str]) -> Portal:
    """That portal."""
    return first[0]


def get(url: str) -> str:
    """A page's text; errors raise."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def test_says_where_and_who_and_how_to_stop(first: tuple[Portal, str]):
    """Once, at the first start."""
    portal, said = first
    url = portal.status()["url"]
    assert url in said
    assert "Administrator: admin   password: " in said
    assert f"ess-portal down --data {portal.data}" in said


def test_the_password_is_nowhere_else(first: tuple[Portal, str]):
    """Shown once: not in a log, not in a file, not in an environment that lasts."""
    portal, said = first
    password = said.partition("password: ")[2].split()[0].encode()
    assert len(password) >= 16
    texts = [
        path
        for path in portal.data.rglob("*")
        if path.is_file() and path.suffix in {"", ".log", ".json", ".jsonl"}
    ]
    assert texts
    assert [path for path in texts if password in path.read_bytes()] == []


def test_french_first_english_offered(portal: Portal):
    """The home page in both languages."""
    url = portal.status()["url"]
    assert '<html lang="fr"' in get(url)
    assert '<html lang="en"' in get(f"{url}/en")


def test_status_for_programs(portal: Portal):
    """Everything that a script may want, and 0 for up."""
    done = portal.call("status", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == Exit.OK
    assert found["phase"] == "up"
    assert found["datasets"] == 0
    assert {"postgres", "redis", "solr", "web", "worker", "checks", "harvest1", "harvest2", "clock"} <= set(
        found["processes"]
    )


def test_a_second_up_says_so(portal: Portal):
    """And leaves it alone."""
    before = portal.status()["pid"]
    done = portal.call("up", "--detach")
    assert done.returncode == Exit.OK
    assert "already up at http://127.0.0.1:" in done.stdout
    assert portal.status()["pid"] == before


def test_a_used_port_is_one_sentence(portal: Portal, tmp_path: Path):
    """Its own status, and nothing started."""
    port = portal.status()["url"].rpartition(":")[2]
    other = Portal(tmp_path / "other")
    done = other.call("up", "--detach", "--port", port)
    assert done.returncode == Exit.PORT_USED
    assert done.stderr.count("\n") == 1
    assert port in done.stderr
    assert other.processes() == []


def test_logs(portal: Portal):
    """Of one process when named."""
    assert " solr " in portal.call("logs", "-n", "10000").stdout
    only = portal.call("logs", "-n", "50", "portal").stdout.splitlines()
    assert only
    assert all(" portal " in line[:20] for line in only)


def test_a_restart_keeps_the_data(portal: Portal):
    """Same address, same content, no new password, quickly."""
    url = portal.status()["url"]
    made = portal.call(
        "run", "--", "ckan", "user", "add", "claire", "email=claire@example.org", "password=motdepasse1"
    )
    assert made.returncode == 0, made.stderr
    assert portal.call("down").returncode == Exit.OK
    assert portal.call("status").returncode == Exit.NOT_UP
    assert portal.leaves_nothing([]) == []
    again = portal.call("up", "--detach")
    assert again.returncode == Exit.OK, again.stdout + again.stderr
    assert "password" not in again.stdout
    assert portal.status()["url"] == url
    assert portal.status()["took"] < 60  # (20 s on an idle machine; tests share theirs)
    assert "claire" in portal.call("run", "--", "ckan", "user", "list").stdout


def test_two_side_by_side(portal: Portal, tmp_path: Path):
    """In two folders; stopping one leaves the other."""
    other = Portal(tmp_path / "other portal")
    other.up()
    known = other.processes()
    assert other.status()["url"] != portal.status()["url"]
    assert get(other.status()["url"])
    assert other.call("reset", "--yes").returncode == Exit.OK
    assert not other.data.exists()
    assert other.leaves_nothing(known) == []
    assert get(portal.status()["url"])


def test_reset_asks_first(portal: Portal):
    """No terminal to answer: nothing is deleted."""
    done = portal.call("reset")
    assert done.returncode == Exit.FAILED
    assert "[y/N]" in done.stdout
    assert portal.status()["phase"] == "up"


def test_reset_deletes_portals_only(tmp_path: Path):
    """Not any folder that somebody names."""
    (tmp_path / "letter.txt").touch()
    assert Portal(tmp_path).call("reset", "--yes").returncode == Exit.OK
    assert (tmp_path / "letter.txt").exists()
