"""What is learnt of one activity, in the spellings of 1.0x and 2.0x."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from lxml import etree

from ckanext.ess.iati.extract import ActivityDocument, extract
from ckanext.ess.iati.extract.document import Coded, Marker, MoneyRow, Place, Related

NEW = """<iati-activity default-currency="eur" hierarchy="2" xml:lang="fr" humanitarian="0"
    last-updated-datetime="2024-06-01T10:00:00Z">
  <iati-identifier> FR-RCS-123456782-1 </iati-identifier>
  <reporting-org ref="FR-RCS-123 456 782" type="22"><narrative>Les Amis</narrative></reporting-org>
  <title><narrative>Puits</narrative><narrative xml:lang="en">Wells</narrative></title>
  <description type="1"><narrative>Un puits.</narrative></description>
  <description type="2"><narrative>Que l'eau vienne.</narrative></description>
  <participating-org role="1" type="10" activity-id="XM-DAC-4-3-99"><narrative>AFD</narrative>
  </participating-org>
  <activity-status code="2"/>
  <activity-date type="2" iso-date="2024-01-01"/><activity-date type="3" iso-date="2025-12-31"/>
  <recipient-country code="SN" percentage="60"/><recipient-country code="ML" percentage="40"/>
  <location><name><narrative>Thiès</narrative></name><point><pos>14.79 -16.93</pos></point></location>
  <sector vocabulary="1" code="14030"/><sector vocabulary="7" code="6"/>
  <tag vocabulary="3" code="4.1"/>
  <policy-marker vocabulary="1" code="1" significance="2"/>
  <default-aid-type code="C01"/>
  <budget><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/><value>5000</value></budget>
  <budget type="2"><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/><value>6000</value>
  </budget>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2024-05-01"/>
    <value currency="USD">10.10</value></transaction>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2024-07-01"/>
    <value currency="USD">20.20</value></transaction>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2024-07-01"/>
    <value currency="USD">1</value><recipient-country code="ML"/></transaction>
  <document-link url="https://example.org/r.pdf" format="application/pdf">
    <title><narrative>Rapport</narrative></title><category code="B01"/></document-link>
  <related-activity type="1" ref="FR-RCS-123456782-0"/>
</iati-activity>"""

OLD = """<iati-activity default-currency="EUR" hierarchy="2" last-updated-datetime="2024-06-01">
  <reporting-org ref="FR-RCS-123456782" type="22" xml:lang="fr">Les Amis</reporting-org>
  <participating-org role="Funding" type="10" ref="FR-3">AFD</participating-org>
  <iati-identifier>FR-RCS-123456782-1</iati-identifier>
  <title xml:lang="fr">Puits</title><title xml:lang="en">Wells</title>
  <description type="1" xml:lang="fr">Un puits.</description>
  <activity-date type="start-actual">2024-01-01Z</activity-date>
  <activity-date type="end-planned" iso-date="2025-12-31"/>
  <activity-status code="2">Implementation</activity-status>
  <recipient-country code="sn" percentage="60"/><recipient-country code="ML" percentage="40"/>
  <location><name>Thiès</name><coordinates latitude="14.79" longitude="-16.93" precision="1"/></location>
  <sector vocabulary="DAC" code="14030"/>
  <policy-marker vocabulary="DAC" code="1" significance="2"/>
  <default-aid-type code="C01"/>
  <budget type="Original"><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>
    <value>5000</value></budget>
  <budget type="Revised"><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>
    <value>6000</value></budget>
  <transaction><transaction-type code="D"/><transaction-date iso-date="2024-05-01"/>
    <value currency="USD">10.10</value></transaction>
  <transaction><transaction-type code="D"/><value currency="USD" value-date="2024-07-01">20.20</value>
  </transaction>
  <document-link url="https://example.org/r.pdf"><title>Rapport</title><category code="B01"/></document-link>
  <related-activity type="1" ref="FR-RCS-123456782-0"/>
</iati-activity>"""

#: The same in both files.
AFD = "FR-RCS-775665599"


def extracted(text: str) -> ActivityDocument:
    """The document of an activity without a file around it."""
    return extract(etree.fromstring(text))


@pytest.mark.parametrize("text", [NEW, OLD], ids=["2.03", "1.05"])
def test_both_spellings_say_the_same(text: str):
    """Codes come out as 2.03 writes them, texts by language."""
    found = extracted(text)
    assert found.identifier == "FR-RCS-123456782-1"
    assert found.titles == {"fr": "Puits", "en": "Wells"}
    assert found.descriptions["fr"].startswith("Un puits.")
    assert (found.hierarchy, found.default_currency, found.updated) == (2, "EUR", dt.date(2024, 6, 1))
    assert (found.reporting.key, found.reporting.type) == ("FR-RCS-123456782", "22")
    assert [(part.role, part.organisation.key) for part in found.participating] == [("1", AFD)]
    assert (found.status, found.dates.start, found.dates.end) == (
        "2",
        dt.date(2024, 1, 1),
        dt.date(2025, 12, 31),
    )
    assert found.countries == (Place("SN", 0.6), Place("ML", 0.4))
    assert [(point.latitude, point.longitude) for point in found.locations] == [(14.79, -16.93)]
    assert ("1", "14030", 1.0) in [sector[:3] for sector in found.sectors]
    assert found.sector_groups == (Place("140", 1.0),)
    assert found.markers == (Marker("1", "1", "2"),)
    assert found.aid_types == (Coded("1", "C01"),)
    assert found.document_categories == ("B01",)
    assert found.related == (Related("1", "FR-RCS-123456782-0"),)
    assert found.problems == ()


def test_rows_of_money():
    """Summed by type, year and currency, apart where a transaction has a country of its own."""
    shared = {"regions": {}, "sectors": {"14030": 1.0}, "groups": {"140": 1.0}}
    both = {"SN": 0.6, "ML": 0.4}
    assert extracted(NEW).money == (
        MoneyRow("budget", 2024, "EUR", Decimal(6000), both, entries=1, **shared),
        MoneyRow("3", 2024, "USD", Decimal("30.30"), both, entries=2, **shared),
        MoneyRow("3", 2024, "USD", Decimal(1), {"ML": 1.0}, entries=1, **shared),
    )


def test_goals_come_from_sectors_and_tags():
    """Targets name their goal too."""
    found = extracted(NEW)
    assert (found.goals, found.targets) == (("4", "6"), ("4.1",))


def test_descriptions_are_joined_and_kept_by_type():
    """A search reads them together, a page shows which is which."""
    found = extracted(NEW)
    assert found.descriptions == {"fr": "Un puits.\n\nQue l'eau vienne."}
    assert [one["type"] for one in found.detail["descriptions_by_type"]] == ["1", "2"]
