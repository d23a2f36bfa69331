"""Key figures of the portal, computed from the search index in one question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ckan.plugins import toolkit as tk

from ckanext.ess.index import facet_lists, freshness, packages, solr

_LISTS = ("ess_kind", "ess_sector_group", "ess_country", "ess_freshness")
_DAYS = "ess_days"
_ACTIVITIES = "ess_activities"
_PUBLISHERS = "ess_publishers"
_MOST_NUMBERS = 100_000
_NEWEST = 4


class Figures(NamedTuple):
    """What anybody can find on the portal."""

    datasets: int
    organizations: int
    activities: int
    countries: int
    latest: str
    """The day of the latest data, ISO, or nothing."""
    facets: Mapping[str, list[Mapping[str, Any]]]
    """Facet name to its values, in the order of the search page: ``name``, ``display_name``, ``count``."""
    newest: list[dict[str, Any]]


def figures() -> Figures:
    """Return the figures of the public datasets.

    Raises:
        ckan.lib.search.SearchError: the search engine does not answer.
    """
    found = tk.get_action("package_search")(
        {"ignore_auth": False, "for_view": True, "user": "", "auth_user_obj": None},
        {
            "fq": "+dataset_type:dataset",
            "rows": _NEWEST,
            "sort": "metadata_created desc",
            "facet.field": [*_LISTS, *_raw_fields()],
        },
    )
    facets = found["facets"]
    return Figures(
        datasets=found["count"],
        organizations=len(_raw(facets, _PUBLISHERS, "organization")),
        activities=sum(
            int(number) * n for number, n in _raw(facets, _ACTIVITIES, "ess_activity_count").items()
        ),
        countries=len(facets["ess_country"]),
        latest=_latest(facets.get(_DAYS, {})),
        facets={name: facet_lists.in_order(name, found["search_facets"][name]["items"]) for name in _LISTS},
        newest=found["results"],
    )


def _raw_fields() -> list[str]:
    return [
        solr.raw_counts("organization", _PUBLISHERS, _MOST_NUMBERS),
        solr.raw_counts(freshness.FIELD, _DAYS, freshness.MOST_DAYS),
        solr.raw_counts("ess_activity_count", _ACTIVITIES, _MOST_NUMBERS),
    ]


def _raw(facets: Mapping[str, Any], key: str, field: str) -> Mapping[str, int]:
    """Return counts under our key, or under the field's name where CKAN does not let us give a key."""
    return facets.get(key) or facets.get(field) or {}


def _latest(days: Mapping[str, int]) -> str:
    """Return the latest day that is not to come; files dated tomorrow are somebody's slip."""
    today = packages.today().isoformat()
    return max((day for day in days if len(day) == len(today) and day <= today), default="")
