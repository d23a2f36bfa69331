"""Names of the codes in the detail of an activity, by code list, for pages and programs that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.ess.iati.standard import codelists
from ckanext.ess.schema.language import Lang

#: Key of the detail, or ``list.key`` inside the records of a list → the code list that names it.
_LISTS: Mapping[str, str] = {
    "status": "ActivityStatus",
    "scope": "ActivityScope",
    "collaboration_type": "CollaborationType",
    "flow_type": "FlowType",
    "finance_type": "FinanceType",
    "tied_status": "TiedStatus",
    "currency": "Currency",
    "default_currency": "Currency",
    "language": "Language",
    "languages": "Language",
    "countries.code": "Country",
    "countries": "Country",
    "regions": "Region",
    "groups": "SectorCategory",
    "participating.role": "OrganisationRole",
    "participating.type": "OrganisationType",
    "participating.crs_channel": "CRSChannelCode",
    "reporting.type": "OrganisationType",
    "provider.type": "OrganisationType",
    "receiver.type": "OrganisationType",
    "dates.type": "ActivityDateType",
    "related.type": "RelatedActivityType",
    "transactions.type": "TransactionType",
    "transactions.sectors": "Sector",
    "transactions.channel": "DisbursementChannel",
    "budgets.status": "BudgetStatus",
    "categories": "DocumentCategory",
    "results.type": "ResultType",
    "indicators.measure": "IndicatorMeasure",
    "conditions.type": "ConditionType",
    "contacts.type": "ContactType",
    "descriptions_by_type.type": "DescriptionType",
    "other_identifiers.type": "OtherIdentifierType",
    "markers.significance": "PolicySignificance",
    "humanitarian_scopes.type": "HumanitarianScopeType",
    "locations.reach": "GeographicLocationReach",
    "locations.exactness": "GeographicExactness",
    "locations.class": "GeographicLocationClass",
    "locations.feature": "LocationType",
}
#: Records whose ``vocabulary`` says which list their ``code`` is of.
_VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "regions": {"1": "Region"},
    "sectors": {"1": "Sector", "2": "SectorCategory", "7": "UNSDG-Goals", "8": "UNSDG-Targets"},
    "tags": {"2": "UNSDG-Goals", "3": "UNSDG-Targets"},
    "markers": {"1": "PolicyMarker"},
    "aid_types": {"1": "AidType", "2": "EarmarkingCategory", "4": "CashandVoucherModalities"},
}


def names(detail: Mapping[str, Any], lang: Lang) -> dict[str, dict[str, str]]:
    """Return the names of all codes in a detail, ``{list: {code: name}}``, without those that have none."""
    found: dict[str, dict[str, str]] = {}
    for list_name, code in _codes(detail, ""):
        label = codelists.label(list_name, code, lang)
        if label != code:
            found.setdefault(list_name, {})[code] = label
    return found


def _codes(record: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    vocabularies = _VOCABULARIES.get(place, {})
    if (listed := vocabularies.get(str(record.get("vocabulary", "")))) and record.get("code"):
        yield listed, str(record["code"])
    for key, value in record.items():
        yield from _values(key, value, place)


def _values(key: str, value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from _codes(value, key)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _values(key, one, place)
    elif isinstance(value, str) and value and (listed := _LISTS.get(f"{place}.{key}") or _LISTS.get(key)):
        yield listed, value
