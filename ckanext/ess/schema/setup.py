"""Configuration defaults that the schema needs."""

from __future__ import annotations

from ckan.common import CKANConfig
from ckan.plugins import toolkit as tk

from ckanext.ess.schema import licences

LICENCES = "ckanext.ess.licences"


def apply_defaults(config: CKANConfig) -> None:
    """Offer our list of licences where the portal's ini asks for it and names no other."""
    if tk.asbool(config.get(LICENCES) or False) and not config.get("licenses_group_url"):
        config["licenses_group_url"] = f"file://{licences.FILE}"
