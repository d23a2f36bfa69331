"""What cases for rules are made of: a record that breaks no rule, and changes to it.

A change replaces the elements of a name (``{"sector": "<sector …/>"}``), or an attribute of the record
(``{"@xml:lang": None}``).
"""

from __future__ import annotations

from typing import NamedTuple

Change = dict[str, "str | None"]

NOW = "2026-06-15"
ORG = "FR-RCS-130025265"
#: The elements of a record that breaks no rule, in the order of the standard.
ACTIVITY: Change = {
    "@xml:lang": "fr",
    "@default-currency": "EUR",
    "@last-updated-datetime": "2026-06-01T00:00:00Z",
    "iati-identifier": f"<iati-identifier>{ORG}-P1</iati-identifier>",
    "reporting-org": f'<reporting-org ref="{ORG}" type="22"><narrative>Asso</narrative></reporting-org>',
    "title": "<title><narrative>Des puits</narrative></title>",
    "description": '<description type="1"><narrative>Dix puits à Thiès</narrative></description>',
    "participating-org": f'<participating-org ref="{ORG}" role="4"/>',
    "other-identifier": "",
    "activity-status": '<activity-status code="2"/>',
    "activity-date": '<activity-date type="2" iso-date="2025-01-01"/>',
    "recipient-country": '<recipient-country code="SN"/>',
    "recipient-region": "",
    "sector": '<sector vocabulary="1" code="14030"/>',
    "country-budget-items": "",
    "policy-marker": "",
    "default-aid-type": "",
    "budget": "",
    "planned-disbursement": "",
    "capital-spend": "",
    "transaction": "",
    "related-activity": "",
    "result": "",
}
ORGANISATION: Change = {
    "@xml:lang": "fr",
    "@default-currency": "EUR",
    "@last-updated-datetime": "2026-06-01T00:00:00Z",
    "organisation-identifier": f"<organisation-identifier>{ORG}</organisation-identifier>",
    "name": "<name><narrative>Asso</narrative></name>",
    "reporting-org": f'<reporting-org ref="{ORG}" type="22"><narrative>Asso</narrative></reporting-org>',
    "total-budget": "",
    "recipient-org-budget": "",
    "recipient-region-budget": "",
    "recipient-country-budget": "",
    "total-expenditure": "",
    "document-link": "",
}


class Cases(NamedTuple):
    """What breaks a rule and what does not; ``record`` is what the changes are made to."""

    fails: list[Change]
    passes: list[Change]
    record: Change = ACTIVITY


def period(start: str, end: str) -> str:
    """A period's two elements."""
    return f'<period-start iso-date="{start}"/><period-end iso-date="{end}"/>'


def money(name: str, start: str, end: str, more: str = "", value: str = "") -> str:
    """An element with a period and an amount."""
    amount = value or f'<value value-date="{start}">10</value>'
    return f"<{name}>{more}{period(start, end)}{amount}</{name}>"


def budget(start: str = "2025-01-01", end: str = "2025-12-31", value: str = "") -> str:
    """A budget."""
    return money("budget", start, end, value=value)


def transaction(inner: str = "", day: str = "2025-02-01", value_date: str = "2025-02-01") -> str:
    """A disbursement."""
    return (
        f'<transaction><transaction-type code="3"/><transaction-date iso-date="{day}"/>'
        f'<value value-date="{value_date}">10</value>{inner}</transaction>'
    )


def dates(*typed: tuple[str, str]) -> Change:
    """Dates of an activity, as (type, day)."""
    return {
        "activity-date": "".join(f'<activity-date type="{kind}" iso-date="{day}"/>' for kind, day in typed)
    }


def shares(name: str, *percentages: str | None, vocabulary: str = "", codes: str = "") -> str:
    """Elements with percentages; None is an element without one."""
    places = codes.split() or ["14030", "14031", "14032"]
    chosen = f' vocabulary="{vocabulary}"' if vocabulary else ""
    return "".join(
        f'<{name}{chosen} code="{places[at]}"' + (f' percentage="{share}"/>' if share is not None else "/>")
        for at, share in enumerate(percentages)
    )


