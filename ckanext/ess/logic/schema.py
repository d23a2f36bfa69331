"""Validation schemas of the actions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Schema, Validator

from ckanext.ess.iati.validate.finding import SEVERITIES
from ckanext.ess.store.validation import STATUSES

__all__ = [
    "notification",
    "notification_end",
    "page_of_list",
    "siren_lookup",
    "validate",
    "validation_history",
    "validation_list",
    "validation_report",
    "validation_resource",
]

#: Findings or verdicts in one answer.
_USUAL, _MOST = 100, 1000


@tk.validator_args
def notification(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Of ``ess_notification_follow`` and ``ess_notification_show``."""
    return {"organization": [not_empty, unicode_safe]}


@tk.validator_args
def notification_end(ignore_missing: Validator, unicode_safe: Validator) -> Schema:
    """Of ``ess_notification_unfollow``: one of the two."""
    return {"organization": [ignore_missing, unicode_safe], "token": [ignore_missing, unicode_safe]}


@tk.validator_args
def siren_lookup(not_empty: Validator, unicode_safe: Validator, ess_siren: Validator) -> Schema:
    """Of ``ess_siren_lookup``."""
    return {"siren": [not_empty, unicode_safe, ess_siren]}


@tk.validator_args
def page_of_list(ignore_missing: Validator, natural_number_validator: Validator) -> Schema:
    """Of ``package_list``: which part of a long list."""
    return {
        "limit": [ignore_missing, natural_number_validator],
        "offset": [ignore_missing, natural_number_validator],
    }


@tk.validator_args
def validate(ignore_missing: Validator, unicode_safe: Validator) -> Schema:
    """Of ``ess_validate``."""
    texts = {name: [ignore_missing, unicode_safe] for name in ("url", "schema")}
    return {**texts, "upload": [ignore_missing]}


@tk.validator_args
def convert(
    ignore_missing: Validator, not_missing: Validator, unicode_safe: Validator, boolean_validator: Validator
) -> Schema:
    """Of ``ess_convert``."""
    who = ("id", "name", "type", "role", "country")
    texts = (*(f"organisation_{one}" for one in who), "currency", "language")
    return {
        "upload": [not_missing],
        "columns": [ignore_missing],
        "partial": [ignore_missing, boolean_validator],
        **{name: [ignore_missing, unicode_safe] for name in texts},
    }


@tk.validator_args
def validation_resource(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Of the actions on the verdict of one resource."""
    return {"resource_id": [not_empty, unicode_safe]}


@tk.validator_args
def validation_report(
    not_empty: Validator,
    unicode_safe: Validator,
    ignore_missing: Validator,
    one_of: Callable[[Collection[str]], Validator],
) -> Schema:
    """Of ``ess_validation_report``."""
    return {
        "resource_id": [not_empty, unicode_safe],
        "rule": [ignore_missing, unicode_safe],
        "kind": [ignore_missing, unicode_safe],
        "severity": [ignore_missing, one_of(list(SEVERITIES))],
        "activity": [ignore_missing, unicode_safe],
        **_part(),
    }


@tk.validator_args
def validation_list(
    unicode_safe: Validator, ignore_missing: Validator, one_of: Callable[[Collection[str]], Validator]
) -> Schema:
    """Of ``ess_validation_list``."""
    return {
        "organization": [ignore_missing, unicode_safe],
        "dataset": [ignore_missing, unicode_safe],
        "status": [ignore_missing, one_of(list(STATUSES))],
        **_part(),
    }


@tk.validator_args
def validation_history(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Of ``ess_validation_history``."""
    return {"resource_id": [not_empty, unicode_safe], "limit": _part()["limit"]}


@tk.validator_args
def _part(
    default: Callable[[Any], Validator],
    natural_number_validator: Validator,
) -> Schema:
    return {
        "limit": [default(_USUAL), natural_number_validator, _at_most],
        "offset": [default(0), natural_number_validator],
    }


def _at_most(value: int) -> int:
    return min(value, _MOST)
