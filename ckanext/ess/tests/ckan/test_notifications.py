# ruff: noqa: F811 - tests a line; fixtures by their names
"""Mails about files that got worse: who may follow, what makes one mail, how long it waits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.jobs import notifying
from ckanext.ess.store import claims, verdicts
from ckanext.ess.store.notifications import Subscription, Worsening
from ckanext.ess.tests.ckan.mail_server import Mailbox
from ckanext.ess.tests.ckan.notification_portal import (
    BAD,
    GOOD,
    TOLD,
    WARNED,
    file,
    follow,
    heard,  # noqa: F401
    mailbox,  # noqa: F401
    people,  # noqa: F401
)
from ckanext.ess.tests.ckan.validation_portal import act, judge

pytestmark = pytest.mark.usefixtures("validation_portal", "heard")


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
        assert message["Subject"] == "[ESS] Des puits: 2 files have a worse verdict"
        assert said.index("Projets 1") < said.index("Projets 0"), "the worst first"
        assert "Projets 2" not in said
        assert f"/resource/{files[0]}/validation" in said
        assert re.search("was: (?:Valid|Warnings), is: Unreadable", said)
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
        assert re.search("was: (?:Valid|Warnings), is: Unreadable", mailbox.texts()[0])

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
        assert mailbox.messages[0]["Subject"] == "[ESS] Des puits : un fichier obtient un moins bon verdict"
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
