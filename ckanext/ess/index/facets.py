"""Which facets the dataset search offers, in which order, under which public names.

To add one: a line in :data:`FACETS`, its values in :mod:`ckanext.ess.index.packages`, its labels in
:mod:`ckanext.ess.index.labels`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.index import freshness


def N_(text: str) -> str:  # noqa: N802 (the name that Babel extracts)
    """Mark a text for translation without translating it yet."""
    return text


@dataclass(frozen=True)
class Facet:
    """One facet: its name in URLs and in the API, its title (a message id), and the Solr field behind it."""

    name: str
    title: str
    field: str = ""
    limit: int = 300

    def __post_init__(self) -> None:
        if not self.field:
            object.__setattr__(self, "field", f"vocab_{self.name}")

    @property
    def is_ours(self) -> bool:
        """Whether the public name is ours; CKAN's own fields keep their meaning in the API."""
        return self.name.startswith("ess_")


FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("ess_kind", N_("Kind of data")),
        Facet("organization", N_("Organisation"), field="organization"),
        Facet("ess_family", N_("ESS family")),
        Facet("ess_country", N_("Recipient country")),
        Facet("ess_sector_group", N_("Sector")),
        Facet("ess_sdg", N_("Sustainable Development Goal")),
        Facet("ess_file_type", N_("IATI file type")),
        Facet("ess_iati_version", N_("IATI version")),
        Facet("ess_validation", N_("Check of the files")),
        Facet("ess_territory", N_("Territory")),
        Facet("ess_language", N_("Language of the data")),
        Facet("license_id", N_("Licence"), field="license_id"),
        Facet("res_format", N_("Format"), field="res_format"),
        Facet("ess_freshness", N_("Freshness of the data"), field=freshness.FIELD, limit=freshness.MOST_DAYS),
    )
}

#: Solr field to public name, to name facets back.
PUBLIC_NAMES: dict[str, str] = {facet.field: facet.name for facet in FACETS.values()}


def dataset(facets_dict: dict[str, Any], package_type: str) -> dict[str, Any]:
    """Return the facets of the dataset search page: ``{public name: title}``.

    Ours come first, in the order of the configuration; what the portal had besides follows. Other dataset
    types keep their facets.
    """
    return _with_ours(facets_dict, config.facets()) if package_type == "dataset" else facets_dict


def organization(facets_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the facets of an organisation's page: those that can differ between its datasets."""
    return _with_ours(facets_dict, [n for n in config.facets() if n not in ("organization", "ess_family")])


def _with_ours(facets_dict: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    ours = {name: tk._(FACETS[name].title) for name in names if name in FACETS}
    return type(facets_dict)([*ours.items(), *((n, t) for n, t in facets_dict.items() if n not in FACETS)])
