"""Actions on following the checks of an organisation's files; :mod:`ckanext.ess.logic.action` lists them."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.ess.logic import schema
from ckanext.ess.schema import language
from ckanext.ess.store import subscriptions

__all__ = ["ess_notification_follow", "ess_notification_show", "ess_notification_unfollow"]


def ess_notification_follow(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Be written to when files of an organisation get worse: one mail for a harvest or an upload.

    Args:
        context: CKAN's.
        data_dict: ``organization``, its identifier or name.

    Returns:
        As :func:`ess_notification_show`.

    Raises:
        NotAuthorized: the caller cannot correct the organisation's files.
        ObjectNotFound: there is no such organisation.
    """
    data = _validated(data_dict, schema.notification(), context)
    organization = _organization(data["organization"])
    tk.check_access("ess_notification_follow", context, data_dict)
    user = _user(context)
    subscriptions.follow(user.id, organization.id, language.current())
    model.Session.commit()
    return _shown(user, organization)


def ess_notification_unfollow(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """No longer be written to.

    Args:
        context: CKAN's.
        data_dict: ``organization``, or the ``token`` of a mail, which needs no account.

    Returns:
        ``follows``, which is false; ``organization``, its title.

    Raises:
        ObjectNotFound: there is no such organisation; nobody follows by this token.
    """
    tk.check_access("ess_notification_unfollow", context, data_dict)
    data = _validated(data_dict, schema.notification_end(), context)
    if token := data.get("token"):
        followed = subscriptions.of_token(token)
        if followed is None:
            raise tk.ObjectNotFound(tk._("Nobody follows by this link."))
        user_id, organization = followed.user_id, model.Group.get(followed.organization_id)
    else:
        user_id, organization = _user(context).id, _organization(data.get("organization") or "")
    assert organization is not None  # noqa: S101 - a subscription goes away with its organisation
    subscriptions.unfollow(user_id, organization.id)
    model.Session.commit()
    return {"follows": False, "organization": organization.title or organization.name}


@tk.side_effect_free
def ess_notification_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Whether the caller follows an organisation's checks.

    Args:
        context: CKAN's.
        data_dict: ``organization``, its identifier or name.

    Returns:
        ``follows``; ``has_email``, without which nothing can be sent; ``organization``, its title.

    Raises:
        NotAuthorized: nobody is logged in.
        ObjectNotFound: there is no such organisation.
    """
    tk.check_access("ess_notification_show", context, data_dict)
    data = _validated(data_dict, schema.notification(), context)
    return _shown(_user(context), _organization(data["organization"]))


def _shown(user: model.User, organization: model.Group) -> dict[str, Any]:
    return {
        "follows": subscriptions.find(user.id, organization.id) is not None,
        "has_email": bool(user.email),
        "organization": organization.title or organization.name,
    }


def _user(context: Context) -> model.User:
    user = model.User.get(context.get("user") or "")
    if user is None:
        raise tk.NotAuthorized
    return user


def _organization(reference: str) -> model.Group:
    found = model.Group.get(reference)
    if found is None or not found.is_organization or found.state != "active":
        raise tk.ObjectNotFound(tk._("There is no such organization."))
    return found


def _validated(data_dict: DataDict, wanted: Any, context: Context) -> dict[str, Any]:
    data, errors = tk.navl_validate(data_dict, wanted, context)
    if errors:
        raise tk.ValidationError(errors)
    return data
