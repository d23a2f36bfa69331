"""Values that nobody should write: each is used or told, and the rest of the activity is kept."""

from __future__ import annotations

import json
import tracemalloc
from decimal import Decimal

import pytest

from ckanext.ess.iati.extract import ActivityDocument, extract
from ckanext.ess.iati.extract.sentences import sentence, table
from ckanext.ess.iati.read import Limits, Piece, parse
from ckanext.ess.iati.read.root import read_root

ROOT = read_root(b'<iati-activities version="2.03">', 1, 1)
GOOD = """<iati-activity default-currency="EUR" xml:lang="fr"%(attributes)s>
<iati-identifier>FR-RCS-123456782-1</iati-identifier>
<title><narrative>Puits</narrative></title>
<recipient-country code="SN"/>
<transaction><transaction-type code="3"/><transaction-date iso-date="2024-05-01"/><value>10.10</value>
</transaction>
%(inner)s
</iati-activity>"""


def spent(value: str = "1", date: str = "2024-05-01", attributes: str = "", kind: str = "2") -> str:
    """A transaction with something wrong in it."""
    return (
        f'<transaction><transaction-type code="{kind}"/><transaction-date iso-date="{date}"/>'
        f"<value {attributes}>{value}</value></transaction>"
    )


def budget(value: str = "1", start: str = "2024-01-01") -> str:
    """A budget with something wrong in it."""
    return f'<budget><period-start iso-date="{start}"/><value>{value}</value></budget>'


def point(text: str) -> str:
    """A location with coordinates."""
    return f"<location><point><pos>{text}</pos></point></location>"


