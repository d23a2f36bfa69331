"""Writes the organisation files of the sample."""

from __future__ import annotations

import random

from lxml import etree

from sample.publishers import SamplePublisher
from sample.writing import CURRENCY, Element, Style, add, period, tell

_BUDGET_YEARS = 3


def organisation_file(publisher: SamplePublisher) -> Element:
    """The organisation file of a publisher that has one."""
    if publisher.organisation_file is None:
        raise ValueError(f"{publisher.short_name} has no organisation file")
    version, updated = publisher.organisation_file
    style = Style(version, ("en",) if publisher.country == "GB" else ("fr",))
    root = etree.Element("iati-organisations", version=version)
    root.set("generated-datetime", f"{updated}T06:00:00Z")
    organisation = add(
        root,
        "iati-organisation",
        lang=style.languages[0],
        default_currency=CURRENCY,
        last_updated_datetime=f"{updated}T06:00:00Z",
    )
    names = (publisher.name, publisher.name_en)
    identifier = "iati-identifier" if style.is_first else "organisation-identifier"
    add(organisation, identifier, publisher.identifier)
    tell(organisation, "name", names, style)
    tell(
        organisation,
        "reporting-org",
        names,
        style,
        ref=publisher.identifier,
        type=publisher.organisation_type,
    )
    _budgets(organisation, publisher, int(updated[:4]), style)
    _report(organisation, publisher, style)
    return root


def _budgets(organisation: Element, publisher: SamplePublisher, year: int, style: Style) -> None:
    chance = random.Random(publisher.short_name)
    total = chance.randrange(1_200_000, 9_000_000, 50_000)
    for ahead in range(_BUDGET_YEARS):
        budget = add(
            organisation, "total-budget", status="2" if not ahead and style.version >= "2.02" else ""
        )
        _year(budget, year + ahead, round(total * 1.03**ahead, -3))
    countries = sorted({country for file in publisher.files for country in file.countries})
    for country in countries:
        budget = add(organisation, "recipient-country-budget")
        add(budget, "recipient-country", code=country)
        _year(budget, year, round(total / (len(countries) + 1), -3))


def _year(budget: Element, year: int, value: float) -> None:
    period(budget, f"{year}-01-01", f"{year}-12-31")
    add(budget, "value", str(int(value)), currency=CURRENCY, value_date=f"{year}-01-01")


def _report(organisation: Element, publisher: SamplePublisher, style: Style) -> None:
    link = add(
        organisation, "document-link", url=f"{publisher.website}rapport-annuel.pdf", format="application/pdf"
    )
    tell(link, "title", ("Rapport annuel", "Annual report"), style)
    add(link, "category", code="B01")
    add(link, "language", code=style.languages[0])
