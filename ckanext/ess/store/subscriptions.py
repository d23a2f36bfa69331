"""Following the checks of an organisation's files, and no longer."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckan import model

from ckanext.ess.store.claims import NOW
from ckanext.ess.store.notifications import Digest, Subscription

_BYTES = 32


def follow(user_id: str, organization_id: str, lang: str) -> None:
    """Have somebody told, in a language; who follows already changes the language. The caller commits."""
    statement = insert(Subscription).values(
        user_id=user_id,
        organization_id=organization_id,
        token=secrets.token_urlsafe(_BYTES),
        lang=lang,
        created=NOW,
    )
    model.Session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "organization_id"], set_={"lang": statement.excluded.lang}
        )
    )


def unfollow(user_id: str, organization_id: str) -> bool:
    """Have somebody told no more, not even what waits; return whether they followed. The caller commits."""
    for table in (Digest, Subscription):
        done = model.Session.execute(
            sa.delete(table).where(table.user_id == user_id, table.organization_id == organization_id)
        )
    return bool(done.rowcount)


def find(user_id: str, organization_id: str) -> Subscription | None:
    """Return a subscription, None where there is none."""
    return model.Session.get(Subscription, (user_id, organization_id))


def of_token(token: str) -> Subscription | None:
    """Return the subscription that a mail's link is about."""
    return model.Session.scalar(sa.select(Subscription).where(Subscription.token == token)) if token else None
