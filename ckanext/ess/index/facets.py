"""Which facets the dataset search offers, in which order, under which public names."""

from __future__ import annotations

from typing import Any


def dataset(facets_dict: dict[str, Any], package_type: str) -> dict[str, Any]:
    """Return the facets of the dataset search page: ``{public name: title}``."""
    return facets_dict


def organization(facets_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the facets of an organisation's page."""
    return facets_dict
