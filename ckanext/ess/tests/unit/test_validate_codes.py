"""Every codelist rule of every version: unknown, known and withdrawn codes, under each kind of vocabulary."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from ckanext.ess.iati.standard.codelist_rules import ANYWHERE, TEXT, CodelistRule, codelist_rules
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.iati.standard.versions import FILE_TYPES, VERSIONS
from ckanext.ess.iati.validate import Finding, Options, validate
from ckanext.ess.tests.shared import shared, shared_files

PRESENT = dt.datetime(2026, 6, 15, tzinfo=dt.timezone.utc)
UNKNOWN = "ZZ-none"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
WITHDRAWN = "ess.withdrawn-code"


class Case(NamedTuple):
    """A code, and the vocabulary beside it (None for none)."""

    value: str
    vocabulary: str | None = None


def document(rule: CodelistRule, file_type: str, version: str, *cases: Case) -> bytes:
    """A file with one record for each case: the code where the rule looks for it."""
    names = place(rule, file_type).strip("/").split("/")
    root = etree.Element(names[0], version=version)
    for case in cases:
        element = root
        for name in names[1:]:
            element = etree.SubElement(element, name)
        if case.vocabulary is not None:
            (element.getparent() if rule.vocabulary_on_parent else element).set("vocabulary", case.vocabulary)
        if rule.attribute == TEXT:
            element.text = case.value
        else:
            element.set(XML_LANG if rule.attribute == "xml:lang" else rule.attribute, case.value)
    return etree.tostring(root)


def place(rule: CodelistRule, file_type: str) -> str:
    """The path to put a code at; a rule about every element is tried at one of them."""
    item = "iati-activity" if file_type == "activities" else "iati-organisation"
    return f"/iati-{file_type}/{item}/document-link/title/narrative" if rule.path == ANYWHERE else rule.path


def findings(text: bytes, version: str, *, official: bool = False) -> list[Finding]:
    options = Options(official=official, version=version, now=PRESENT)
    return validate(io.BytesIO(text), options).findings


def told(found: list[Finding], rule: CodelistRule, number: int) -> list[str]:
    """The rule ids, of this rule or of its withdrawn codes, found in a record; two rules share some ids."""
    return [
        one.rule
        for one in found
        if one.number == number and one.rule in {rule.id, WITHDRAWN} and one.params["list"] == rule.codelist
    ]


def all_rules():
    for version in VERSIONS:
        for file_type in FILE_TYPES:
            for at, rule in enumerate(codelist_rules(version, file_type)):
                if rule.attribute != "version":
                    yield pytest.param(version, file_type, rule, id=f"{version}-{file_type}-{at}-{rule.id}")


@pytest.mark.parametrize(("version", "file_type", "rule"), list(all_rules()))
class TestCodelistRule:
    def test_unknown_known_and_other_vocabulary(self, version: str, file_type: str, rule: CodelistRule):
        active = codelist(rule.codelist, version).active()
        own = rule.vocabulary or None
        cases = [
            Case(UNKNOWN, own),
            Case(active[0].code, own),
            Case(active[-1].code, own),
            Case(UNKNOWN),
            *([Case(UNKNOWN, "98")] if rule.vocabulary else []),
        ]
        found = findings(document(rule, file_type, version, *cases), version)
        absent = [rule.id] if not rule.vocabulary or rule.vocabulary_default else []
        assert [told(found, rule, number + 1) for number in range(len(cases))] == [
            *([rule.id], [], [], absent),
            *([[]] if rule.vocabulary else []),
        ]

    def test_the_finding_says_where_and_what(self, version: str, file_type: str, rule: CodelistRule):
        found = findings(document(rule, file_type, version, Case(UNKNOWN, rule.vocabulary or None)), version)
        (one,) = [one for one in found if one.rule == rule.id and one.params["list"] == rule.codelist]
        assert (one.severity, one.category, one.params["value"]) == ("error", rule.category, UNKNOWN)
        assert one.xpath.endswith(TEXT if rule.attribute == TEXT else f"/@{rule.attribute}")
        assert (one.line, one.activity) == (1, "noIdentifier")

    def test_withdrawn_codes_are_warned_of(self, version: str, file_type: str, rule: CodelistRule):
        withdrawn = [code for code in codelist(rule.codelist, version) if code.is_withdrawn]
        if not withdrawn:
            return  # most lists have none
        case = Case(withdrawn[0].code, rule.vocabulary or None)
        found = findings(document(rule, file_type, version, case), version)
        assert told(found, rule, 1) == [WITHDRAWN]
        (warning,) = [one for one in found if one.rule == WITHDRAWN and one.params["list"] == rule.codelist]
        assert warning.severity == "warning"
        assert warning.params["replaced"].split() == list(withdrawn[0].replaced_by)
        if version >= "2.01":
            text = document(rule, file_type, version, case)
            assert told(findings(text, version, official=True), rule, 1) == []

    def test_official_mode_knows_the_official_rules(self, version: str, file_type: str, rule: CodelistRule):
        if version < "2.01":
            return  # the official validator reads no 1.0x
        text = document(rule, file_type, version, Case(UNKNOWN, rule.vocabulary or None))
        found = told(findings(text, version, official=True), rule, 1)
        assert found == ([rule.id] if rule.official else [])


@pytest.mark.parametrize("version", ["2.01", "2.02", "2.03"])
@pytest.mark.parametrize(("file_type", "rule"), [("activities", "9.1.1"), ("organisations", "9.97.1")])
def test_the_version_is_a_code_too(version: str, file_type: str, rule: str):
    def severities(declared: str) -> list[str]:
        text = f'<iati-{file_type} version="{declared}"/>'.encode()
        return [one.severity for one in findings(text, "") if one.rule == rule]

    assert severities(f"{version}5") == ["error"]
    assert severities(version) == []


def mappings():
    """Paths of the official mapping, read here by other means than in the tool that made our table."""
    for path in shared_files("standard/mapping/*.xml"):
        for element in etree.parse(str(path)).getroot():
            yield (
                path.stem,
                element.findtext("path"),
                element.find("codelist").get("ref"),
                element.findtext("condition"),
            )


@pytest.mark.parametrize(("version", "path", "ref", "condition"), list(mappings()))
def test_every_official_mapping_has_a_rule(version: str, path: str, ref: str, condition: str | None):
    element, _, attribute = path.rpartition("/")
    attribute = attribute.removeprefix("@")
    wanted = condition.split("'")[1] if condition else ""
    rules = [
        rule
        for rule in codelist_rules(version)
        if (rule.attribute, rule.codelist, rule.vocabulary) == (attribute, ref, wanted)
        and (rule.path == ANYWHERE if element == "/" else rule.path.endswith(element[1:]))
    ]
    assert rules
    assert not condition or ("not(" in condition) is rules[0].vocabulary_default


def test_the_official_ids_of_2_03_are_all_there():
    with Path(shared("standard/codelist-rules/2.03.tsv")).open(encoding="utf-8") as stream:
        official = {row["id"] for row in csv.DictReader(stream, delimiter="\t")}
    assert len(official) == 122
    assert official == {rule.id for rule in codelist_rules("2.03")}


def sectors(attributes: str, *, official: bool = False) -> list[str]:
    """The rules on codes that a sector breaks."""
    record = f"<iati-activity><sector {attributes}/></iati-activity>"
    text = f'<iati-activities version="2.03">{record}</iati-activities>'.encode()
    found = findings(text, "", official=official)
    return [one.rule for one in found if one.rule.startswith("9.")]


@pytest.mark.parametrize("official", [False, True])
class TestVocabulary:
    @pytest.mark.parametrize("vocabulary", ["99", "98"])
    def test_lists_of_an_organisation_are_left_alone(self, vocabulary: str, official: bool):
        assert sectors(f'vocabulary="{vocabulary}" code="ours"', official=official) == []

    @pytest.mark.parametrize("given", ["", 'vocabulary="1"'])
    def test_none_means_the_first(self, given: str, official: bool):
        assert sectors(f'{given} code="ours"', official=official) == ["9.76.1"]

    def test_an_empty_one_means_the_first_too(self, official: bool):
        assert "9.76.1" in sectors('vocabulary="" code="ours"', official=official)


def test_codes_newer_than_the_reference_are_right_but_for_it():
    record = b'<iati-activity><tag vocabulary="5"/></iati-activity>'
    text = b'<iati-activities version="2.03">' + record + b"</iati-activities>"
    for official in (False, True):
        rules = [one.rule for one in findings(text, "", official=official)]
        assert ("9.79.1" in rules) is official
