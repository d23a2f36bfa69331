# ruff: noqa: E501, F811 - tests a line; fixtures by their names
"""Mails about files that got worse, as they leave: to whom, what happens when they cannot, the pages, the command."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.jobs import notifying
from ckanext.ess.jobs.pace import Pace
from ckanext.ess.store import claims, worsenings
from ckanext.ess.store.notifications import Digest, Subscription, Worsening
from ckanext.ess.tests.ckan.mail_server import Mailbox
from ckanext.ess.tests.ckan.notification_portal import (
    BAD,
    LOGGER,
    TOLD,
    file,
    follow,
    heard,  # noqa: F401
    mailbox,  # noqa: F401
    people,  # noqa: F401
)
from ckanext.ess.tests.ckan.validation_portal import act, judge

pytestmark = pytest.mark.usefixtures("validation_portal", "heard")


class TestNobodyElseIsTold:
    """Rights are looked at when the mail leaves."""

    def test_private_files_to_those_who_may_see_them(self, people: dict[str, str], mailbox: Mailbox):
        one = file(people, private=True, title="Secret")
        follow(people, "editor")
        judge(one, BAD)
        assert notifying.tick() == TOLD(made=1, sent=1)
        assert "Secret" in mailbox.texts()[0]

    @pytest.mark.parametrize("capacity", ["member", ""])
    def test_who_lost_the_right(self, people: dict[str, str], mailbox: Mailbox, capacity: str):
        one = file(people, private=True, title="Secret")
        follow(people, "editor")
        judge(one, BAD)
        site = {"ignore_auth": True, "user": people["admin"]}
        if capacity:
            tk.get_action("organization_member_create")(
                site, {"id": "puits", "username": people["editor"], "role": capacity}
            )
        else:
            tk.get_action("organization_member_delete")(site, {"id": "puits", "username": people["editor"]})
        assert notifying.tick() == TOLD(made=1, dropped=1)
        assert mailbox.messages == []

    def test_a_file_that_went_to_another_organisation(self, people: dict[str, str], mailbox: Mailbox):
        other = factories.Organization(name="riz")
        one, stays = file(people, title="Parti"), file(people, title="Resté")
        follow(people, "editor")
        judge(one, BAD)
        judge(stays, BAD)
        worsenings.gather(timedelta(0), timedelta(hours=1))
        moved = model.Resource.get(one).package
        moved.owner_org = other["id"]
        model.Session.commit()
        assert notifying.tick() == TOLD(sent=1)
        assert "Resté" in mailbox.texts()[0]
        assert "Parti" not in mailbox.texts()[0]

    def test_deleted_people_and_files(self, people: dict[str, str], mailbox: Mailbox):
        one = file(people)
        follow(people, "editor", "admin")
        judge(one, BAD)
        tk.get_action("user_delete")({"ignore_auth": True, "user": people["admin"]}, {"id": people["editor"]})
        tk.get_action("resource_delete")({"ignore_auth": True, "user": people["admin"]}, {"id": one})
        assert notifying.tick().sent == 0
        assert mailbox.messages == []

    def test_who_left_meanwhile(self, people: dict[str, str], mailbox: Mailbox):
        one = file(people)
        follow(people, "editor")
        judge(one, BAD)
        worsenings.gather(timedelta(0), timedelta(hours=1))
        act("ess_notification_unfollow", people["editor"], organization="puits")
        assert notifying.tick() == TOLD()


class TestFailure:
    """Nothing else breaks, the reason is in the log, and one more try is made."""

    def later(self) -> None:
        """Let the time between two tries go by."""
        model.Session.execute(sa.update(Digest).values(tried=claims.NOW - timedelta(minutes=5)))
        model.Session.commit()

    def test_one_more_try(self, people: dict[str, str], mailbox: Mailbox, caplog: pytest.LogCaptureFixture):
        one = file(people)
        follow(people, "editor", "admin")
        judge(one, BAD)
        mailbox.refusal = "451 The disk is full"
        with caplog.at_level(logging.WARNING, LOGGER.name):
            assert notifying.tick() == TOLD(made=2, failed=2)
        assert "The disk is full" in caplog.text
        assert notifying.tick() == TOLD(), "not at once"
        mailbox.refusal = ""
        self.later()
        assert notifying.tick() == TOLD(sent=2)
        assert len(mailbox.messages) == 2
        assert notifying.tick() == TOLD()

    def test_two_failures_are_enough(
        self, people: dict[str, str], mailbox: Mailbox, caplog: pytest.LogCaptureFixture
    ):
        one = file(people)
        follow(people, "editor")
        judge(one, BAD)
        mailbox.refusal = "554 No"
        notifying.tick()
        self.later()
        with caplog.at_level(logging.ERROR, LOGGER.name):
            assert notifying.tick() == TOLD(failed=1)
        assert "given up" in caplog.text
        self.later()
        assert notifying.tick() == TOLD()

    def test_a_server_that_is_not_there(
        self, people: dict[str, str], mailbox: Mailbox, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ):
        one = file(people)
        follow(people, "editor")
        judge(one, BAD)
        monkeypatch.setitem(ckan_config, "smtp.server", "127.0.0.1:9")
        assert notifying.tick() == TOLD(made=1, failed=1)

    def test_no_server_at_all_keeps_what_is_to_be_told(
        self,
        people: dict[str, str],
        mailbox: Mailbox,
        ckan_config: Any,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ):
        one = file(people)
        follow(people, "editor")
        judge(one, BAD)
        monkeypatch.setitem(ckan_config, "smtp.server", "")
        assert notifying.tick() == TOLD()
        assert "smtp.server" in caplog.text
        monkeypatch.setitem(ckan_config, "smtp.server", mailbox.address)
        assert notifying.tick() == TOLD(made=1, sent=1)

    def test_a_process_that_died_costs_a_try_and_no_second_mail(
        self, people: dict[str, str], mailbox: Mailbox
    ):
        one = file(people)
        follow(people, "editor")
        judge(one, BAD)
        worsenings.gather(timedelta(0), timedelta(hours=1))
        for _ in range(worsenings.TRIES):
            assert len(worsenings.claim_digests(9)) == 1
            self.later()
        assert notifying.tick() == TOLD()
        model.Session.execute(sa.update(Digest).values(tried=claims.NOW - timedelta(hours=2)))
        model.Session.commit()
        assert len(worsenings.lost()) == 1


class TestPages:
    """A button on the organisation's page, a page behind the mail's link."""

    def test_the_button_is_for_those_who_may(self, people: dict[str, str], app: Any):
        for who in ("anonymous", "stranger", "member", "editor"):
            headers = {"Authorization": factories.APIToken(user=people[who])["token"]} if people[who] else {}
            page = app.get("/organization/puits", headers=headers).body
            assert ("/ess/notifications/puits/follow" in page) == (who == "editor"), who

    def test_on_and_off(self, people: dict[str, str], app: Any):
        headers = {"Authorization": factories.APIToken(user=people["editor"])["token"]}
        page = app.post("/fr/ess/notifications/puits/follow", headers=headers).body
        assert "Ne plus recevoir" in page
        page = app.post("/fr/ess/notifications/puits/unfollow", headers=headers).body
        assert "Suivre par courriel" in page

    def test_strangers_are_refused(self, people: dict[str, str], app: Any):
        headers = {"Authorization": factories.APIToken(user=people["stranger"])["token"]}
        assert (
            app.post("/ess/notifications/puits/follow", headers=headers, expect_errors=True).status_code
            == 403
        )
        assert (
            app.post("/ess/notifications/nowhere/follow", headers=headers, expect_errors=True).status_code
            == 404
        )

    def test_the_link_of_a_mail(self, people: dict[str, str], app: Any):
        follow(people, "editor")
        token = model.Session.scalars(sa.select(Subscription.token)).one()
        assert "Ne plus recevoir" in app.get(f"/fr/ess/notifications/stop/{token}").body
        assert act("ess_notification_show", people["editor"], organization="puits")["follows"], (
            "a look ends nothing"
        )
        page = app.get(f"/ess/notifications/stop/{token}")
        csrf = re.search(r'name="_csrf_token" value="([^"]+)"', page.body)
        assert (
            app.post(
                f"/ess/notifications/stop/{token}", data={"_csrf_token": csrf[1] if csrf else ""}
            ).status_code
            == 200
        )
        assert not act("ess_notification_show", people["editor"], organization="puits")["follows"]
        assert app.get("/ess/notifications/stop/of-nobody").status_code == 200


@pytest.mark.usefixtures("clean_queues")
def test_the_clock_has_a_worker_send(
    people: dict[str, str], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
):
    """A worker has no request, and must make addresses all the same."""
    one = file(people)
    follow(people, "editor")
    monkeypatch.setattr(notifying, "_looked_at", Pace())
    notifying.remind()
    assert rq_jobs() == []
    judge(one, BAD)
    notifying.remind()
    assert rq_jobs() == [], "not twice in a minute"
    monkeypatch.setattr(notifying, "_looked_at", Pace())
    notifying.remind()
    assert rq_jobs() == ["ess: mails about checks"]
    words = ["-c", tk.config["__file__"], "jobs", "worker", "--burst"]
    program = "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"
    settings = {
        **os.environ,
        "CKAN_SMTP_SERVER": mailbox.address,
        "CKAN_SMTP_MAIL_FROM": "portal@example.org",
    }
    answer = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=settings,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert len(mailbox.messages) == 1, answer.stderr[-3000:]
    assert "http://test.ckan.net/en/dataset/" in mailbox.texts()[0]


def rq_jobs() -> list[str]:
    """Titles of the jobs that wait in CKAN's own queue."""
    return [job["title"] for job in tk.get_action("job_list")({"ignore_auth": True}, {"queues": ["default"]})]


def test_the_command(people: dict[str, str], mailbox: Mailbox, cli: Any, monkeypatch: pytest.MonkeyPatch):
    """With a configuration of its own, as cron starts it."""
    from ckan.cli.cli import ckan as command

    one = file(people)
    follow(people, "editor")
    judge(one, BAD)
    model.Session.execute(sa.update(Worsening).values(noticed=claims.NOW - timedelta(minutes=6)))
    model.Session.commit()
    monkeypatch.setenv("CKAN_SMTP_SERVER", mailbox.address)
    monkeypatch.setenv("CKAN_SMTP_MAIL_FROM", "portal@example.org")
    answer = cli.invoke(command, ["ess", "notify"])
    assert (answer.exit_code, answer.output) == (0, "1 sent, 0 no longer needed, 0 failed\n"), (
        answer.exception
    )
    assert "/validation" in mailbox.texts()[0]
