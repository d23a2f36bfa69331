"""What the portal's clock does for the checks of files: finds what nobody asked for, or nobody finished."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from ckan import model

from ckanext.ess import config
from ckanext.ess.index import verdicts as index
from ckanext.ess.jobs import activities, queue
from ckanext.ess.jobs.indexing import is_on
from ckanext.ess.jobs.pace import Pace
from ckanext.ess.store import activity_state, checks, claims, conversions, verdicts
from ckanext.ess.store.harvest import utcnow
from ckanext.ess.store.validation import ValidationState

#: Verdicts made again in one go, so that a portal with many does not ask for all of them at the same minute.
_MOST_STALE = 200

_looked_at = Pace()


def tick() -> int:
    """Ask for checks of files that are new to us or were not checked for long, and send for all that is due.

    May be called every few seconds: it looks through everything once a minute only. What is due includes what
    a killed worker left: its claim has run out. What visitors had checked goes away when its day is over.

    Returns:
        How many checks are due.
    """
    if not config.validation_enabled() or not verdicts.tables_exist():
        return 0
    if _looked_at.is_long_ago():
        look_through()
    due = claims.due()
    if due:
        queue.send(due)
    return due


def look_through() -> None:
    """Ask for checks of what is new or old, forget visitors' checks of yesterday, mend the search index."""
    ask_for_new()
    ask_for_stale()
    checks.prune()
    conversions.prune()
    model.Session.commit()
    index.refresh_all()
    look_after_activities()


def look_after_activities(most: int = _MOST_STALE) -> None:
    """Find what changed without anybody telling the index of activities, and make its news visible."""
    if not is_on():
        return
    activity_state.leave_gone()
    model.Session.commit()
    if wanted := list(activities.wanting(most)):
        activities.ask(wanted, urgent=False)
    activities.settle()


def ask_for_new() -> int:
    """Ask for checks of resources that we know nothing of, and of those changed past CKAN's own ways."""
    state = ValidationState
    known = sa.exists().where(
        state.resource_id == model.Resource.id, state.fingerprint == claims.fingerprint()
    )
    return len(claims.ask(~known, reason=claims.CHANGED, unless_known=True))


def ask_for_stale(most: int = _MOST_STALE) -> int:
    """Ask for checks whose verdict is older than wanted, oldest first; those with nothing to check stay."""
    days = config.validation_max_age_days()
    if not days:
        return 0
    state = ValidationState
    oldest = (
        sa.select(state.resource_id)
        .where(
            state.checked < utcnow() - timedelta(days=days),
            state.wanted.is_(None),
            state.status != "not-applicable",
        )
        .order_by(state.checked)
        .limit(most)
    )
    return len(claims.ask(model.Resource.id.in_(oldest), reason=claims.STALE))
