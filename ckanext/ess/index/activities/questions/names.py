"""The fields that a question may name: one table for reading, counting, the docs and the OpenAPI file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from ckanext.ess.index.facets import N_


class Kind(Enum):
    """What the values of a field are."""

    CODE = "code"
    COUNTRY = "country"
    ORGANISATION = "organisation"
    TEXT = "text"
    FLAG = "flag"
    CLASS = "class"
    INTEGER = "integer"
    YEAR = "year"
    AMOUNT = "amount"
    DAY = "day"
    AREA = "area"


#: Kinds whose values come in ranges.
RANGES = frozenset({Kind.INTEGER, Kind.YEAR, Kind.AMOUNT, Kind.DAY})
_UNCOUNTED = frozenset({Kind.TEXT, Kind.AMOUNT, Kind.DAY, Kind.AREA})


@dataclass(frozen=True)
class Named:
    """A field under its public name.

    ``list_name``: what names its values (a code list, or a list of choices); ``solr``: the field behind it,
    where it has another name.
    """

    name: str
    title: str
    kind: Kind = Kind.CODE
    list_name: str = ""
    solr: str = ""

    @property
    def field(self) -> str:
        """Name of the field in the index."""
        return self.solr or self.name

    @property
    def is_counted(self) -> bool:
        """Whether its values can be counted."""
        return self.kind not in _UNCOUNTED


_ORGANISATION, _TEXT, _CLASS = Kind.ORGANISATION, Kind.TEXT, Kind.CLASS
_YEAR, _AMOUNT, _DAY = Kind.YEAR, Kind.AMOUNT, Kind.DAY

FIELDS: Mapping[str, Named] = {
    one.name: one
    for one in (
        Named("country", N_("Recipient country"), Kind.COUNTRY, "Country"),
        Named("region", N_("Recipient region"), list_name="Region"),
        Named("sector_group", N_("Group of sectors"), list_name="SectorCategory"),
        Named("sector", N_("Sector"), list_name="Sector"),
        Named("sdg", N_("Sustainable Development Goal"), list_name="UNSDG-Goals"),
        Named("sdg_target", N_("Target of a goal"), list_name="UNSDG-Targets"),
        Named("publisher", N_("Publisher"), _ORGANISATION),
        Named("publisher_family", N_("ESS family of the publisher"), list_name="family"),
        Named("publisher_type", N_("Type of publisher"), list_name="OrganisationType"),
        Named("territory", N_("Territory of the publisher"), list_name="territory"),
        Named("funder", N_("Funder"), _ORGANISATION),
        Named("implementer", N_("Implementer"), _ORGANISATION),
        Named("participant", N_("Organisation that takes part"), _ORGANISATION),
        Named("status", N_("Status of the project"), list_name="ActivityStatus"),
        Named("start_year", N_("Year of start"), _YEAR),
        Named("end_year", N_("Year of end"), _YEAR),
        Named("transaction_year", N_("Year of transactions"), _YEAR),
        Named("budget_band", N_("Size of the budget"), _CLASS, "budget_band"),
        Named("humanitarian", N_("Humanitarian"), Kind.FLAG, "flag"),
        Named("aid_type", N_("Type of aid"), list_name="AidType"),
        Named("flow_type", N_("Type of flow"), list_name="FlowType"),
        Named("finance_type", N_("Type of finance"), list_name="FinanceType"),
        Named("tied_status", N_("Tied aid"), list_name="TiedStatus"),
        Named("collaboration_type", N_("Type of collaboration"), list_name="CollaborationType"),
        Named("scope", N_("Reach of the project"), list_name="ActivityScope"),
        Named("marker", N_("Policy marker"), list_name="marker"),
        Named("tag", N_("Tag"), list_name="tag"),
        Named("language", N_("Language"), list_name="Language"),
        Named("currency", N_("Currency"), list_name="Currency"),
        Named("validation", N_("Check of the project"), _CLASS, "validation"),
        Named("rule", N_("Rule that is broken"), list_name="rule"),
        Named("freshness", N_("Freshness"), _CLASS, "freshness", solr="updated"),
        Named("has", N_("What is told"), _CLASS, "has"),
        Named("funder_identified", N_("Funders with an identifier"), _CLASS, "funder_identified"),
        Named("document_category", N_("Kind of document"), list_name="DocumentCategory"),
        Named("hierarchy", N_("Level in the hierarchy")),
        Named("version", N_("Version of the standard")),
        Named("dataset_id", N_("Dataset"), list_name="dataset"),
        Named("resource_id", N_("File"), _TEXT),
        Named("iati_identifier", N_("IATI identifier"), _TEXT),
        Named("related", N_("Related project"), _TEXT),
        Named("budget_eur", N_("Budget in euros"), _AMOUNT),
        Named("commitments_eur", N_("Commitments in euros"), _AMOUNT),
        Named("disbursements_eur", N_("Disbursements and expenditures in euros"), _AMOUNT),
        Named("incoming_eur", N_("Incoming funds in euros"), _AMOUNT),
        Named("budget_usd", N_("Budget in US dollars"), _AMOUNT),
        Named("commitments_usd", N_("Commitments in US dollars"), _AMOUNT),
        Named("disbursements_usd", N_("Disbursements and expenditures in US dollars"), _AMOUNT),
        Named("incoming_usd", N_("Incoming funds in US dollars"), _AMOUNT),
        Named("start_date", N_("Start"), _DAY, solr="start"),
        Named("end_date", N_("End"), _DAY, solr="end"),
        Named("updated", N_("Last update"), _DAY),
        Named("location", N_("Area on the map"), Kind.AREA),
    )
}

COUNTED = tuple(name for name, one in FIELDS.items() if one.is_counted)

#: Lists of our own by name: their values, in the order in which they are shown.
CLASSES: Mapping[str, Mapping[str, str]] = {
    "budget_band": {
        "0": N_("No budget, or zero"),
        "1": N_("Less than 10,000 €"),
        "2": N_("10,000 to 100,000 €"),
        "3": N_("100,000 to 1 million €"),
        "4": N_("1 to 10 million €"),
        "5": N_("10 million € and more"),
    },
    "flag": {"1": N_("Yes"), "0": N_("No")},
    "validation": {
        "valid": N_("Without fault"),
        "advisory": N_("With advice"),
        "warning": N_("With warnings"),
        "error": N_("With errors"),
        "critical": N_("With critical errors"),
    },
    "freshness": {
        "3-months": N_("Less than 3 months old"),
        "1-year": N_("3 months to 1 year old"),
        "2-years": N_("1 to 2 years old"),
        "older": N_("More than 2 years old"),
        "unknown": N_("Date unknown"),
    },
    "has": {
        "budget": N_("Budget"),
        "transactions": N_("Transactions"),
        "results": N_("Results"),
        "documents": N_("Documents"),
        "locations": N_("Locations"),
    },
    "funder_identified": {
        "all": N_("All of them"),
        "some": N_("Some of them"),
        "none": N_("None of them"),
    },
}

#: Name of an order → Solr's. Without a date or an amount a project comes last.
ORDERS: Mapping[str, str] = {
    "relevance": "score desc",
    "newest": "updated desc",
    "oldest": "updated asc",
    "budget": "budget_eur desc",
    "budget_asc": "budget_eur asc",
    "disbursements": "disbursements_eur desc",
    "commitments": "commitments_eur desc",
    "title": "title_sort asc",
    "start": "start desc",
    "start_asc": "start asc",
    "end": "end desc",
}
