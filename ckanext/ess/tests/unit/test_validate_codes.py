"""Every codelist rule of every version: a code outside the list is told, one of the list is not."""

from __future__ import annotations

import io

import pytest

from ckanext.ess.iati.standard.codelist_rules import ANYWHERE, TEXT, CodelistRule, codelist_rules
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.iati.standard.versions import VERSIONS
from ckanext.ess.iati.validate import Options, Report, validate

#: The version of a file has rules of its own, 0.6.1 and ess.version.
ROOTS = {"/iati-activities", "/iati-organisations"}
RULES = [
    (version, rule) for version in VERSIONS for rule in codelist_rules(version) if rule.path not in ROOTS
]
WITHDRAWN = [
    (version, rule)
    for version, rule in RULES
    if any(code.is_withdrawn for code in codelist(rule.codelist, version))
]
WRONG = "no such code"


def document(rule: CodelistRule, value: str, version: str) -> bytes:
    """Write a file with little more than the path of a rule and a value there."""
    path = "/iati-activities/iati-activity/title" if rule.path == ANYWHERE else rule.path
    names = path.strip("/").split("/")
    vocabulary = f' vocabulary="{rule.vocabulary}"' if rule.vocabulary else ""
    text, attribute = (value, "") if rule.attribute == TEXT else ("", f' {rule.attribute}="{value}"')
    inner = text
    for depth, name in reversed(list(enumerate(names))):
        last, above = depth == len(names) - 1, depth == len(names) - 2
        given = (attribute if last else "") + (
            vocabulary if (above if rule.vocabulary_on_parent else last) else ""
        )
        if depth == 0 and rule.attribute != "version":
            given += f' version="{version}"'
        inner = f"<{name}{given}>{inner}</{name}>"
    return inner.encode()


def checked(rule: CodelistRule, value: str, version: str) -> Report:
    return validate(io.BytesIO(document(rule, value, version)), Options(version=version))


def ids(rules: list[tuple[str, CodelistRule]]) -> list[str]:
    return [f"{version} {rule.id} {rule.path}@{rule.attribute}" for version, rule in rules]


@pytest.mark.parametrize(("version", "rule"), RULES, ids=ids(RULES))
def test_codelist_rule(version: str, rule: CodelistRule):
    good = next(code for code in codelist(rule.codelist, version).active())
    bad = checked(rule, WRONG, version)
    assert bad.rules[rule.id] == 1
    (finding,) = [finding for finding in bad.findings if finding.rule == rule.id]
    assert finding.severity == "error"
    assert finding.params["value"] == WRONG
    assert finding.line == 1
    assert rule.id not in checked(rule, good.code, version).rules


@pytest.mark.parametrize(("version", "rule"), WITHDRAWN, ids=ids(WITHDRAWN))
def test_withdrawn_codes_are_warnings(version: str, rule: CodelistRule):
    gone = [code for code in codelist(rule.codelist, version) if code.is_withdrawn]
    report = checked(rule, gone[0].code, version)
    assert rule.id not in report.rules
    assert report.rules["ess.withdrawn-code"] == 1
    assert (
        "ess.withdrawn-code"
        not in validate(
            io.BytesIO(document(rule, gone[0].code, version)), Options(version=version, official=True)
        ).rules
    )


@pytest.mark.parametrize("vocabulary", ["99", "98"])
def test_other_vocabularies_are_left_alone(vocabulary: str):
    text = (
        '<iati-activities version="2.03"><iati-activity>'
        f'<sector vocabulary="{vocabulary}" code="ours"/></iati-activity></iati-activities>'
    )
    assert not [rule for rule in validate(io.BytesIO(text.encode())).rules if rule.startswith("9.")]


@pytest.mark.parametrize("given", ["", ' vocabulary=""', ' vocabulary="1"'])
def test_no_vocabulary_means_the_first(given: str):
    text = (
        '<iati-activities version="2.03"><iati-activity>'
        f'<sector{given} code="ours"/></iati-activity></iati-activities>'
    )
    assert validate(io.BytesIO(text.encode())).rules["9.76.1"] == 1


def test_codes_newer_than_the_reference_are_right_but_for_it():
    text = b'<iati-activities version="2.03"><iati-activity><tag vocabulary="5"/></iati-activity></iati-activities>'  # noqa: E501
    assert "9.79.1" not in validate(io.BytesIO(text)).rules
    assert validate(io.BytesIO(text), Options(official=True)).rules["9.79.1"] == 1
