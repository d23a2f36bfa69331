"""What facet values are called, in French and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.iati.standard import codelists
from ckanext.ess.index.facets import N_

FRESHNESS: Mapping[str, str] = {
    "3-months": N_("Less than 3 months old"),
    "1-year": N_("3 months to 1 year old"),
    "2-years": N_("1 to 2 years old"),
    "older": N_("More than 2 years old"),
    "unknown": N_("Date unknown"),
}


def _codes(name: str) -> Callable[[str, str], str]:
    return lambda value, lang: codelists.label(name, value, lang)


def _choices(field: str) -> Callable[[str, str], str]:
    return lambda value, lang: value


_LABELS: Mapping[str, Callable[[str, str], str]] = {
    "ess_kind": _choices("ess_kind"),
    "ess_family": _choices("ess_family"),
    "ess_file_type": _choices("ess_file_type"),
    "ess_territory": _choices("ess_territory"),
    "ess_country": _codes("Country"),
    "ess_sector_group": _codes("SectorCategory"),
    "ess_sdg": _codes("UNSDG-Goals"),
    "ess_language": _codes("Language"),
}


def label(name: str, value: str, lang: str) -> str | None:
    """Return what a facet's value is called, or None for a facet whose names CKAN or the value itself gives.

    Freshness is in the language of the request, whatever ``lang`` says.
    """
    if name == "ess_freshness":
        return tk._(FRESHNESS[value]) if value in FRESHNESS else value
    named = _LABELS.get(name)
    return named(value, lang) if named else None


def searchable(values: Mapping[str, list[str]]) -> str:
    """Return all names of a dataset's facet values, French and English, for the full-text search."""
    found: dict[str, None] = {}
    for name, named in _LABELS.items():
        for value in values.get(name, ()):
            found.update(dict.fromkeys(named(value, lang) for lang in ("fr", "en")))
    return " ".join(found)


def language() -> str:
    """Return the reader's language, or the portal's outside a request."""
    found: Any = tk.h.lang() if tk.request else tk.config["ckan.locale_default"]
    return str(found)
