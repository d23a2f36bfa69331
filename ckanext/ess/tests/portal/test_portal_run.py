"""``ess-portal run``: commands among the services, and tests that cannot touch the portal's data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ckanext.ess.embedded.errors import Exit
from ckanext.ess.tests.portal.portals import Portal

#: A test as an extension has them: it empties whatever database and index it is given.
DESTROYER = """
import os
import pytest
from ckan import model

@pytest.mark.usefixtures("clean_db", "clean_index")
def test_destroys():
    assert model.User.by_name("camille") is None
    assert os.environ["CKAN_SQLALCHEMY_URL"].partition("?")[0].endswith("/ckan_test")
    assert os.environ["CKAN_SOLR_URL"].endswith("/ckan_test")
"""
INI = """
[app:main]
use = egg:ckan
SECRET_KEY = x
testing = true
ckan.site_url = http://test.ckan.net
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with one person, stopped."""
    made = Portal(tmp_path_factory.mktemp("run") / "portal")
    made.up()
    add = ("ckan", "user", "add", "camille", "email=camille@example.org", "password=motdepasse1")
    assert made.call("run", "--", *add).returncode == 0
    made.call("down")
    yield made
    made.call("reset", "--yes")


@pytest.fixture
def extension(tmp_path: Path) -> Path:
    """A folder with the test and its ini."""
    (tmp_path / "test_destroyer.py").write_text(DESTROYER)
    (tmp_path / "test.ini").write_text(INI)
    return tmp_path


def test_tests_never_touch_the_portal(portal: Portal, extension: Path):
    """Whatever way pytest is started, with the portal's services started for it."""
    arguments = ("-q", "--rootdir", str(extension), "--ckan-ini", str(extension / "test.ini"), str(extension))
    each_way = 'pytest "$@" && python -m pytest "$@" && env -- pytest "$@"'
    done = portal.call("run", "--", "sh", "-c", each_way, "sh", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("1 passed") == 3
    assert "camille" in portal.call("run", "--", "ckan", "user", "list").stdout


def test_services_end_with_the_command(portal: Portal):
    """And the status is the command's."""
    done = portal.call("run", "--", "sh", "-c", "echo $CKAN_INI; exit 42")
    assert done.returncode == 42
    assert done.stdout.strip() == str(portal.data / "ckan.ini")
    assert portal.leaves_nothing([]) == []
    assert portal.call("status").returncode == Exit.NOT_UP


def test_an_unknown_command_starts_nothing(portal: Portal):
    """One sentence at once."""
    done = portal.call("run", "--", "no-such-command")
    assert done.returncode == Exit.FAILED
    assert done.stderr == "The command no-such-command was not found.\n"


def test_a_folder_without_portal(tmp_path: Path):
    """Services alone, as ``make test`` uses them: databases that are empty and open."""
    fresh = Portal(tmp_path / "services")
    done = fresh.call("run", "--", "python", "-c", "import os; print(os.environ['CKAN_REDIS_URL'])")
    assert done.returncode == 0, done.stderr
    assert "socket_timeout=86400" in done.stdout
    assert fresh.call("reset", "--yes").returncode == Exit.OK
