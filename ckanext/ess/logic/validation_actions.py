"""The actions on validation; the answers are made in :mod:`ckanext.ess.logic.validation`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict, Schema

from ckanext.ess.logic import schema, validation

__all__ = [
    "ess_validation_history",
    "ess_validation_list",
    "ess_validation_report",
    "ess_validation_run",
    "ess_validation_show",
]


@tk.side_effect_free
def ess_validation_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The present verdict on a resource's file.

    Args:
        context: CKAN's.
        data_dict: ``resource_id``.

    Returns:
        ``status`` (``valid, warnings, errors, invalid, unreadable, not-applicable``, or ``pending`` where no
        check is finished), ``valid`` (nothing critical), ``summary`` (``{critical, error, warning,
        advisory}``), ``file_type``, ``version`` and ``declared_version``, ``activity_count``,
        ``row_count`` (of a table), ``hash`` (SHA-1) and ``size`` (bytes) of what was read, ``source``
        (``upload, remote, cached``), ``url``,
        ``started``, ``finished``, ``checked`` (last time that it was seen to hold), ``duration`` (seconds),
        ``engine`` and ``standard``, ``checking`` (a newer verdict is to come), ``run_id``, ``problem``
        (``{title, explanation, fix}`` of what kept the file from being read, or null), ``rules``: worst
        first, each ``{rule, severity, category, count, activities, title, explanation, fix, url, first,
        kinds}`` as :func:`ckanext.ess.iati.validate.formats.rules.shown` says. Sentences are in the caller's
        language.

    Raises:
        NotFound: there is no such resource.
        NotAuthorized: the caller may not see it.
    """
    data = _checked("ess_validation_show", context, data_dict, schema.validation_resource)
    return validation.show(data["resource_id"])


@tk.side_effect_free
def ess_validation_report(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Findings of the present verdict, in the file's order, a page at a time.

    Args:
        context: CKAN's.
        data_dict: ``resource_id``; ``rule``, ``kind``, ``severity``, ``activity`` (its identifier) to choose
            some; ``limit`` (100, at most 1000) and ``offset``.

    Returns:
        ``run_id``; ``total``, how many there are of those; ``findings``, in the shape of ``ess-iati``'s JSON.

    Raises:
        NotFound: there is no such resource.
        NotAuthorized: the caller may not see it.
        ValidationError: no such severity, no such number.
    """
    data = _checked("ess_validation_report", context, data_dict, schema.validation_report)
    return validation.report(data)


@tk.side_effect_free
def ess_validation_history(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Past checks of a resource, newest first.

    Args:
        context: CKAN's.
        data_dict: ``resource_id``; ``limit``.

    Returns:
        For each ``run_id, status, finished, duration, summary, hash, size, activity_count, source``.

    Raises:
        NotFound: there is no such resource.
        NotAuthorized: the caller may not see it.
    """
    data = _checked("ess_validation_history", context, data_dict, schema.validation_history)
    return validation.history(data["resource_id"], data["limit"])


@tk.side_effect_free
def ess_validation_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Verdicts on all files that the caller may see, worst first.

    Args:
        context: CKAN's.
        data_dict: ``organization``, ``dataset`` (names or ids) and ``status`` to choose some; ``limit`` (100,
            at most 1000) and ``offset``.

    Returns:
        ``count``, how many there are of those; ``counts``, how many of each status whatever ``status`` asks
        for; ``results``, each ``{resource_id, resource_name, package_id, package_name, package_title,
        organization, status, checking, summary, file_type, version, activity_count, finished}``.

    Raises:
        ValidationError: no such status, no such number.
    """
    tk.check_access("ess_validation_list", context, data_dict)
    return validation.listed(context, _validated(context, data_dict, schema.validation_list))


def ess_validation_run(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask for a resource's file to be checked, before those that nobody asked for.

    Args:
        context: CKAN's.
        data_dict: ``resource_id``.

    Returns:
        ``run_id``, which the verdict will carry, and ``status``: ``pending``.

    Raises:
        NotFound: there is no such resource.
        NotAuthorized: the caller may not change it.
    """
    data = _checked("ess_validation_run", context, data_dict, schema.validation_resource)
    return {"run_id": validation.ask(data["resource_id"]), "status": "pending"}


def _checked(
    action: str, context: Context, data_dict: DataDict, wanted: Callable[[], Schema]
) -> dict[str, Any]:
    """Check the request and that the caller may do this with the resource, which must be there."""
    data = _validated(context, data_dict, wanted)
    resource = model.Resource.get(data["resource_id"])
    if resource is None or resource.state != "active":
        raise tk.ObjectNotFound
    data["resource_id"] = resource.id
    tk.check_access(action, context, {"resource_id": resource.id})
    return data


def _validated(context: Context, data_dict: DataDict, wanted: Callable[[], Schema]) -> dict[str, Any]:
    data, errors = tk.navl_validate(data_dict, wanted(), context)
    if errors:
        raise tk.ValidationError(errors)
    return data
