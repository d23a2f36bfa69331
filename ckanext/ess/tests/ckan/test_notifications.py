# ruff: noqa: E501 - tests a line
"""Mails about files that got worse: who gets one, when, what it says, and what happens when it cannot leave."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.jobs import notifying
from ckanext.ess.store import claims, verdicts, worsenings
from ckanext.ess.store.notifications import Digest, Subscription, Worsening
from ckanext.ess.tests.ckan import mail_server
from ckanext.ess.tests.ckan.mail_server import Mailbox
from ckanext.ess.tests.ckan.validation_portal import act, iati, judge, resource

#: CKAN's own logging keeps these from the root's handlers.
LOGGER = logging.getLogger(notifying.__name__)
pytestmark = pytest.mark.usefixtures("validation_portal")

GOOD, WARNED, BAD = iati(), iati('<recipient-country code="XX"/>'), b"<iati-activities"
TOLD = notifying.Told


@pytest.fixture
def mailbox(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A real server that CKAN sends to."""
    with mail_server.running() as running:
        monkeypatch.setitem(ckan_config, "smtp.server", running.address)
        monkeypatch.setitem(ckan_config, "smtp.mail_from", "portal@example.org")
        monkeypatch.setitem(ckan_config, "ckanext.ess.notifications.quiet_minutes", 0)
        yield running


@pytest.fixture(autouse=True)
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


class TestWhoMayFollow:
    """Those who can correct; everybody may leave."""

    @pytest.mark.parametrize(
        ("who", "may"),
        [("anonymous", False), ("stranger", False), ("member", False), ("editor", True), ("admin", True)],
    )
    def test_follow(self, people: dict[str, str], who: str, may: bool):
        if not may:
            with pytest.raises(tk.NotAuthorized):
                follow(people, who)
            return
        follow(people, who)
        assert act("ess_notification_show", people[who], organization="puits")["follows"]
        assert act("ess_notification_unfollow", people[who], organization="puits") == {
            "follows": False,
            "organization": "Des puits",
        }
        assert not act("ess_notification_show", people[who], organization="puits")["follows"]

    def test_nobody_asks_about_nobody(self, people: dict[str, str]):
        with pytest.raises(tk.NotAuthorized):
            act("ess_notification_show", "", organization="puits")
        with pytest.raises(tk.NotAuthorized):
            act("ess_notification_unfollow", "", organization="puits")

    def test_a_link_ends_only_its_own(self, people: dict[str, str]):
        follow(people, "editor", "admin")
        editor = model.Session.scalars(
            sa.select(Subscription)
            .join(model.User, model.User.id == Subscription.user_id)
            .where(model.User.name == people["editor"])
        ).one()
        assert act("ess_notification_unfollow", "", token=editor.token)["organization"] == "Des puits"
        assert act("ess_notification_show", people["admin"], organization="puits")["follows"]
        with pytest.raises(tk.ObjectNotFound):
            act("ess_notification_unfollow", "", token="of nobody")

    @pytest.mark.ckan_config("ckanext.ess.notifications", "false")
    def test_a_portal_may_do_without(self, people: dict[str, str], mailbox: Mailbox):
        with pytest.raises(tk.NotAuthorized):
            follow(people, "editor")
        assert notifying.tick() == TOLD()


