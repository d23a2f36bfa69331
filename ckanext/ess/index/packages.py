"""What CKAN's own search core knows of our dataset fields, and how it is asked."""

from __future__ import annotations

from typing import Any


def document(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the Solr document of a dataset with our facet fields added."""
    return pkg_dict


def query(search_params: dict[str, Any]) -> dict[str, Any]:
    """Return the search parameters with public facet names mapped to Solr fields."""
    return search_params


def results(search_results: dict[str, Any], search_params: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a search with public facet names."""
    return search_results
