"""Who may call which action."""

from __future__ import annotations

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.ess import config
from ckanext.ess.jobs import notifying

__all__ = [
    "ess_activity_export",
    "ess_activity_facets",
    "ess_activity_money",
    "ess_activity_search",
    "ess_activity_show",
    "ess_convert",
    "ess_harvest_confirm_loss",
    "ess_harvest_dataset",
    "ess_harvest_report",
    "ess_notification_follow",
    "ess_notification_show",
    "ess_notification_unfollow",
    "ess_siren_lookup",
    "ess_validate",
    "ess_validation_history",
    "ess_validation_list",
    "ess_validation_report",
    "ess_validation_run",
    "ess_validation_show",
]


def ess_harvest_dataset(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may edit the dataset."""
    return _as("package_update", context, data_dict)


def ess_harvest_confirm_loss(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the harvest source."""
    return _as("harvest_source_update", context, data_dict)


def ess_harvest_report(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the harvest source: errors may name what is not public."""
    return _as("harvest_source_update", context, data_dict)


def _as(action: str, context: Context, data_dict: DataDict) -> AuthResult:
    try:
        tk.check_access(action, context, {"id": tk.get_or_bust(data_dict, "id")})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}


def ess_siren_lookup(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Whoever is logged in: strangers do not use the portal as a relay to the register."""
    return {"success": bool(context.get("user"))}


def ess_notification_follow(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever can correct the organisation's files."""
    organization = model.Group.get(tk.get_or_bust(data_dict, "organization"))
    user = model.User.get(context.get("user") or "")
    if not config.notifications() or user is None or organization is None:
        return {"success": False}
    return {"success": notifying.may_follow(user, organization.id)}


def ess_notification_show(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Whoever is logged in, about themselves."""
    return {"success": bool(context.get("user"))}


@tk.auth_allow_anonymous_access
def ess_notification_unfollow(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever has the link of a mail, or is logged in: everybody may leave."""
    return {"success": bool(data_dict.get("token") or context.get("user"))}


@tk.auth_allow_anonymous_access
def ess_validation_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may see the resource."""
    return _on_resource("resource_show", context, data_dict)


@tk.auth_allow_anonymous_access
def ess_validation_report(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may see the resource."""
    return _on_resource("resource_show", context, data_dict)


@tk.auth_allow_anonymous_access
def ess_validation_history(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may see the resource."""
    return _on_resource("resource_show", context, data_dict)


def ess_validation_run(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the resource."""
    return _on_resource("resource_update", context, data_dict)


@tk.auth_allow_anonymous_access
def ess_validation_list(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Everybody; the answer leaves out what the caller may not see."""
    return {"success": True}


def _on_resource(action: str, context: Context, data_dict: DataDict) -> AuthResult:
    try:
        tk.check_access(action, context, {"id": tk.get_or_bust(data_dict, "resource_id")})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}


@tk.auth_allow_anonymous_access
def ess_convert(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Anyone: what it may cost is limited."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def ess_validate(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Anyone: what it may cost is limited."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def ess_activity_search(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Everybody; the answer leaves out what the caller may not see."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def ess_activity_facets(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Everybody; what the caller may not see is not counted."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def ess_activity_money(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Everybody; what the caller may not see is not counted."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def ess_activity_show(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Everybody; what the caller may not see is not found."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def ess_activity_export(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Everybody; the file leaves out what the caller may not see."""
    return {"success": True}
