"""What the search of projects filters by: titles, in the order of the page.

To add one: a line in :data:`FIELDS`; the actions know its values and what they are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ckan.plugins import toolkit as tk


def N_(text: str) -> str:  # noqa: N802 (the name that Babel extracts)
    """Mark a text for translation without translating it yet."""
    return text


class Field(NamedTuple):
    """One thing to filter by.

    Attributes:
        title: a message id.
        is_first: whether its values are asked for with every search; the others come on demand.
        is_range: whether it is given as ``from..to`` by two inputs.
        is_open: whether its list is unfolded before anything is chosen.
    """

    title: str
    is_first: bool = False
    is_range: bool = False
    is_open: bool = False


FIELDS: Final[Mapping[str, Field]] = {
    "country": Field(N_("Country"), is_first=True, is_open=True),
    "sector_group": Field(N_("Sector"), is_first=True, is_open=True),
    "sdg": Field(N_("Sustainable Development Goal"), is_first=True),
    "publisher": Field(N_("Reporting organisation"), is_first=True, is_open=True),
    "funder": Field(N_("Funder"), is_first=True),
    "implementer": Field(N_("Implementer"), is_first=True),
    "status": Field(N_("Progress"), is_first=True, is_open=True),
    "budget_band": Field(N_("Budget"), is_first=True),
    "start_year": Field(N_("Started"), is_range=True),
    "end_year": Field(N_("Ended or to end"), is_range=True),
    "transaction_year": Field(N_("Money moved"), is_range=True),
    "sector": Field(N_("Precise sector")),
    "region": Field(N_("Region of the world")),
    "publisher_family": Field(N_("ESS family")),
    "publisher_type": Field(N_("Type of organisation")),
    "territory": Field(N_("Territory of the organisation")),
    "humanitarian": Field(N_("Humanitarian aid")),
    "aid_type": Field(N_("Aid type")),
    "validation": Field(N_("Check of the project")),
    "freshness": Field(N_("Freshness of the data")),
    "language": Field(N_("Language of the texts")),
    "has": Field(N_("What it tells")),
    "marker": Field(N_("Policy marker")),
    "scope": Field(N_("Scope")),
    "flow_type": Field(N_("Flow type")),
    "finance_type": Field(N_("Finance type")),
    "tied_status": Field(N_("Tied aid")),
    "document_category": Field(N_("Kind of document")),
    "currency": Field(N_("Currency")),
    "participant": Field(N_("Organisation taking part")),
}

#: Accepted in the address, without a list of values beside the results.
UNLISTED: Final[Mapping[str, str]] = {
    "location": N_("Part of the map"),
    "related": N_("Related to"),
    "dataset_id": N_("Dataset"),
    "sdg_target": N_("SDG target"),
    "collaboration_type": N_("Collaboration type"),
    "hierarchy": N_("Level"),
    "tag": N_("Tag"),
    "rule": N_("Broken rule"),
    "version": N_("IATI version"),
    "updated": N_("Last updated"),
}

FIRST: Final = tuple(name for name, field in FIELDS.items() if field.is_first)
RANGES: Final = tuple(name for name, field in FIELDS.items() if field.is_range)
LATER: Final = tuple(name for name, field in FIELDS.items() if not (field.is_first or field.is_range))

SORTS: Final[Mapping[str, str]] = {
    "relevance": N_("Relevance"),
    "newest": N_("Last update"),
    "start": N_("Latest start"),
    "budget": N_("Largest budget"),
    "title": N_("Title, A to Z"),
}
ROWS: Final = (20, 50, 100)


def title(name: str) -> str:
    """Return what a field is called in the page's language."""
    return tk._(FIELDS[name].title if name in FIELDS else UNLISTED.get(name, name))


def is_known(name: str) -> bool:
    """Whether an address may filter by this name."""
    return name in FIELDS or name in UNLISTED
