"""Sentences: one for everything, in both languages, naming the value; one fix for one problem."""

from __future__ import annotations

import io
import string
from collections import defaultdict

import pytest

from ckanext.ess.iati.read import Problem
from ckanext.ess.iati.read.problems import FATAL
from ckanext.ess.iati.read.sentences import key as problem_key
from ckanext.ess.iati.read.sentences import table as problem_table
from ckanext.ess.iati.read.syntax import KINDS
from ckanext.ess.iati.standard.codelist_rules import codelist_rules
from ckanext.ess.iati.standard.rules import file_rules, rules
from ckanext.ess.iati.standard.versions import VERSIONS
from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.iati.validate.ess.registry import CHECKS, ess_checks
from ckanext.ess.iati.validate.explain import explanation, rule_ids
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.links import page
from ckanext.ess.iati.validate.messages import LANGUAGES, sentence, table
from ckanext.ess.iati.validate.schema import _PATTERNS, _TYPES, understand
from ckanext.ess.tests.shared import shared_files
from ckanext.ess.tests.unit.rule_table_bare import ACTIVITY, OLD, ORGANISATION

RULE_IDS = sorted({rule.id for version in VERSIONS for rule in (*rules(version), *file_rules(version))})
SCHEMA_KINDS = sorted({kind for kind, _ in _PATTERNS} | set(_TYPES.values()) | {"other"})
ESS_IDS = ["ess.withdrawn-code", "ess.version", "ess.stale", "ess.same-description", *CHECKS]


def codes() -> list[tuple[str, Finding]]:
    found = []
    for version in VERSIONS:
        for rule in codelist_rules(version):
            params = {
                "value": "Q",
                "list": rule.codelist,
                "element": rule.path.rpartition("/")[2],
                "attribute": rule.attribute,
                "vocabulary": rule.vocabulary,
                "rule": rule.id,
                "path": rule.path,
            }
            found.append((version, Finding(rule.id, "error", "", "A", 1, 1, 1, rule.path, params)))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", RULE_IDS)
def test_rules_have_sentences(rule: str, lang: str):
    assert all(table()[rule, lang])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_schema_kinds_have_sentences(kind: str, lang: str):
    assert all(table()[f"0.3.1.{kind}", lang])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", ESS_IDS)
def test_our_checks_have_sentences_and_documentation(rule: str, lang: str):
    ess_checks("2.03", "activities")
    assert any(key == rule or key.startswith(f"{rule}.") for key, known in table() if known == lang)
    assert rule not in CHECKS or CHECKS[rule].check.__doc__


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(FATAL | {f"not-well-formed.{kind}" for kind in KINDS.values()}))
def test_problems_of_files_have_sentences(code: str, lang: str):
    name, _, kind = code.partition(".")
    key = problem_key(Problem(name, 1, 1, {"kind": kind or ("html" if name == "not-xml" else "")}))
    assert key.startswith(name)
    assert all(problem_table()[key][lang])


def fixes(lang: str) -> dict[str, set[str]]:
    """Return fix → the problems that share it, the values being the same for all."""
    shared: dict[str, set[str]] = defaultdict(set)
    values = defaultdict(lambda: "Q")
    for (key, known), said in table().items():
        if known == lang and not key.startswith("code.") and key != "0.3.1":
            shared[string.Formatter().vformat(said.fix, (), values)].add(key)
    for key, texts in problem_table().items():
        shared[string.Formatter().vformat(texts[lang][2], (), values)].add(key)
    for version, finding in codes():
        shared[sentence(finding, lang, version).fix].add(
            f"{finding.params['path']}@{finding.params['attribute']}"
        )
    return shared


@pytest.mark.parametrize("lang", LANGUAGES)
def test_different_problems_have_different_fixes(lang: str):
    assert {
        fix: keys for fix, keys in fixes(lang).items() if len({key.partition("@1")[0] for key in keys}) > 1
    } == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_codelist_sentences_name_value_list_and_element(lang: str):
    for version, finding in codes():
        said = sentence(finding, lang, version)
        assert "Q" in said.explanation
        assert "Q" in said.fix
        assert finding.params["list"] in said.explanation
        assert finding.params["element"] in said.explanation
        assert not set("{}") & set("".join(said))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("root", "record", "version", "content"),
    [("iati-activities", "iati-activity", "2.03", pair[0]) for pair in ACTIVITY.values()]
    + [("iati-organisations", "iati-organisation", "2.03", pair[0]) for pair in ORGANISATION.values()]
    + [("iati-activities", "iati-activity", "1.05", text) for fails, _ in OLD.values() for text in fails],
)
def test_findings_say_everything(lang: str, root: str, record: str, version: str, content: str):
    text = f'<{root} version="{version}"><{record}>{content}</{record}></{root}>'
    for finding in validate(io.BytesIO(text.encode())).findings:
        said = sentence(finding, lang, version)
        assert all(said)
        empty = "“”" if lang == "en" else "«  »"
        assert empty not in "".join(said), (finding, said)
        assert "<>" not in "".join(said), (finding, said)
        assert "  " not in "".join(said), (finding, said)
        assert page(finding, version).startswith("https://iatistandard.org/")


def test_every_message_of_libxml2_about_the_fixtures_is_understood():
    paths = shared_files("samples/fixtures-schemas/**/*fail*/**/*.xml") or shared_files(
        "samples/fixtures-schemas/**/*.xml"
    )
    if not paths:
        pytest.skip("schema fixtures are not here")
    kinds = defaultdict(int)
    for path in paths[::7]:
        version = next(part for part in path.parts if part in VERSIONS)
        for finding in validate(path, Options(version=version)).findings:
            if finding.rule == "0.3.1":
                kinds[finding.params["kind"]] += 1
    assert kinds
    assert "other" not in kinds


@pytest.mark.parametrize(
    ("message", "kind", "params"),
    [
        (
            "Element 'a', attribute 'd': '1' is not a valid value of the atomic type 'xs:date'.",
            "value-date",
            {"element": "a", "attribute": "d", "value": "1"},
        ),
        (
            "Element 'a': The attribute 'b' is required but missing.",
            "attribute-missing",
            {"element": "a", "attribute": "b"},
        ),
        (
            "Element 'a': This element is not expected. Expected is one of ( b, c, ##other{}* ).",
            "element-unexpected",
            {"element": "a", "expected": "b, c"},
        ),
        ("Something new in libxml2", "other", {"element": ""}),
    ],
)
def test_libxml2_is_understood(message: str, kind: str, params: dict[str, str]):
    assert understand(message) == (kind, params)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", rule_ids())
def test_every_rule_can_be_explained(rule: str, lang: str):
    for part in explanation(rule, lang):
        assert all((part.title, part.explanation, part.fix))
        assert not set("{}") & set(part.text())


def test_a_code_in_the_wrong_case_is_suggested():
    text = '<iati-activities version="2.03"><iati-activity default-currency="eur"/></iati-activities>'
    report = validate(io.BytesIO(text.encode()))
    (finding,) = [finding for finding in report.findings if finding.rule == "9.3.1"]
    assert "EUR" in sentence(finding, "fr", "2.03").fix