class TestOneMail:
    """For what happened together."""

    def test_several_files_one_mail_each_follower(self, people: dict[str, str], mailbox: Mailbox):
        files = [file(people, title=f"Projets {number}") for number in range(3)]
        follow(people, "editor", "admin")
        for one, content in zip(files, (WARNED, BAD, GOOD), strict=True):
            judge(one, content)
        assert notifying.tick() == TOLD(made=2, sent=2)
        assert mailbox.people() == ["admin@example.org", "editor@example.org"]
        message, said = mailbox.messages[0], mailbox.texts()[0]
        assert message["Subject"] == "[ESS] Des puits: the checks of 2 files got worse"
        assert said.index("Projets 1") < said.index("Projets 0"), "the worst first"
        assert "Projets 2" not in said
        assert f"/resource/{files[0]}/validation" in said
        assert "was: valid, with warnings, is: unreadable" in said
        assert "To correct first:" in said
        (link,) = re.findall(r"http://test\.ckan\.net\S+/stop/\S+", said)
        assert message["List-Unsubscribe"].strip("<>").replace("\n", "").replace(" ", "") == link
        assert notifying.tick() == TOLD()

    def test_nothing_worse_no_mail(self, people: dict[str, str], mailbox: Mailbox):
        better, same, new = file(people, WARNED), file(people, BAD), file(people, BAD)
        follow(people, "editor")
        judge(better, GOOD)
        judge(same, BAD)
        assert notifying.tick() == TOLD()
        assert new
        assert mailbox.messages == []

    def test_worse_and_well_again_before_anyone_was_told(self, people: dict[str, str], mailbox: Mailbox):
        one = file(people)
        follow(people, "editor")
        judge(one, BAD)
        judge(one, GOOD)
        assert notifying.tick() == TOLD()

    def test_worse_in_steps_is_told_from_the_first(self, people: dict[str, str], mailbox: Mailbox):
        one = file(people)
        follow(people, "editor")
        judge(one, WARNED)
        judge(one, BAD)
        notifying.tick()
        assert "was: valid, with warnings, is: unreadable" in mailbox.texts()[0]

    def test_after_a_mail_one_starts_anew(self, people: dict[str, str], mailbox: Mailbox):
        one = file(people)
        follow(people, "editor")
        for content in (WARNED, WARNED, BAD):
            judge(one, content)
            notifying.tick()
        assert len(mailbox.messages) == 2

    def test_a_failure_that_is_tried_again_is_not_told(self, people: dict[str, str], mailbox: Mailbox):
        one = file(people)
        follow(people, "editor")
        claims.ask(model.Resource.id == one, reason=claims.ASKED)
        (claimed,) = claims.claim(1, "test", [one])
        assert claims.begin(claimed)
        verdicts.write(
            claimed,
            verdicts.Verdict("unreadable", {"started": claims.NOW}, again_in=timedelta(hours=1)),
            history=3,
        )
        assert notifying.tick() == TOLD()

    def test_in_french(self, people: dict[str, str], mailbox: Mailbox, app: Any):
        one = file(people)
        token = factories.APIToken(user=people["editor"])
        app.post("/fr/ess/notifications/puits/follow", headers={"Authorization": token["token"]})
        judge(one, BAD)
        notifying.tick()
        assert mailbox.messages[0]["Subject"] == "[ESS] Des puits : le contrôle d’un fichier s’est dégradé"
        assert "/fr/dataset/" in mailbox.texts()[0]

    def test_organisations_apart(self, people: dict[str, str], mailbox: Mailbox):
        other = factories.Organization(
            name="riz", title="Du riz", users=[{"name": people["editor"], "capacity": "admin"}]
        )
        first, second = file(people), file({**people, "_org": other["id"]})
        follow(people, "editor")
        act("ess_notification_follow", people["editor"], organization="riz")
        judge(first, BAD)
        judge(second, BAD)
        assert notifying.tick() == TOLD(made=2, sent=2)
        assert {bool("Du riz" in text) for text in mailbox.texts()} == {True, False}


class TestWaiting:
    """Until an organisation is at rest."""

    def test_while_a_check_is_due(self, people: dict[str, str], mailbox: Mailbox):
        one, other = file(people), file(people)
        follow(people, "editor")
        judge(one, BAD)
        claims.ask(model.Resource.id == other, reason=claims.ASKED)
        model.Session.commit()
        assert notifying.tick() == TOLD()
        judge(other, BAD)
        assert notifying.tick() == TOLD(made=1, sent=1)
        assert "2 files" in mailbox.messages[0]["Subject"]

    def test_while_a_harvest_runs(self, people: dict[str, str], mailbox: Mailbox):
        one = file(people)
        follow(people, "editor")
        judge(one, BAD)
        source = tk.get_action("harvest_source_create")(
            {"ignore_auth": True, "user": people["admin"]},
            {
                "name": "source",
                "url": "http://127.0.0.1:9/",
                "source_type": "iati-bulk",
                "owner_org": people["_org"],
                "title": "S",
            },
        )
        model.Session.execute(
            sa.text("INSERT INTO harvest_job (id, status, source_id) VALUES ('j', 'Running', :source)"),
            {"source": source["id"]},
        )
        model.Session.commit()
        assert notifying.tick() == TOLD()
        model.Session.execute(sa.update(Worsening).values(begun=claims.NOW - timedelta(hours=7)))
        model.Session.commit()
        assert notifying.tick() == TOLD(made=1, sent=1)

    def test_for_some_minutes(
        self, people: dict[str, str], mailbox: Mailbox, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setitem(ckan_config, "ckanext.ess.notifications.quiet_minutes", 5)
        one = file(people)
        follow(people, "editor")
        judge(one, BAD)
        assert notifying.tick() == TOLD()
        model.Session.execute(sa.update(Worsening).values(noticed=claims.NOW - timedelta(minutes=6)))
        model.Session.commit()
        assert notifying.tick() == TOLD(made=1, sent=1)


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
