"""API actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.ess import config
from ckanext.ess.index import shown
from ckanext.ess.logic import schema
from ckanext.ess.logic.activity_actions import (
    ess_activity_export,
    ess_activity_facets,
    ess_activity_money,
    ess_activity_search,
    ess_activity_show,
)
from ckanext.ess.logic.check_actions import ess_validate
from ckanext.ess.logic.convert_actions import ess_convert
from ckanext.ess.logic.harvest_actions import (
    ess_harvest_confirm_loss,
    ess_harvest_dataset,
    ess_harvest_report,
)
from ckanext.ess.logic.notification_actions import (
    ess_notification_follow,
    ess_notification_show,
    ess_notification_unfollow,
)
from ckanext.ess.logic.validation_actions import (
    ess_validation_history,
    ess_validation_list,
    ess_validation_report,
    ess_validation_run,
    ess_validation_show,
)
from ckanext.ess.schema import completion, language
from ckanext.ess.sources import recherche_entreprises
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.http import Http

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
    "package_list",
    "package_show",
]


@tk.side_effect_free
def ess_siren_lookup(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask the public register what it knows of a SIREN.

    Args:
        context: CKAN's.
        data_dict: ``siren``, nine digits however spaced.

    Returns:
        ``found``; ``fields``, values for the organisation form by field; ``is_social_economy`` and
        ``is_closed``, what the register says; ``problem``, a sentence where it could not be asked or read.

    Raises:
        ValidationError: the number is no SIREN.
        NotAuthorized: nobody is logged in.
    """
    tk.check_access("ess_siren_lookup", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema.siren_lookup(), context)
    if errors:
        raise tk.ValidationError(errors)
    answer: dict[str, Any] = {"found": False, "fields": {}, "problem": ""}
    address = config.recherche_entreprises_url()
    if not address:
        return {**answer, "problem": tk._("This portal does not ask the register.")}
    try:
        found = recherche_entreprises.find(_http(), address, data["siren"])
    except SourceError as error:
        return {**answer, "problem": error.sentence(language.current())}
    if found is None:
        return answer
    said = {"is_social_economy": found.is_social_economy, "is_closed": found.is_closed}
    return {**answer, "found": True, "fields": completion.fields(found), **said}


@tk.chained_action
@tk.side_effect_free
def package_list(original: Callable[..., Any], context: Context, data_dict: DataDict) -> Any:
    """Names of the public datasets, those of type ``dataset`` only unless the portal says otherwise.

    CKAN's own also lists harvest sources and other types, on which catalogues stumble that harvest us.
    """
    if not config.package_list_datasets_only():
        return original(context, data_dict)
    tk.check_access("package_list", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema.page_of_list(), context)
    if errors:
        raise tk.ValidationError(errors)
    column = model.Package.id if context.get("api_version") == _IDS_VERSION else model.Package.name
    query = select(column).where(
        model.Package.state == "active", model.Package.private.is_(False), model.Package.type == "dataset"
    )
    query = query.order_by(column).limit(data.get("limit") or None).offset(data.get("offset") or None)
    return list(model.Session.scalars(query))


@tk.chained_action
@tk.side_effect_free
def package_show(original: Callable[..., Any], context: Context, data_dict: DataDict) -> Any:
    """A dataset. While a harvest writes many, what the activity stream is shown also serves the index."""
    return shown.show(original, context, data_dict)


#: Version of CKAN's API that names datasets by their identifier.
_IDS_VERSION = 2


def _http() -> Http:
    return Http(allow_private=config.http_allow_private(), pause=0)