def sectors(*percentages: str | None, vocabulary: str = "") -> Change:
    """Sectors with percentages."""
    codes = "140 151 160" if vocabulary == "2" else ""
    return {"sector": shares("sector", *percentages, vocabulary=vocabulary, codes=codes)}


def countries(*percentages: str | None) -> Change:
    """Countries with percentages."""
    return {"recipient-country": shares("recipient-country", *percentages, codes="SN ML NE")}


def regions(*percentages: str | None, country: str = "") -> Change:
    """Regions with percentages, and the text of countries."""
    text = shares("recipient-region", *percentages, vocabulary="1", codes="298 289 88")
    return {"recipient-region": text, "recipient-country": country}


def items(*percentages: str | None) -> Change:
    """Items of a national budget."""
    text = shares("budget-item", *percentages, codes="1.1.1 1.2.1 1.3.1")
    return {"country-budget-items": f'<country-budget-items vocabulary="1">{text}</country-budget-items>'}


def indicator(inner: str, measure: str = "1", reference: str = "") -> Change:
    """A result with one indicator."""
    title = "<title><narrative>Puits</narrative></title>"
    body = f'<indicator measure="{measure}">{title}{inner}</indicator>'
    return {"result": f'<result type="1">{title}{reference}{body}</result>'}


def in_period(inner: str) -> str:
    """A period of an indicator."""
    return f"<period>{period('2025-01-01', '2025-12-31')}{inner}</period>"


def identifier(text: str) -> Change:
    """The activity's identifier."""
    return {"iati-identifier": f"<iati-identifier>{text}</iati-identifier>"}


def reporting(ref: str) -> Change:
    """The reporting organisation."""
    return {"reporting-org": f'<reporting-org ref="{ref}" type="22"><narrative>A</narrative></reporting-org>'}


def other(kind: str, ref: str, owner: str = "") -> Change:
    """Another identifier of the activity."""
    return {"other-identifier": f'<other-identifier type="{kind}" ref="{ref}">{owner}</other-identifier>'}


def parties(name: str, attributes: str, inner: str = "") -> list[Change]:
    """A provider or receiver, in a transaction and in a planned disbursement."""
    party = f"<{name} {attributes}>{inner}</{name}>"
    planned = (
        f"<planned-disbursement>{period('2025-01-01', '2025-06-30')}"
        f'<value value-date="2025-01-01">1</value>{party}</planned-disbursement>'
    )
    return [{"transaction": transaction(party)}, {"planned-disbursement": planned}]


def aid(*vocabularies: str) -> str:
    """Aid types of a transaction."""
    return "".join(f'<aid-type vocabulary="{vocabulary}" code="C01"/>' for vocabulary in vocabularies)


def default_aid(*vocabularies: str) -> Change:
    """Aid types of an activity."""
    return {"default-aid-type": aid(*vocabularies).replace("aid-type", "default-aid-type")}


#: One of these in a code or reference is forbidden.
SIGNS = ("A/B", "A&amp;B", "A|B", "A?B")
BUDGETS = ("total-budget", "recipient-org-budget", "recipient-region-budget", "recipient-country-budget")
INSIDE = {
    "recipient-org-budget": f'<recipient-org ref="{ORG}"/>',
    "recipient-region-budget": '<recipient-region vocabulary="1" code="298"/>',
    "recipient-country-budget": '<recipient-country code="SN"/>',
}


def budgets(start: str, end: str, *names: str) -> list[Change]:
    """Budgets of an organisation, one a case."""
    return [{name: money(name, start, end, INSIDE.get(name, ""))} for name in names or BUDGETS]


def line(day: str) -> Change:
    """A line of a budget for a country."""
    text = (
        f"<recipient-country-budget>{INSIDE['recipient-country-budget']}{period('2025-01-01', '2025-12-31')}"
        f'<value value-date="2025-01-01">1</value><budget-line ref="1"><value value-date="{day}">1</value>'
        "<narrative>n</narrative></budget-line></recipient-country-budget>"
    )
    return {"recipient-country-budget": text}
