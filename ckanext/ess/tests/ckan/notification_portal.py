"""For the tests of mails about checks: people, files with verdicts, a real mail server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from ckan.tests import factories

from ckanext.ess.jobs import notifying
from ckanext.ess.tests.ckan import mail_server
from ckanext.ess.tests.ckan.mail_server import Mailbox
from ckanext.ess.tests.ckan.validation_portal import act, iati, judge, resource

GOOD, WARNED, BAD = iati(), iati('<recipient-country code="XX"/>'), b"<iati-activities"
TOLD = notifying.Told
#: CKAN's own logging keeps these from the root's handlers.
LOGGER = logging.getLogger(notifying.__name__)


@pytest.fixture
def mailbox(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A real server that CKAN sends to."""
    with mail_server.running() as running:
        monkeypatch.setitem(ckan_config, "smtp.server", running.address)
        monkeypatch.setitem(ckan_config, "smtp.mail_from", "portal@example.org")
        monkeypatch.setitem(ckan_config, "ckanext.ess.notifications.quiet_minutes", 0)
        yield running


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the notifier logs can be read by a test: migrations silence what was imported before them."""
    monkeypatch.setattr(LOGGER, "disabled", False)
    LOGGER.addHandler(caplog.handler)
    yield
    LOGGER.removeHandler(caplog.handler)


@pytest.fixture
def people() -> dict[str, str]:
    """One of each kind, by what they are to the organisation of the files."""
    users = {
        name: factories.User(email=f"{name}@example.org")["name"]
        for name in ("stranger", "member", "editor", "admin")
    }
    own = [{"name": users[name], "capacity": name} for name in ("member", "editor", "admin")]
    mine = factories.Organization(name="puits", title="Des puits", users=own)
    return {"anonymous": "", **users, "_org": mine["id"]}


def file(people: dict[str, str], content: bytes = GOOD, **fields: Any) -> str:
    """A file of the organisation, with its first verdict."""
    private = fields.pop("private", False)
    dataset = factories.Dataset(
        owner_org=people["_org"], private=private, title=fields.pop("title", "Projets")
    )
    made = resource(package_id=dataset["id"], name="activites.xml", **fields)
    judge(made["id"], content)
    return made["id"]


def follow(people: dict[str, str], *names: str) -> None:
    """Have some follow."""
    for name in names:
        act("ess_notification_follow", people[name], organization=people["_org"])
