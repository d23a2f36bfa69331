"""Which datasets a user may see, as a condition for queries over many of them.

CKAN answers this through permission labels. Its own labels are simple enough to be said in SQL; where another
extension gives labels of its own, the search index, which has them, is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.lib.plugins import DefaultPermissionLabels, get_permission_labels
from ckan.plugins import toolkit as tk
from ckan.types import Context

_PAGE = 1000


def condition(context: Context) -> sa.ColumnElement[bool]:
    """Condition on ``model.Package``: the active datasets that the caller of an action may see."""
    active = model.Package.state == "active"
    user = model.User.get(context.get("user") or "")
    if context.get("ignore_auth") or (user is not None and user.sysadmin and user.state == "active"):
        return active
    labels = get_permission_labels()
    if type(labels) is not DefaultPermissionLabels:
        return sa.and_(active, model.Package.id.in_(_searched(context)))
    return sa.and_(active, _by_labels(labels.get_user_dataset_labels(user)))


def _by_labels(labels: Iterable[str]) -> sa.ColumnElement[bool]:
    """What CKAN's own labels mean for an active dataset."""
    package = model.Package
    by_kind: dict[str, list[str]] = {}
    for label in labels:
        kind, _, identifier = label.partition("-")
        by_kind.setdefault(kind, []).append(identifier)
    unowned = sa.or_(package.owner_org.is_(None), package.owner_org == "")
    return sa.or_(
        package.private.is_(False) if "public" in by_kind else sa.false(),
        package.owner_org.in_([one for one in by_kind.get("member", []) if one]),
        sa.and_(unowned, package.creator_user_id.in_(by_kind.get("creator", []))),
        package.id.in_(by_kind.get("collaborator", [])),
    )


def _searched(context: Context) -> list[str]:
    found: list[str] = []
    while True:
        query: dict[str, Any] = {
            "fl": "id",
            "include_private": True,
            "rows": _PAGE,
            "start": len(found),
            "sort": "id asc",
        }
        asked = {"user": context.get("user"), "auth_user_obj": context.get("auth_user_obj")}
        page = tk.get_action("package_search")(asked, query)["results"]  # type: ignore[arg-type]
        found += [one["id"] for one in page]
        if len(page) < _PAGE:
            return found
