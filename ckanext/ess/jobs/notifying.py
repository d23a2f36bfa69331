"""Tells an organisation's followers that files got worse: one mail for a harvest or an upload."""

from __future__ import annotations

import logging
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from ckan import authz, model
from ckan import plugins as p
from ckan.lib import mailer
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.iati.validate.formats.digest import REASONS, Change, Letter, body, subject
from ckanext.ess.iati.validate.formats.rules import shown
from ckanext.ess.jobs.pace import Pace
from ckanext.ess.schema import choices, language, verdicts
from ckanext.ess.sources.file_problems import problem_words
from ckanext.ess.store import subscriptions, worsenings
from ckanext.ess.store.notifications import Digest, Subscription
from ckanext.ess.store.verdicts import of_resource

log = logging.getLogger(__name__)

#: However long checks and harvests go on, nobody waits longer.
LONGEST = timedelta(hours=6)
#: Mails sent in one round.
_ROUND = 200
#: After so long a job that sends is stopped; it sends the rest at its next round.
_JOB_SECONDS = 1800
#: Seconds of silence after which a mail server is given up.
_SECONDS = 30
#: Who may follow an organisation: those who can correct its files.
PERMISSION = "update_dataset"


_looked_at = Pace()


class Told(NamedTuple):
    """What a round did: mails made ready, sent, not needed after all, failed."""

    made: int = 0
    sent: int = 0
    dropped: int = 0
    failed: int = 0


def tick() -> Told:
    """One round: make ready what is due, and send it. A mail that fails is tried once more later."""
    if not config.notifications():
        return Told()
    if not _can_send():
        log.warning("No mail server is set (smtp.server): nobody is told of files that got worse")
        return Told()
    for number in worsenings.lost():
        log.error("The mail %d was lost with the process that sent it", number)
    made = worsenings.gather(timedelta(minutes=config.notifications_quiet_minutes()), LONGEST)
    outcomes = [_send(digest) for digest in worsenings.claim_digests(_ROUND)]
    return Told(made, outcomes.count("sent"), outcomes.count("dropped"), outcomes.count("failed"))


def remind() -> None:
    """What the portal's clock does, every few seconds: once a minute, have a worker send what is due.

    The clock itself never waits for a mail server.
    """
    if not _looked_at.is_long_ago() or not config.notifications() or not _can_send():
        return
    worsenings.gather(timedelta(minutes=config.notifications_quiet_minutes()), LONGEST)
    if worsenings.has_due():
        tk.enqueue_job(tick, title="ess: mails about checks", rq_kwargs={"timeout": _JOB_SECONDS})


def _can_send() -> bool:
    """Whether mails leave at all: without a server, CKAN throws them away."""
    return bool(tk.config.get("smtp.server")) or any(p.PluginImplementations(p.INotifier))


@contextmanager
def _patience() -> Iterator[None]:
    """Wait for a mail server only so long; CKAN's mailer has no limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def may_follow(user: model.User, organization_id: str) -> bool:
    """Whether somebody can correct an organisation's files."""
    return user.state == "active" and authz.has_user_permission_for_group_or_org(
        organization_id, user.name, PERMISSION
    )


def _send(digest: Digest) -> str:
    number, attempts = digest.id, digest.attempts
    found = _addressee(digest)
    letter = _letter(digest, *found) if found else None
    if not found or letter is None:
        worsenings.settle(number)
        return "dropped"
    user, followed = found
    lang, stop = followed.lang, letter.stop_url
    try:
        with _patience():
            mailer.mail_user(
                user, subject(letter, lang), body(letter, lang), headers={"List-Unsubscribe": f"<{stop}>"}
            )
    except (mailer.MailerException, smtplib.SMTPException, OSError, ValueError, AssertionError) as error:
        model.Session.rollback()
        _failed(number, attempts, error)
        return "failed"
    worsenings.settle(number)
    return "sent"


def _failed(number: int, attempts: int, error: Exception) -> None:
    if attempts >= worsenings.TRIES:
        worsenings.settle(number)
        log.error("The mail %d could not be sent and is given up: %s", number, error)
    else:
        log.warning("The mail %d could not be sent, another try follows: %s", number, error)


def _addressee(digest: Digest) -> tuple[model.User, Subscription] | None:
    """Return who is told, None where nobody is any more: they left, lost their rights, have no address."""
    user = model.User.get(digest.user_id)
    followed = subscriptions.find(digest.user_id, digest.organization_id)
    if user is None or followed is None or not may_follow(user, digest.organization_id):
        return None
    return (user, followed) if user.email else None


def _letter(digest: Digest, user: model.User, followed: Subscription) -> Letter | None:
    organization = model.Group.get(digest.organization_id)
    changes = [one for change in digest.changes if (one := _change(change, digest, user, followed.lang))]
    if organization is None or not changes:
        return None
    changes.sort(key=lambda one: (-worsenings.ORDER.index(one.new), one.dataset))
    return Letter(
        site=tk.config["ckan.site_title"],
        organization=organization.title or organization.name,
        organization_url=_url("organization.read", followed.lang, id=organization.name),
        reader=user.display_name,
        stop_url=_url("ess_notification.stop", followed.lang, token=followed.token),
        changes=[_in_words(one, followed.lang) for one in changes],
    )


def _in_words(change: Change, lang: str) -> Change:
    """Return a change with its verdicts as the portal's pages call them."""
    old, new = (choices.label(verdicts.LIST, status, _lang(lang)) for status in (change.old, change.new))
    return change._replace(old=old, new=new)


def _lang(lang: str) -> language.Lang:
    return "fr" if lang == "fr" else "en"


def _change(change: dict[str, str], digest: Digest, user: model.User, lang: str) -> Change | None:
    """Return what the mail says of a file; None where it is gone, moved, hidden from them, or well again."""
    resource = model.Resource.get(change["resource_id"])
    package = model.Package.get(change["package_id"])
    if resource is None or package is None or resource.state != "active" or package.state != "active":
        return None
    if package.owner_org != digest.organization_id or not _may_see(user, package.id):
        return None
    state, run = of_resource(resource.id)
    if state is None or state.status not in worsenings.ORDER:
        return None
    if worsenings.ORDER.index(state.status) <= worsenings.ORDER.index(change["old"]):
        return None
    reasons: list[str] = []
    if run and run.problem:
        reasons = [problem_words(run.problem, lang)["title"]]
    elif run:
        rules = shown(run.rules[:REASONS], run.version, lang)
        reasons = [f"{rule['title']} ({rule['count']})" for rule in rules]
    url = _url("resource.read", lang, id=package.name, resource_id=resource.id)
    return Change(
        package.title or package.name,
        resource.name or "",
        change["old"],
        state.status,
        reasons,
        f"{url}/validation",
    )


def _may_see(user: model.User, package_id: str) -> bool:
    try:
        tk.check_access("package_show", {"user": user.name, "model": model}, {"id": package_id})
    except tk.NotAuthorized:
        return False
    return True


def _url(endpoint: str, lang: str, **values: str) -> str:
    return tk.url_for(endpoint, locale=lang, qualified=True, **values)
