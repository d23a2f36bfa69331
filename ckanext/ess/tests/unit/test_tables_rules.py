# ruff: noqa: E501 - a case a line
"""Every rule on tables: files that pass, files that fail, and where the finding is."""

from __future__ import annotations

import io
import re
from typing import Any, NamedTuple

import pytest

from ckanext.ess.iati.validate.explain import explanation
from ckanext.ess.iati.validate.messages import LANGUAGES, sentence
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.verdict import verdict
from ckanext.ess.tables import RULES, TableLimits, TableOptions, is_table, not_applicable, validate
from ckanext.ess.tests.installed import ROOT
from ckanext.ess.tests.unit.table_files import ods, xlsx, zipped

Rows = list[list[Any]]


class Case(NamedTuple):
    """A rule, a schema's field or whole schema, a file that breaks it, and the place of the finding."""

    rule: str
    schema: dict[str, Any]
    bad: bytes
    cell: str = ""
    good: bytes = b""
    kind: str = ""


def field(kind: str = "string", /, *more: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A schema of one column ``a``, and others."""
    constraints = {name: rest.pop(name) for name in list(rest) if name not in OF_FIELD}
    return {"fields": [{"name": "a", "type": kind, "constraints": constraints, **rest}, *more]}


OF_FIELD = {"format", "trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber"}
B = {"name": "b", "type": "string"}
SIRETS = {"custom_checks": [{"name": "french-siret-value", "params": {"column": "a"}}]}
SIRENS = {"custom_checks": [{"name": "french-siren-value", "params": {"column": "a"}}]}
EITHER = {"custom_checks": [{"name": "one-of-required", "params": {"column1": "a", "column2": "b"}}]}

CASES = [
    # the schema
    Case("table.schema-broken", {}, b"a\n1\n", kind="fields"),
    Case("table.schema-broken", {"fields": []}, b"a\n1\n", kind="fields"),
    Case("table.schema-broken", {"fields": [{}]}, b"a\n1\n", kind="name"),
    Case("table.schema-broken", {"fields": [{"name": f"c{n}"} for n in range(1001)]}, b"a\n", kind="large"),
    Case("table.schema-broken", {"fields": [{"name": "a"}, {"name": "a"}]}, b"a\n1\n", kind="twice"),
    Case("table.schema-broken", field(minLength="two"), b"a\n1\n", kind="constraint"),
    Case("table.schema-broken", field(enum="https://example.org/list.json"), b"a\n1\n", kind="constraint"),
    Case("table.schema-broken", field("date", minimum="yesterday"), b"a\n2024-01-01\n", kind="field"),
    Case("table.unchecked", field(pattern=r"(a)\1"), b"a\nx\n", kind="pattern", good=b""),
    Case("table.unchecked", field("colour"), b"a\nred\n", kind="type"),
    Case("table.unchecked", field(jsonSchema={"$ref": "https://example.org/"}), b"a\nx\n", kind="constraint"),
    Case("table.unchecked", {**field(), "foreignKeys": [{"fields": "a", "reference": {"resource": "https://example.org/x.csv", "fields": "b"}}]}, b"a\nx\n", kind="foreign-key"),
    Case("table.unchecked", {**field(), "custom_checks": [{"name": "opening-hours-value"}]}, b"a\nx\n", kind="custom-check"),
    # the file
    Case("table.empty", field(), b"", good=b"a\nx\n"),
    Case("table.empty", field(), b" \r\n\r\n"),
    Case("table.old-format", field(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    Case("table.unreadable", field(), b"<html></html>", kind="other"),
    Case("table.unreadable", field(), b"%PDF-1.7\n1;2\n", kind="other"),
    Case("table.unreadable", field(), zipped({"a.txt": "a"}), kind="other"),
    Case("table.unreadable", field(), xlsx([["a"], ["x"]])[:-300], kind="spreadsheet", good=xlsx([["a"], ["x"]])),
    Case("table.unreadable", field(), zipped({"mimetype": "x", "content.xml": "<broken"}), kind="spreadsheet"),
    Case("table.unreadable", field(), zipped({"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), kind="doctype"),
    Case("table.encoding", field(), "a\nété\n".encode("cp1252"), good="a\nété\n".encode()),
    Case("table.encoding", field(), "a;b\nété;1\n".encode("utf-16")),
    Case("table.encoding", field(), "a;b\nété;1\n".encode("utf-16-le")),
    Case("table.encoding", field(), "a;b\nété;1\n".encode("utf-16-be")),
    Case("table.sheets", field(), xlsx([["x"]], [["a"], ["y"]]), good=xlsx([["a"], ["y"]])),
    Case("table.sheets", field(), ods([["x"]], [["a"], ["y"]]), good=ods([["a"], ["y"]])),
    Case("table.quote", field("string", B), b'a,b\n1,"2\n3,4\n5,6\n7,8\n', "B2", good=b'a,b\n1,"2\n3"\n'),
    # the columns
    Case("table.header-late", field("string", B), b"Mairie\n\na,b\n1,2\n", good=b"a,b\n1,2\n"),
    Case("table.missing-column", field(required=True), b"b\n1\n", good=b"a\n1\n"),
    Case("table.optional-column", field("string", B), b"a\n1\n", good=b"b,a\n1,2\n"),
    Case("table.renamed-column", {"fields": [{"name": "nomAttribuant"}]}, b"Nom_attribuant\nx\n", "A1"),
    Case("table.duplicate-column", field(), b"a,a\n1,2\n", "B1", good=b"a\n1\n"),
    Case("table.extra-column", field(), b"a,b\n1,2\n", "B1", good=b"a\n1\n"),
    Case("table.blank-column", field(), b"a,\n1,2\n", good=b"a,\n1,\n"),
    Case("table.column-order", field("string", B), b"b,a\n1,2\n", "A1", good=b"a,b\n1,2\n"),
    # the cells
    Case("table.blank", {**field("string", B, required=True), "missingValues": ["-"]}, b"a,b\n-,x\n", "A2", good=b"a,b\nn,-\n"),
    Case("table.type", field("date"), b"a\n31/12/2024\n", "A2", kind="date", good=b"a\n2024-12-31\n"),
    Case("table.type", field("date", format="%d/%m/%Y"), b"a\n2024-12-31\n", "A2", kind="date", good=b"a\n31/12/2024\n"),
    Case("table.type", field("datetime"), b"a\n31/12/2024\n", "A2", kind="datetime", good=b"a\n2024-12-31T09:30:00Z\n"),
    Case("table.type", field("time"), b"a\nmidi\n", "A2", kind="time", good=b"a\n12:00:00\n"),
    Case("table.type", field("number"), b'a\n"1 000,50"\n', "A2", kind="number", good=b"a\n1000.50\n"),
    Case("table.type", field("number", decimalChar=","), b"a\n1.5\n", "A2", kind="number", good=b'a\n"1,5"\n'),
    Case("table.type", field("integer"), b"a\n1.5\n", "A2", kind="integer", good=b"a\n-3\n"),
    Case("table.type", field("boolean", trueValues=["oui"], falseValues=["non"]), b"a\nOui\n", "A2", kind="boolean", good=b"a\noui\n"),
    Case("table.type", field("year"), b"a\n24\n", "A2", kind="year", good=b"a\n2024\n"),
    Case("table.type", field("yearmonth"), b"a\n12/2024\n", "A2", kind="yearmonth", good=b"a\n2024-12\n"),
    Case("table.type", field("duration"), b"a\n3 ans\n", "A2", kind="duration", good=b"a\nP3Y\n"),
    Case("table.type", field("geopoint"), b'a\n"Dijon"\n', "A2", kind="geopoint", good=b'a\n"5.04, 47.32"\n'),
    Case("table.type", field("geojson"), b"a\nDijon\n", "A2", kind="geojson", good=b'a\n"{""type"": ""Point"", ""coordinates"": [5.04, 47.32]}"\n'),
    Case("table.type", field("object"), b"a\n[]\n", "A2", kind="object", good=b"a\n{}\n"),
    Case("table.type", field("array"), b"a\n{}\n", "A2", kind="array", good=b"a\n[]\n"),
    Case("table.type", field("string", format="email"), b"a\nmairie\n", "A2", kind="email", good=b"a\nm@dijon.fr\n"),
    Case("table.type", field("string", format="uri"), b"a\ndijon.fr\n", "A2", kind="uri", good=b"a\nhttps://dijon.fr\n"),
    Case("table.type", field("string", format="uuid"), b"a\n1234\n", "A2", kind="uuid", good=b"a\n65d5b6c7-102c-4440-ac3b-768f708edc0a\n"),
    Case("table.allowed", field(enum=["oui", "non"]), b"a\nOUI\n", "A2", good=b"a\nnon\n"),
    Case("table.pattern", field(pattern=r"^\d{5}$"), b"a\n2100\n", "A2", good=b"a\n21000\n"),
    Case("table.pattern", field(pattern=r"\w+"), b"a\nde-ux\n", "A2", good="a\néchelonné\n".encode()),
    Case("table.short", field(minLength=2), b"a\nx\n", "A2", good=b"a\nxy\n"),
    Case("table.long", field(maxLength=2), b"a\nxyz\n", "A2", good=b"a\nxy\n"),
    Case("table.below", field("number", minimum=0.01), b"a\n0\n", "A2", good=b"a\n0.01\n"),
    Case("table.above", field("number", maximum=1), b"a\n100\n", "A2", good=b"a\n1.00\n"),
    Case("table.below", field("date", minimum="2020-01-01"), b"a\n2019-12-31\n", "A2", good=b"a\n2020-01-01\n"),
    Case("table.unique", field("string", B, unique=True), b"a,b\nx,1\nx,2\n", "A3", good=b"a,b\nx,1\ny,1\n"),
    Case("table.siret", {**field(), **SIRETS}, b"a\n21350238800018\n", "A2", good=b"a\n21350238800019\n"),
    Case("table.siret", {**field(), **SIRETS}, b"a\n213 502 388 00019\n", "A2", kind="blanks"),
    Case("table.siren", {**field(), **SIRENS}, b"a\n213502389\n", "A2", good=b"a\n213502388\n"),
    Case("table.siren", {**field(), **SIRENS}, b"a\n213 502 388\n", "A2", kind="blanks"),
    Case("table.rna-letter", {"fields": [{"name": "rna", "constraints": {"pattern": r"^W\d{9}$"}}]}, b"rna\nW2A1234567\n", "A2", good=b"rna\nW212001234\n"),
    # the rows
    Case("table.extra-cell", field("string", B), b"a,b\n1,2,3\n", "C2", good=b"a,b\n1,2,\n"),
    Case("table.missing-cell", field("string", B), b"a,b\n1\n", good=b"a,b\n1,\n"),
    Case("table.key", {**field("string", B), "primaryKey": ["a", "b"]}, b"a,b,c\n1,2,3\n1,2,4\n", good=b"a,b\n1,2\n1,3\n"),
    Case("table.one-of", {**field("string", B), **EITHER}, b"a,b,c\n,,x\n", good=b"a,b\n,x\n"),
    Case("table.no-rows", field(), b"a\n", good=b"a\n1\n"),
    Case("table.blank-row", field(), b"a\n1\n\n2\n", good=b"a\n1\n\n\n"),
    Case("table.duplicate-row", field(), b"a\n1\n2\n1\n", good=b"a\n1\n2\n"),
]  # fmt: skip
SMALL = TableLimits(size=1000, unpacked=4000, members=4, rows=3, columns=3, line=200, distinct=2, seconds=100)
LIMITS = {
    "size": b"a\n" + b"x\n" * 600,
    "rows": b"a\n1\n2\n3\n4\n5\n",
    "columns": b"a,b,c,d\n1,2,3,4\n",
    "line": b"a\n" + b"x" * 201 + b"\n",
    "members": zipped({f"{number}.xml": "<a/>" for number in range(5)}),
    "unpacked": zipped({"content.xml": "<a>" + " " * 5000 + "</a>"}),
}


def rules(report: Report) -> set[tuple[str, str]]:
    """Rules of a report, with their kinds."""
    return {(one.rule, one.params.get("kind", "")) for one in report.findings}


def check(content: bytes, schema: Any, options: TableOptions | None = None) -> Report:
    """Validate bytes."""
    return validate(io.BytesIO(content), "table", schema, options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.kind}".strip())
def test_a_bad_file_is_told_where(case: Case):
    report = check(case.bad, case.schema)
    found = [
        one for one in report.findings if (one.rule, one.params.get("kind", "")) == (case.rule, case.kind)
    ]
    assert found, rules(report)
    if case.cell:
        assert (found[0].params["cell"], found[0].xpath) == (case.cell, case.cell)
        assert f"line {found[0].line}" in sentence(found[0], "en").explanation.lower() or found[0].line == 1


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.good], ids=lambda case: f"{case.rule} {case.kind}".strip()
)
def test_a_good_file_passes(case: Case):
    assert case.rule not in {rule for rule, _ in rules(check(case.good, case.schema))}


@pytest.mark.parametrize("kind", LIMITS)
def test_limits(kind: str):
    report = check(LIMITS[kind], field(), TableOptions(SMALL))
    assert ("table.limit", kind) in rules(report)
    assert verdict(report) == "unreadable"


def test_a_cell_that_never_ends():
    report = check(b'a\n"' + b"x\n" * 600_000, field())
    assert ("table.limit", "cell") in rules(report)


def test_time_is_limited():
    report = check(b"a\n1\n", field(), TableOptions(TableLimits(seconds=-1)))
    assert ("table.limit", "time") in rules(report)


def test_repeats_are_looked_for_as_long_as_memory_allows():
    report = check(b"a\n1\n2\n3\n", field(), TableOptions(SMALL))
    assert ("table.untracked", "") in rules(report)
    assert ("table.untracked", "") not in rules(check(b"a\n1\n2\n3\n", field()))


def test_every_rule_has_a_case():
    elsewhere = {"table.limit", "table.untracked", "table.no-schema", "table.not-installed"}
    elsewhere |= {"table.schema-unknown", "table.schema-unreachable"}
    assert {case.rule for case in CASES} | elsewhere == set(RULES)


def test_every_rule_is_documented_and_explained():
    page = (ROOT / "docs" / "validation-tables.rst").read_text()
    assert [rule for rule in RULES if f"``{rule}``" not in page] == []
    for rule in RULES:
        assert all(part.title for lang in LANGUAGES for part in explanation(rule, lang))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a;b\n1;2\n", True), (b"a\n1\n", True), ("a;b\né;2\n".encode("utf-16"), True), (xlsx([["a"]]), True),
        (ods([["a"]]), True), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", True), (zipped({"a.xml": "<a/>"}), False),
        (b"PK\x03\x04broken", False), (b"<iati-activities/>", False), (b'{"a": 1}', False), (b"%PDF-1.7", False),
        (b"", False),
    ],
)  # fmt: skip
def test_what_is_a_table(content: bytes, expected: bool):
    stream = io.BytesIO(content)
    assert (is_table(stream), stream.tell()) == (expected, 0)


def test_without_a_schema_nothing_applies():
    report = check(b"a\n1\n", None)
    assert (verdict(report), report.findings[0].rule) == ("not-applicable", "table.no-schema")


def test_without_the_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    """The only way to be without frictionless beside those who need it is to hide it from the finder."""
    monkeypatch.setattr("sys.modules", {**__import__("sys").modules, "frictionless": None})
    report = check(b"a\n1\n", field())
    assert (verdict(report), report.findings[0].rule) == ("not-applicable", "table.not-installed")
    assert "ckanext-ess[tables]" in sentence(report.findings[0], "fr").fix


@pytest.mark.parametrize("rule", ["table.schema-unknown", "table.schema-unreachable"])
def test_reasons_known_beforehand(rule: str):
    report = not_applicable("a.csv", rule, value="nulle/part", reason="—")
    assert verdict(report) == "not-applicable"
    assert "nulle/part" in sentence(report.findings[0], "fr").explanation


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_of_real_findings_are_whole(lang: str):
    """Nothing is left empty, no brace, no word of frictionless."""
    for case in CASES:
        report = check(case.bad, case.schema)
        for one in report.findings:
            said = sentence(one, lang, report.version)
            text = " | ".join(said)
            bare = re.sub(r"[{][}]|[{]\d[}]", "…", text)
            assert not re.search(r"[{}]|“”|«\s*»|None|constraint .is|type is| [,.](?!\w)", bare), (one, text)


@pytest.mark.parametrize(
    ("match", "content", "expected"),
    [
        ("", b"b,a\n1,2\n", "valid"), ("exact", b"b,a\n1,2\n", "invalid"), ("equal", b"b,a\n1,2\n", "valid"),
        ("", b"a\n1\n", "warnings"), ("equal", b"a\n1\n", "invalid"), ("superset", b"a\n1\n", "warnings"),
        ("", b"a,b,c\n1,2,3\n", "warnings"), ("superset", b"a,b,c\n1,2,3\n", "invalid"), ("subset", b"a,b,c\n1,2,3\n", "warnings"),
    ],
)  # fmt: skip
def test_fields_match_says_how_strict(match: str, content: bytes, expected: str):
    schema = {**field("string", B), **({"fieldsMatch": match} if match else {})}
    assert verdict(check(content, schema)) == expected