# name: (what stands in the activity, the problem that is told or "" where it can be used after all)
HOSTILE: dict[str, tuple[str, str]] = {
    "amount N/A": (spent("N/A"), "amount"),
    "amount empty": (spent(" "), "amount-missing"),
    "amount with comma": (spent("1,000.50"), "amount"),
    "amount with currency": (spent("1000 €"), "amount"),
    "amount NaN": (spent("NaN"), "amount"),
    "amount infinite": (spent("INF"), "amount"),
    "amount 1e300": (spent("1e300"), "amount-large"),
    "amount 1e-300": (spent("1e-300"), "amount"),
    "amount 1e9999999999": (spent("1e9999999999"), "amount"),
    "amount of a million digits": (spent("9" * 1_000_000), "amount"),
    "amount with underscore": (spent("1_000"), "amount"),
    "amount in arabic digits": (spent("١٢٣"), "amount"),
    "amount in full-width digits": (spent("１２３"), "amount"),
    "amount with blanks inside": (spent("1 000"), "amount"),
    "amount formula": (spent("=1+1"), "amount"),
    "amount beyond the world": (spent("1000000000000001"), "amount-large"),
    "amount negative": (spent("-5"), ""),
    "amount with exponent": (spent("1.5E3"), ""),
    "amount with plus": (spent("+7"), ""),
    "amount element inside": (spent("<b>12</b>"), ""),
    "no value element": ('<transaction><transaction-type code="2"/></transaction>', "amount-missing"),
    "currency EURO": (spent(attributes='currency="EURO"'), "currency"),
    "currency sign": (spent(attributes='currency="€"'), "currency"),
    "currency markup": (spent(attributes='currency="&lt;script&gt;"'), "currency"),
    "currency XYZ": (spent(attributes='currency="XYZ"'), "currency"),
    "currency small": (spent(attributes='currency=" usd "'), ""),
    "currency empty": (spent(attributes='currency=""'), ""),
    "year 20223": (spent(date="20223-01-01"), "date"),
    "year 0023": (spent(date="0023-01-01"), "date-far"),
    "year 9999": (budget(start="9999-12-31"), "date-far"),
    "french date": (spent(date="31/12/2024"), "date"),
    "month 13": (spent(date="2024-13-01"), "date"),
    "30 February": (spent(date="2024-02-30"), "date"),
    "date empty": (spent(date=""), "date-missing"),
    "date in arabic digits": (spent(date="٢٠٢٤-٠١-٠١"), "date"),
    "date with time": (spent(date="2024-05-01T10:00:00+02:00"), ""),
    "date with text": (spent(date="2024-05-01oops"), "date"),
    "no date at all": (
        '<transaction><transaction-type code="2"/><value>3</value></transaction>',
        "year-missing",
    ),
    "transaction type 99": (spent(kind="99"), "transaction-type"),
    "transaction type word": (spent(kind="payment"), "transaction-type"),
    "no transaction type": ("<transaction><value>3</value></transaction>", "transaction-type"),
    "country in words": ('<recipient-country code="Senegal"/>', "country"),
    "country empty": ('<recipient-country code=""/>', "country"),
    "country in cyrillic": ('<recipient-country code="СН"/>', "country"),
    "country without code": ("<recipient-country/>", "country"),
    "country Solr syntax": ('<recipient-country code="{!terms f=id}x"/>', "country"),
    "percentage negative": ('<recipient-country code="ML" percentage="-20"/>', "percentage"),
    "percentage 1e9": ('<recipient-country code="ML" percentage="1e9"/>', "percentage"),
    "percentage with comma": ('<recipient-country code="ML" percentage="33,3"/>', "percentage"),
    "percentage with sign": ('<recipient-country code="ML" percentage="33.3 %"/>', ""),
    "percentage of all over 100": ('<recipient-country code="ML" percentage="900"/>', ""),
    "region in words": ('<recipient-region code="Sahel"/>', "region"),
    "sector without code": ("<sector/>", "code-missing"),
    "sector of a megabyte": (f'<sector code="{"1" * 1_000_000}"/>', "too-long"),
    "sector with markup": ('<sector vocabulary="99" code="&lt;img onerror=x&gt;"/>', ""),
    "latitude 91": (point("91 0.5"), "coordinates"),
    "longitude 181": (point("14 181"), "coordinates"),
    "coordinates NaN": (point("NaN NaN"), "coordinates"),
    "coordinates 1e400": (point("1e400 3"), "coordinates"),
    "coordinates in words": (point("Dakar"), "coordinates"),
    "three coordinates": (point("14 -17 3"), "coordinates"),
    "coordinates 0 0": (point("0 0.0"), "coordinates-zero"),
    "coordinates with comma": (point("14.7,-17.4"), ""),
    "coordinates of 1.0x empty": ('<location><coordinates latitude="" longitude=""/></location>', ""),
    "role 9": ('<participating-org role="9"/>', "role"),
    "organisation without anything": ('<participating-org role="1"/>', ""),
    "organisation of a megabyte": (
        f'<participating-org ref="{"X" * 1_000_000}" role="1"><narrative>{"é" * 500_000}</narrative></participating-org>',  # noqa: E501
        "too-long",
    ),
    "organisation N/A": ('<participating-org role="1" ref="N/A"><narrative>n/a</narrative></participating-org>', ""),  # noqa: E501
    "status 99": ('<activity-status code="99"/>', "status"),
    "date of type 9": ('<activity-date type="9" iso-date="2024-01-01"/>', "date-type"),
    "related to itself": ('<related-activity type="1" ref="FR-RCS-123456782-1"/>', ""),
    "related to nothing": ('<related-activity type="1" ref=""/>', "related"),
    "title with markup": ("<title><narrative>&lt;script&gt;alert(1)&lt;/script&gt;</narrative></title>", ""),
    "title right to left": ("<title><narrative xml:lang='ar'>&#x202e;evil</narrative></title>", ""),
    "language unknown": ("<title><narrative xml:lang='x-klingon'>Qapla'</narrative></title>", ""),
    "language of a megabyte": (f"<title><narrative xml:lang='{'a' * 100_000}'>T</narrative></title>", ""),
    "description of megabytes": (f"<description><narrative>{'mot ' * 700_000}</narrative></description>", ""),
    "second identifier of 2 kB": (f"<iati-identifier>{'A' * 2000}</iati-identifier>", "too-long"),
    "foreign elements": ('<x:y xmlns:x="urn:x"><x:transaction><value>9</value></x:transaction></x:y>', ""),
    "thousand bad amounts": (spent("N/A") * 1000, "more"),
    "everything nested in itself": ("<result>" * 60 + "</result>" * 60, ""),
    "document link script": ('<document-link url="javascript:alert(1)"><category code="A01"/></document-link>', ""),  # noqa: E501
}  # fmt: skip


