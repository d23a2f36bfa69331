"""Files of grants as French communes really write them, against the SCDL schema that is built in."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats import FORMATS
from ckanext.ess.iati.validate.messages import sentence
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.verdict import verdict
from ckanext.ess.tables import validate
from ckanext.ess.tables.builtin import builtin
from ckanext.ess.tests.unit.table_files import GRANT, SUBVENTIONS, delimited, grants, ods, xlsx

SCHEMA = builtin("scdl/subventions")
#: A grant with the slips of people who type in a spreadsheet: cell, and what is proposed instead.
SLIPS = {
    "idAttribuant": ("213 502 388 00019", "21350238800019"),
    "dateConvention": ("28/03/2024", "2024-03-28"),
    "montant": ("1\u00a0000,50 €", "1000.50"),
    "nature": ("Aide en numeraire", "aide en numéraire"),
    "datesPeriodeVersement": ("01/04/2024 au 31/12/2024", "2024-04-01/2024-12-31"),
    "notificationUE": ("Non", "non"),
    "pourcentageSubvention": ("45 %", "0.45"),
    "rnaBeneficiaire": ("w 212 001 234", "W212001234"),
}


def check(content: bytes) -> Report:
    """Validate bytes against the schema of grants."""
    return validate(io.BytesIO(content), "subventions", SCHEMA)


def by_field(report: Report) -> dict[str, Finding]:
    """The first finding of each column."""
    found: dict[str, Finding] = {}
    for one in report.findings:
        found.setdefault(one.params.get("field", ""), one)
    return found


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_good_file(mark: str, encoding: str):
    report = check(grants({}, {"idAttribuant": "35600000000048"}, mark=mark, encoding=encoding))
    assert (verdict(report), report.findings, report.row_count) == ("valid", [], 2)
    assert (report.file_type, report.version, report.content) == ("table", "scdl/subventions 2.1.1", "csv")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_are_read_and_told(encoding: str):
    report = check(grants({}, mark=";", encoding=encoding))
    assert {one.rule for one in report.findings} == {"table.encoding"}
    assert verdict(report) == "warnings"


@pytest.mark.parametrize("column", SLIPS)
def test_a_slip_is_told_with_what_was_meant(column: str):
    typed, better = SLIPS[column]
    (found,) = check(grants({column: typed}, mark=";")).findings
    assert (found.params["field"], found.params["value"], found.params["meant"]) == (column, typed, better)
    for lang in ("fr", "en"):
        said = sentence(found, lang)
        assert typed in said.explanation
        assert better in said.fix
    assert check(grants({column: better})).findings == []


def test_many_slips_in_one_file():
    report = check(grants({name: typed for name, (typed, _) in SLIPS.items()}, mark=";", encoding="cp1252"))
    assert set(by_field(report)) == {*SLIPS, ""}
    assert verdict(report) == "invalid"


def test_columns_in_another_order_with_some_absent_and_some_more():
    names = [name for name in reversed(SUBVENTIONS) if name not in {"idRAE", "montant"}]
    rows = [[*names, "commentaire"], [*(GRANT[name] for name in names), "merci"]]
    report = check(delimited(rows, ";"))
    assert {(one.rule, one.params.get("field", "")) for one in report.findings} == {
        ("table.missing-column", "montant"),
        ("table.optional-column", "idRAE"),
        ("table.extra-column", ""),
        ("table.column-order", "nomAttribuant"),
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Nom Attribuant", "nomAttribuant"),
        ("MONTANT", "montant"),
        ("date_convention", "dateConvention"),
        ("Bénéficiaire", ""),
    ],
)
def test_names_of_columns_nearly_right(written: str, meant: str):
    target = meant or "nomBeneficiaire"
    rows = [
        [written if name == target else name for name in SUBVENTIONS],
        [GRANT[name] for name in SUBVENTIONS],
    ]
    report = check(delimited(rows, ";"))
    if meant:
        assert [one.rule for one in report.findings] == ["table.renamed-column"]
        assert report.findings[0].params["field"] == meant
    else:
        assert {one.rule for one in report.findings} == {"table.missing-column", "table.extra-column"}


def test_a_title_above_the_table():
    content = b"Subventions 2024;;;;\r\n;;;;\r\n" + grants({}, mark=";")
    (found,) = check(content).findings
    assert (found.rule, found.line) == ("table.header-late", 3)


def test_neither_siret_nor_rna():
    (found,) = check(grants({"idBeneficiaire": "", "rnaBeneficiaire": ""})).findings
    assert (found.rule, found.line, found.severity) == ("table.one-of", 2, "error")
    assert check(grants({"idBeneficiaire": ""})).findings == []


def test_a_corsican_number_is_not_a_mistake():
    (found,) = check(grants({"rnaBeneficiaire": "W2A1001234"})).findings
    assert (found.rule, found.severity) == ("table.rna-letter", "advisory")
    assert verdict(check(grants({"rnaBeneficiaire": "W2A1001234"}))) == "valid"


TYPED: dict[str, Any] = {
    **GRANT,
    "idAttribuant": 21350238800019,
    "dateConvention": dt.datetime(2024, 3, 28),  # noqa: DTZ001 - spreadsheets have no time zone
    "montant": 47800.2,
    "pourcentageSubvention": 1,
    "idRAE": None,
    "dispositifAide": None,
}


@pytest.mark.parametrize("make", [xlsx, ods], ids=["xlsx", "ods"])
class TestSpreadsheets:
    """What a spreadsheet keeps is not what one typed: numbers, dates, empty cells at the end."""

    def test_a_good_one(self, make: Any):
        report = check(make([SUBVENTIONS, [TYPED[name] for name in SUBVENTIONS]]))
        assert (verdict(report), report.findings, report.row_count) == ("valid", [], 1)
        assert report.content == "spreadsheet"

    def test_places_are_those_of_the_sheet(self, make: Any):
        rows = [
            SUBVENTIONS,
            [TYPED[name] for name in SUBVENTIONS],
            [{**TYPED, "montant": "douze"}[name] for name in SUBVENTIONS],
        ]
        (found,) = check(make(rows)).findings
        assert (found.line, found.column, found.params["cell"]) == (3, 9, "I3")

    def test_the_sheet_with_the_table_is_found(self, make: Any):
        (found,) = check(make([["Lisez-moi"]], [SUBVENTIONS, [TYPED[name] for name in SUBVENTIONS]])).findings
        assert (found.rule, found.params["value"]) == ("table.sheets", "Feuille 2")


def test_all_findings_are_counted_when_few_are_kept():
    report = check(grants(*({"montant": f"{n} euros"} for n in range(300))))
    assert report.rules["table.type"] == 300
    assert report.findings[-1].params.get("meant", "") == ""


@pytest.mark.parametrize("shape", sorted(FORMATS))
def test_every_format_shows_tables(shape: str):
    report = check(grants({"montant": "<b>douze</b>"}))
    text = FORMATS[shape]([report], "fr")
    assert "montant" in text
    assert "<b>" not in text or shape != "html"


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as people call it."""
    return subprocess.run(
        [sys.executable, "-m", "ckanext.ess.commands", "validate", *arguments],
        check=False,
        capture_output=True,
        input=stdin,
    )


