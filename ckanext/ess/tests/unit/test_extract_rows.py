"""Where the money of an activity goes, and which of it is counted, by the published definitions."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree

from ckanext.ess.iati.extract import ActivityDocument, extract
from ckanext.ess.iati.extract.document import Place

SN, ML = '<recipient-country code="SN"{0}/>', '<recipient-country code="ML"{0}/>'
WEST, SAHEL = '<recipient-region code="289"{0}/>', '<recipient-region code="298"{0}/>'
WATER, HEALTH = '<sector code="14030"{0}/>', '<sector code="12220"{0}/>'


def percent(element: str, percentage: float | str | None = None, extra: str = "") -> str:
    """An element with its percentage."""
    return element.format((f' percentage="{percentage}"' if percentage is not None else "") + extra)


def paid(*inner: str, amount: str = "100") -> str:
    """A disbursement of 2024 with places and sectors of its own."""
    return (
        '<transaction><transaction-type code="3"/><transaction-date iso-date="2024-05-01"/>'
        f"<value>{amount}</value>{''.join(inner)}</transaction>"
    )


def budget(amount: str = "100", attributes: str = "", end: str = "2024-12-31") -> str:
    """A budget of 2024."""
    return (
        f'<budget{attributes}><period-start iso-date="2024-01-01"/><period-end iso-date="{end}"/>'
        f"<value>{amount}</value></budget>"
    )


def dated(kind: str, date: str, attributes: str = "") -> str:
    """A transaction of 1.0x of one euro."""
    return f'<transaction><transaction-type code="{kind}"/>{date}<value{attributes}>1</value></transaction>'


def read(*inner: str) -> ActivityDocument:
    """The document of an activity in euros."""
    text = "".join(inner)
    return extract(etree.fromstring(f'<iati-activity default-currency="EUR">{text}</iati-activity>'))


OTHER = ' vocabulary="99"'
# name: (what stands in the activity, countries, regions, sectors, groups of each row in order)
SPLITS: dict[str, tuple[str, list[tuple[dict[str, float], ...]]]] = {
    "nothing said": (paid(), [({}, {}, {}, {})]),
    "one country": (percent(SN) + paid(), [({"SN": 1}, {}, {}, {})]),
    "two without percentages": (percent(SN) + percent(ML) + paid(), [({"SN": 0.5, "ML": 0.5}, {}, {}, {})]),
    "two zeros": (percent(SN, 0) + percent(ML, 0) + paid(), [({"SN": 0.5, "ML": 0.5}, {}, {}, {})]),
    "one without": (percent(SN, 75) + percent(ML) + paid(), [({"SN": 0.75, "ML": 0.25}, {}, {}, {})]),
    "a part only": (percent(SN, 16.66) + paid(), [({"SN": 0.1666}, {}, {}, {})]),
    "rounded thirds": (
        percent(SN, 33) + percent(ML, 66) + paid(),
        [({"SN": 1 / 3, "ML": 2 / 3}, {}, {}, {})],
    ),
    "more than all": (percent(SN, 150) + percent(ML, 50) + paid(), [({"SN": 0.75, "ML": 0.25}, {}, {}, {})]),
    "the same twice": (percent(SN, 40) + percent(SN, 60) + paid(), [({"SN": 1}, {}, {}, {})]),
    "an unusable code": (
        percent(SN, 60) + '<recipient-country code="Mali" percentage="40"/>' + paid(),
        [({"SN": 0.6}, {}, {}, {})],
    ),
    "countries and region share": (
        percent(SN, 40) + percent(WEST, 60) + paid(),
        [({"SN": 0.4}, {"289": 0.6}, {}, {})],
    ),
    "a region takes the rest": (
        percent(SN, 40) + percent(WEST) + paid(),
        [({"SN": 0.4}, {"289": 0.6}, {}, {})],
    ),
    "a region says it again": (percent(SN, 100) + percent(WEST) + paid(), [({"SN": 1}, {"289": 1}, {}, {})]),
    "both without percentages": (percent(SN) + percent(WEST) + paid(), [({"SN": 1}, {"289": 1}, {}, {})]),
    "another list of regions": (
        percent(SN, 40) + percent(WEST, 60, OTHER) + paid(),
        [({"SN": 0.4}, {}, {}, {})],
    ),
    "sectors": (
        percent(WATER, 70) + percent(HEALTH, 30) + paid(),
        [({}, {}, {"14030": 0.7, "12220": 0.3}, {"140": 0.7, "122": 0.3})],
    ),
    "sectors of one group": (
        percent(WATER, 70) + '<sector code="14020" percentage="30"/>' + paid(),
        [({}, {}, {"14030": 0.7, "14020": 0.3}, {"140": 1})],
    ),
    "groups alone": ('<sector code="140" vocabulary="DAC-3"/>' + paid(), [({}, {}, {}, {"140": 1})]),
    "a group among sectors": (
        percent(WATER, 50) + '<sector code="122" percentage="50"/>' + paid(),
        [({}, {}, {"14030": 0.5}, {"140": 0.5, "122": 0.5})],
    ),
    "both lists": (
        percent(WATER) + '<sector code="122" vocabulary="2"/>' + paid(),
        [({}, {}, {"14030": 1}, {"140": 1})],
    ),
    "another vocabulary": ('<sector code="1" vocabulary="99"/>' + paid(), [({}, {}, {}, {})]),
    "a transaction's own country": (percent(SN) + paid(percent(ML)), [({"ML": 1}, {}, {}, {})]),
    "a transaction's own two": (paid(percent(SN), percent(ML)), [({"SN": 0.5, "ML": 0.5}, {}, {}, {})]),
    "a transaction's own region": (percent(SN) + paid(percent(SAHEL)), [({}, {"298": 1}, {}, {})]),
    "a transaction's own sector": (
        percent(SN) + percent(WATER) + paid(percent(HEALTH)),
        [({"SN": 1}, {}, {"12220": 1}, {"122": 1})],
    ),
    "a transaction's own group": (
        percent(WATER) + paid('<sector code="122" vocabulary="2"/>'),
        [({}, {}, {}, {"122": 1})],
    ),
    "a transaction's other vocabulary": (
        percent(WATER) + paid(percent(HEALTH, None, OTHER)),
        [({}, {}, {"14030": 1}, {"140": 1})],
    ),
    "two transactions apart": (
        percent(SN) + paid() + paid(percent(ML)) + paid(),
        [({"SN": 1}, {}, {}, {}), ({"ML": 1}, {}, {}, {})],
    ),
    "a budget follows the activity": (
        budget() + percent(SN) + paid(percent(ML)),
        [({"SN": 1}, {}, {}, {}), ({"ML": 1}, {}, {}, {})],
    ),
    "a budget follows all transactions": (
        budget() + paid(percent(ML)) + paid(percent(ML)),
        [({"ML": 1}, {}, {}, {}), ({"ML": 1}, {}, {}, {})],
    ),
    "a budget follows no transaction": (
        budget() + paid(percent(ML)) + paid(),
        [({}, {}, {}, {}), ({"ML": 1}, {}, {}, {}), ({}, {}, {}, {})],
    ),
    "a budget follows the sectors of all": (
        budget() + percent(SN) + paid(percent(WATER), percent(ML)) + paid(percent(WATER)),
        [
            ({"SN": 1}, {}, {"14030": 1}, {"140": 1}),
            ({"ML": 1}, {}, {"14030": 1}, {"140": 1}),
            ({"SN": 1}, {}, {"14030": 1}, {"140": 1}),
        ],
    ),
}


@pytest.mark.parametrize("name", SPLITS)
def test_split(name: str):
    """Countries, regions, sectors and groups of every row."""
    inner, expected = SPLITS[name]
    found = [
        part for row in read(inner).money for part in (row.countries, row.regions, row.sectors, row.groups)
    ]
    wanted = [part for row in expected for part in row]
    assert found == [pytest.approx(part) for part in wanted]


# name: (what stands in the activity, rows as type, year, amount)
COUNTED: dict[str, tuple[str, list[tuple[str, int | None, str]]]] = {
    "revised replaces": (budget("100") + budget("150", ' type="2"'), [("budget", 2024, "150")]),
    "revised first": (budget("150", ' type="Revised"') + budget("100"), [("budget", 2024, "150")]),
    "revised of another period": (
        budget("100") + budget("150", ' type="2"', "2025-12-31"),
        [("budget", 2024, "250")],
    ),
    "revised without amount": (budget("100") + budget("N/A", ' type="2"'), [("budget", 2024, "100")]),
    "revised without period": (
        budget("100") + '<budget type="2"><value>5</value></budget>',
        [("budget", 2024, "100"), ("budget", None, "5")],
    ),
    "planned and budget": (
        budget("100")
        + budget("9", ' type="2"').replace("budget", "planned-disbursement")
        + budget("7").replace("budget", "planned-disbursement"),
        [("budget", 2024, "100"), ("planned", 2024, "9")],
    ),
    "cents": (paid(amount="0.10") + paid(amount="0.20"), [("3", 2024, "0.30")]),
    "a correction": (paid(amount="100") + paid(amount="-40.5"), [("3", 2024, "59.5")]),
    "day of the value": (
        dated("IF", "", ' value-date="2019-12-31"'),
        [("1", 2019, "1")],
    ),
    "unusable day, day of the value": (
        dated("C", '<transaction-date iso-date="soon"/>', ' value-date="2019-12-31"'),
        [("2", 2019, "1")],
    ),
    "day as text of 1.01": (
        dated("E", "<transaction-date>2011-02-03Z</transaction-date>"),
        [("4", 2011, "1")],
    ),
    "many large and small": (
        "".join(paid(amount="999999999999999.99") + paid(amount="0.01") for _ in range(200)),
        [("3", 2024, "200000000000000000.00")],
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_counted(name: str):
    """Types, years and exact amounts."""
    inner, expected = COUNTED[name]
    rows = [(row.type, row.year, row.amount) for row in read(inner).money]
    assert rows == [(kind, year, Decimal(amount)) for kind, year, amount in expected]


def test_what_is_replaced_stays_on_the_page():
    """Marked, with its amount."""
    budgets = read(budget("100"), budget("150", ' type="2"')).detail["budgets"]
    assert [(one["value"], one.get("replaced", False)) for one in budgets] == [("100", True), ("150", False)]


def test_places_that_only_transactions_name():
    """They are listed without a share."""
    found = read(percent(SN), paid(percent(ML), percent(HEALTH)))
    assert found.countries == (Place("SN", 1.0), Place("ML", None, "transaction"))
    assert [(sector.code, sector.share, sector.origin) for sector in found.sectors] == [
        ("12220", None, "transaction")
    ]
    assert found.sector_groups == (Place("122", None, "transaction"),)