def read(inner: str = "", attributes: str = "") -> ActivityDocument:
    """The document of the good activity with something in it."""
    piece = Piece(1, (GOOD % {"inner": inner, "attributes": attributes}).encode(), 2, 1)
    parsed = parse(piece, ROOT, Limits(attribute=2_000_000))
    assert parsed.element is not None, parsed.problems
    return extract(parsed.element, ROOT, piece)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_value(name: str):
    """Told under its code with its line, or used; what is good beside it stays."""
    inner, code = HOSTILE[name]
    document = read(inner)
    codes = [problem.code for problem in document.problems]
    assert code in codes if code else not codes
    assert document.identifier == "FR-RCS-123456782-1"
    assert document.titles["fr"] == "Puits"
    assert Decimal("10.10") in [row.amount for row in document.money if row.type == "3"]
    assert all((problem.line or 0) >= 8 for problem in document.problems if problem.code != "more")
    assert len(json.dumps(document.detail)) < 2_000_000
    for shares in ("countries", "regions", "sectors", "groups"):
        assert all(sum(getattr(row, shares).values()) <= 1 + 1e-9 for row in document.money)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_problems_have_sentences(name: str, lang: str):
    """Each names the value or the place, and says what to write."""
    for problem in read(HOSTILE[name][0]).problems[:3]:
        said = sentence(problem, lang)
        assert said.title
        assert said.fix.endswith(".")
        assert "{" not in said.explanation.replace("{!", "")


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        (' hierarchy="top"', "hierarchy"),
        (' hierarchy="99999999999999999999"', "hierarchy"),
        (' hierarchy="²"', "hierarchy"),
        (' last-updated-datetime="yesterday"', "date"),
        (' humanitarian="perhaps"', ""),
    ],
)
def test_hostile_attributes_of_the_activity(attributes: str, code: str):
    """The same for what stands on the activity itself."""
    assert [problem.code for problem in read("", attributes).problems] == ([code] if code else [])


def test_no_identifier():
    """An activity without an identifier is told and kept."""
    piece = Piece(1, b"<iati-activity/>", 2, 1)
    document = extract(parse(piece, ROOT, Limits()).element, ROOT, piece)  # type: ignore[arg-type]
    assert [(problem.code, problem.line) for problem in document.problems] == [("identifier-missing", 2)]


def test_every_code_has_a_case():
    """No sentence without a value that brings it up, and both languages for each."""
    told = {problem.code for inner, _ in HOSTILE.values() for problem in read(inner).problems}
    told |= {"hierarchy", "identifier-missing", "currency-missing"}
    assert told == set(table())
    assert all(set(texts) == {"en", "fr"} for texts in table().values())


def test_what_is_remembered_is_short():
    """Answers are remembered from activity to activity, megabytes of text are not."""
    tracemalloc.start()
    try:
        for number in range(100):
            long = f"{number}" + "x" * 300_000
            read(
                f'<activity-date type="{long}" iso-date="{long}"/><activity-status code="{long}"/>'
                f'<title><narrative xml:lang="{long}">T</narrative></title>'
                f'<participating-org role="{long}"><narrative>{long}</narrative></participating-org>'
            )
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 10_000_000


def test_enough_of_them():
    """Forty at least."""
    assert len(HOSTILE) >= 40
