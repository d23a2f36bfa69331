"""What facet values are called, in French and English."""

from __future__ import annotations

from collections.abc import Mapping

from ckan.plugins import toolkit as tk

from ckanext.ess.index.facets import N_
from ckanext.ess.schema import choices, language

FRESHNESS: Mapping[str, str] = {
    "3-months": N_("Less than 3 months old"),
    "1-year": N_("3 months to 1 year old"),
    "2-years": N_("1 to 2 years old"),
    "older": N_("More than 2 years old"),
    "unknown": N_("Date unknown"),
}

#: Facet to the list that names its values.
LISTS: Mapping[str, str] = {
    "ess_kind": "kind",
    "ess_family": "family",
    "ess_country": "Country",
    "ess_sector_group": "SectorCategory",
    "ess_sdg": "UNSDG-Goals",
    "ess_file_type": "file_type",
    "ess_territory": "territory",
    "ess_language": "Language",
}

#: A facet with names that nobody searches for: "valid" is no word of a dataset.
_VERDICTS: Mapping[str, str] = {"ess_validation": "validation"}


def label(name: str, value: str) -> str | None:
    """Return what a facet's value is called in the reader's language.

    None for a facet whose names come from CKAN, or which is its own name (a version, a format).
    """
    if name == "ess_freshness":
        return tk._(FRESHNESS[value]) if value in FRESHNESS else value
    listed = LISTS.get(name) or _VERDICTS.get(name)
    return choices.label(listed, value, language.current()) if listed else None


def searchable(values: Mapping[str, list[str]]) -> str:
    """Return all names of a dataset's facet values, French and English, for the full-text search."""
    found: dict[str, None] = {}
    for name, listed in LISTS.items():
        for value in values.get(name, ()):
            found.update({choices.label(listed, value, "fr"): None, choices.label(listed, value, "en"): None})
    return " ".join(found)