class TestCommand:
    """``ess-iati validate --table-schema``."""

    def test_with_a_name(self, tmp_path: Path):
        good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
        good.write_bytes(grants({}))
        bad.write_bytes(grants({"montant": "douze"}))
        assert run("--table-schema", "scdl/subventions", str(good)).returncode == 0
        answer = run(
            "--table-schema", "scdl/subventions", "--format", "json", "--lang", "fr", str(good), str(bad)
        )
        assert answer.returncode == 1
        first, second = json.loads(answer.stdout)["reports"]
        assert (first["verdict"], second["verdict"], second["findings"][0]["rule"]) == (
            "valid",
            "invalid",
            "table.type",
        )

    def test_with_a_file_and_standard_input(self, tmp_path: Path):
        schema = tmp_path / "schema.json"
        schema.write_text(json.dumps({"fields": [{"name": "a", "type": "integer"}]}))
        answer = run("--table-schema", str(schema), "--lang", "en", "-", stdin=b"a\n1\nx\n")
        assert answer.returncode == 1
        assert "line 3" in answer.stdout.decode()

    def test_with_a_schema_that_is_not_there(self, tmp_path: Path):
        answer = run("--table-schema", str(tmp_path / "none.json"), "--lang", "fr", "-", stdin=b"a\n")
        assert answer.returncode == 2
        assert "scdl/subventions" in answer.stderr.decode()

    def test_with_a_file_that_is_not_there(self, tmp_path: Path):
        answer = run("--table-schema", "scdl/subventions", "--lang", "fr", str(tmp_path / "none.csv"))
        assert (answer.returncode, b"ouvert" in answer.stdout) == (2, True)
