"""Validation schemas of the actions."""

from __future__ import annotations

from ckan.plugins import toolkit as tk
from ckan.types import Schema, Validator

__all__ = ["page_of_list", "siren_lookup"]


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
