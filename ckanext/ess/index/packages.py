"""What CKAN's own search core knows of our dataset fields, and how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.index import clauses as cl
from ckanext.ess.index import freshness, labels, listed, organizations, search_page, solr, verdicts
from ckanext.ess.index.facets import FACETS, PUBLIC_NAMES
from ckanext.ess.index.stored import values

#: Our facets whose values stand in a dataset's field, which is the public name unless another is given here.
_OWN_FIELDS = {
    "ess_kind": "ess_kind",
    "ess_country": "ess_country",
    "ess_sdg": "ess_sdg",
    "ess_file_type": "ess_file_type",
    "ess_iati_version": "ess_iati_version",
    "ess_language": "language",
}
#: Fields of ours that the document holds in another form.
_REPLACED = {*(name for name, facet in FACETS.items() if facet.is_ours), "ess_activity_count"}
_LONGEST_VALUE = 200
_MOST_ACTIVITIES = 10**12 - 1
_LABELS_FIELD = "extras_ess_labels"


def document(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the Solr document of a dataset with our facet fields added.

    Nothing that others put there is changed; other package types and broken values pass through.
    """
    if pkg_dict.get("type", "dataset") != "dataset":
        return pkg_dict
    found = facet_values(pkg_dict)
    found["ess_validation"] = verdicts.of_dataset(pkg_dict.get("id", ""))
    publisher = organizations.facts(pkg_dict.get("owner_org"))
    found["ess_family"] = publisher.family
    found["ess_territory"] = values(pkg_dict.get("ess_territory")) or publisher.territories
    added: dict[str, Any] = {FACETS[name].field: _short(listed) for name, listed in found.items() if listed}
    added[freshness.FIELD] = [freshness.day(_data_date(pkg_dict), today())]
    added[_LABELS_FIELD] = labels.searchable(found)
    added[organizations.FIELD] = publisher.fingerprint
    # Lists in our fields arrive as JSON text, which nobody can search: the lists above stand for them.
    kept = {key: value for key, value in pkg_dict.items() if key not in _REPLACED}
    return {**kept, **added, **_sortable(pkg_dict)}


def facet_values(pkg_dict: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the facet values that a dataset itself holds: ``{public name: values}``."""
    found = {name: values(pkg_dict.get(field)) for name, field in _OWN_FIELDS.items()}
    # A sector's first three digits are its category in the DAC list.
    groups = values(pkg_dict.get("ess_sector_group")) or [
        code[:3] for code in values(pkg_dict.get("ess_sector"))
    ]
    found["ess_sector_group"] = list(dict.fromkeys(groups))
    return found


def query(search_params: dict[str, Any]) -> dict[str, Any]:
    """Return the search parameters with public facet names mapped to Solr fields.

    What is chosen on a search page, and bare clauses of our facets in ``fq``, become one tagged filter for
    each facet: alternatives inside it. Other clauses keep their meaning.
    """
    now = today()
    page = search_page.filters(search_params.get("fq") or "")
    lifted = cl.lift(page.rest, {name for name, facet in FACETS.items() if facet.is_ours})
    ours = [solr.chosen(name, chosen, now) for name, chosen in page.chosen.items()]
    for name, conditions in lifted.conditions.items():
        ours.append(solr.filtered(name, [solr.condition(name, text, now) for text in conditions]))
    others = [solr.translated(item, now) for item in search_params.get("fq_list") or []]
    changed: dict[str, Any] = {"fq": solr.translated(lifted.rest, now)}
    if ours or others:
        changed["fq_list"] = [*others, *ours]
    if search_params.get("q"):
        changed["q"] = solr.translated(search_params["q"], now)
    if search_params.get("facet.field"):
        changed.update(solr.faceting(search_params))
    return {**search_params, **changed}


def results(search_results: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a search with public facet names and readable labels."""
    listed.note(one for one in search_results["results"] if isinstance(one, dict))
    facets = {PUBLIC_NAMES.get(name, name): counts for name, counts in search_results["facets"].items()}
    if not facets:
        return search_results
    if "ess_freshness" in facets:
        facets["ess_freshness"] = freshness.counts(facets["ess_freshness"], today())
    shown = {PUBLIC_NAMES.get(name, name): facet for name, facet in search_results["search_facets"].items()}
    for name, counts in facets.items():
        if name in FACETS:
            shown[name] = {
                "title": tk._(FACETS[name].title),
                "items": _items(name, counts, shown[name]["items"]),
            }
    return {**search_results, "facets": facets, "search_facets": shown}


def today() -> date:
    """Return the day, in UTC, by which freshness is judged."""
    return datetime.now(timezone.utc).date()


def _short(listed: list[str]) -> list[str]:
    """Leave out what no code list holds; Solr refuses a whole document for one text that is too long."""
    return [value for value in listed if len(value) <= _LONGEST_VALUE]


def _items(name: str, counts: Mapping[str, int], core: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a facet's items with our labels, or else CKAN's. A resource without a format is no choice."""
    cores = {item["name"]: item["display_name"] for item in core}
    return [
        {
            "name": value,
            "display_name": labels.label(name, value) or cores.get(value, value),
            "count": count,
        }
        for value, count in counts.items()
        if value
    ]


def _data_date(pkg_dict: Mapping[str, Any]) -> object:
    """Return the date of the data.

    An IATI file says it itself or not at all: when its record was changed says nothing about the data. For
    other data we have the publisher's word.
    """
    if pkg_dict.get("ess_data_date") or str(pkg_dict.get("ess_kind")).startswith("iati-"):
        return pkg_dict.get("ess_data_date")
    return pkg_dict.get("modified") or pkg_dict.get("issued")


def _sortable(pkg_dict: Mapping[str, Any]) -> dict[str, str]:
    """Return the number of activities so that text sorts like numbers. An organisation file has none."""
    if pkg_dict.get("ess_file_type") == "organisations":
        return {}
    try:
        number = int(pkg_dict.get("ess_activity_count") or "")
    except (TypeError, ValueError):
        return {}
    return {"ess_activity_count": f"{min(max(number, 0), _MOST_ACTIVITIES):012d}"}
