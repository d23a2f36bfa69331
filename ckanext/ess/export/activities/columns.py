"""The columns of the three units: activities, their transactions, their budgets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from ckanext.ess.export.activities.column import (
    DAY,
    NUMBER,
    Column,
    Read,
    Source,
    coded,
    entry,
    entry_coded,
    organisations,
    party,
    shared,
    stored,
)
from ckanext.ess.export.activities.names import Names
from ckanext.ess.index.activities.exchange import rates
from ckanext.ess.index.facets import N_

ACTIVITY, TRANSACTION, BUDGET = "activity", "transaction", "budget"
_BUDGETS = {"budgets": N_("Budget"), "planned_disbursements": N_("Planned disbursement")}


def _title(row: Source, names: Names) -> str:
    return names.text(row.card.get("titles"))


def _publisher(key: str) -> Read:
    return lambda row, _: (row.card.get("publisher") or {}).get(key)


def _yes(row: Source, names: Names) -> str:
    return names.yes if row.document.get("humanitarian") == "1" else names.no


def _number(row: Source, _: Names) -> float | None:
    try:
        return float(row.entry["value"])
    except (KeyError, ValueError):
        return None


def _converted(currency: str) -> Read:
    """The amount in another currency; None where there is no rate."""

    def read(row: Source, _: Names) -> float | None:
        day = row.entry.get("date") or row.entry.get("start") or row.entry.get("value_date") or ""
        try:
            amount, year = Decimal(row.entry["value"]), int(day[:4])
        except (KeyError, ValueError, InvalidOperation):
            return None
        found = rates().convert(amount, row.entry.get("currency", ""), year, currency)
        return round(float(found.amount), 2) if found else None

    return read


def _year(row: Source, _: Names) -> int | None:
    day = row.entry.get("date") or row.entry.get("start") or row.entry.get("value_date") or ""
    return int(day[:4]) if day[:4].isdecimal() else None


_HEAD = (
    stored("iati_identifier", N_("IATI identifier")),
    Column("title", N_("Title"), _title),
    Column("publisher", N_("Publisher (identifier)"), _publisher("key")),
    Column("publisher_name", N_("Publisher"), _publisher("name")),
)
_TAIL = (
    stored("dataset_id", N_("Dataset (identifier)")),
    stored("resource_id", N_("File (identifier)")),
)
_VALUES = (
    Column("value", N_("Amount"), _number, NUMBER),
    Column("value_eur", N_("Amount in euros"), _converted("EUR"), NUMBER),
    Column("value_usd", N_("Amount in US dollars"), _converted("USD"), NUMBER),
)

_PLACES = shared(
    "country",
    (N_("Countries (codes)"), N_("Countries"), N_("Countries (percentages)")),
    "Country",
    "countries",
)
_SECTORS = shared(
    "sector", (N_("Sectors (codes)"), N_("Sectors"), N_("Sectors (percentages)")), "Sector", "sectors"
)

_ACTIVITY = (
    *_HEAD,
    Column(
        "description",
        N_("Description (beginning)"),
        lambda row, names: names.text(row.card.get("descriptions")),
    ),
    *coded("status", (N_("Status (code)"), N_("Status")), "ActivityStatus"),
    stored("start", N_("Start"), kind=DAY),
    stored("end", N_("End"), kind=DAY),
    *_PLACES,
    *shared(
        "region",
        (N_("Regions (codes)"), N_("Regions"), N_("Regions (percentages)")),
        "Region",
        "regions",
    ),
    *_SECTORS,
    *coded("sector_group", (N_("Groups of sectors (codes)"), N_("Groups of sectors")), "SectorCategory"),
    *coded(
        "sdg",
        (N_("Sustainable Development Goals (numbers)"), N_("Sustainable Development Goals")),
        "UNSDG-Goals",
    ),
    *organisations("funder", (N_("Funders (identifiers)"), N_("Funders")), "1"),
    *organisations("accountable", (N_("Accountable (identifiers)"), N_("Accountable")), "2"),
    *organisations("extending", (N_("Extending (identifiers)"), N_("Extending")), "3"),
    *organisations("implementer", (N_("Implementers (identifiers)"), N_("Implementers")), "4"),
    stored("budget_eur", N_("Budget in euros"), kind=NUMBER),
    stored("commitments_eur", N_("Commitments in euros"), kind=NUMBER),
    stored("disbursements_eur", N_("Disbursements and expenditures in euros"), kind=NUMBER),
    stored("incoming_eur", N_("Incoming funds in euros"), kind=NUMBER),
    stored("budget_usd", N_("Budget in US dollars"), kind=NUMBER),
    stored("commitments_usd", N_("Commitments in US dollars"), kind=NUMBER),
    stored("disbursements_usd", N_("Disbursements and expenditures in US dollars"), kind=NUMBER),
    stored("incoming_usd", N_("Incoming funds in US dollars"), kind=NUMBER),
    Column("humanitarian", N_("Humanitarian"), _yes, needs="humanitarian"),
    *coded("aid_type", (N_("Types of aid (codes)"), N_("Types of aid")), "AidType"),
    *coded("flow_type", (N_("Type of flow (code)"), N_("Type of flow")), "FlowType"),
    *coded("finance_type", (N_("Type of finance (code)"), N_("Type of finance")), "FinanceType"),
    *coded("tied_status", (N_("Tied aid (code)"), N_("Tied aid")), "TiedStatus"),
    *coded(
        "collaboration_type",
        (N_("Type of collaboration (code)"), N_("Type of collaboration")),
        "CollaborationType",
    ),
    *coded("scope", (N_("Reach (code)"), N_("Reach of the project")), "ActivityScope"),
    stored("hierarchy", N_("Level in the hierarchy")),
    *coded("validation", (N_("Check (code)"), N_("Check of the project")), "validation"),
    stored("version", N_("Version of the standard")),
    stored("updated", N_("Last update"), kind=DAY),
    *_TAIL,
)

_TRANSACTION = (
    *_HEAD,
    entry("ref", N_("Transaction (reference)")),
    *entry_coded("type", (N_("Type (code)"), N_("Type of transaction")), "TransactionType"),
    entry("date", N_("Date"), kind=DAY),
    Column("year", N_("Year"), _year, NUMBER),
    *_VALUES,
    *entry_coded("currency", (N_("Currency (code)"), N_("Currency")), "Currency"),
    entry("value_date", N_("Date of the amount"), kind=DAY),
    Column("text", N_("Description"), lambda row, names: names.text(row.entry.get("description"))),
    *party("provider", (N_("From (identifier)"), N_("From"))),
    *party("receiver", (N_("To (identifier)"), N_("To"))),
    *entry_coded(
        "countries",
        (N_("Countries of the transaction (codes)"), N_("Countries of the transaction")),
        "Country",
    ),
    *entry_coded(
        "regions", (N_("Regions of the transaction (codes)"), N_("Regions of the transaction")), "Region"
    ),
    *entry_coded(
        "sectors", (N_("Sectors of the transaction (codes)"), N_("Sectors of the transaction")), "Sector"
    ),
    *_PLACES,
    *_SECTORS,
    *entry_coded("flow_type", (N_("Type of flow (code)"), N_("Type of flow")), "FlowType"),
    *entry_coded("finance_type", (N_("Type of finance (code)"), N_("Type of finance")), "FinanceType"),
    *entry_coded("tied_status", (N_("Tied aid (code)"), N_("Tied aid")), "TiedStatus"),
    *coded("status", (N_("Status (code)"), N_("Status")), "ActivityStatus"),
    *_TAIL,
)

_BUDGET = (
    *_HEAD,
    entry("kind", N_("Budget or planned disbursement (code)")),
    entry("kind_name", N_("Budget or planned disbursement")),
    Column("revised", N_("Revised"), lambda row, names: names.yes if row.entry.get("revised") else names.no),
    Column("replaced", N_("Replaced by a revised one"),
           lambda row, names: names.yes if row.entry.get("replaced") else names.no),
    *entry_coded("status", (N_("Status of the budget (code)"), N_("Status of the budget")), "BudgetStatus"),
    entry("start", N_("Start of the period"), kind=DAY),
    entry("end", N_("End of the period"), kind=DAY),
    Column("year", N_("Year"), _year, NUMBER),
    *_VALUES,
    *entry_coded("currency", (N_("Currency (code)"), N_("Currency")), "Currency"),
    entry("value_date", N_("Date of the amount"), kind=DAY),
    *_PLACES,
    *_SECTORS,
    *_TAIL,
)  # fmt: skip

UNITS: Mapping[str, tuple[Column, ...]] = {
    ACTIVITY: _ACTIVITY,
    TRANSACTION: _TRANSACTION,
    BUDGET: _BUDGET,
}
#: Lists of a detail that the units below an activity stand in.
ENTRIES: Mapping[str, Mapping[str, str]] = {TRANSACTION: {"transactions": ""}, BUDGET: _BUDGETS}
