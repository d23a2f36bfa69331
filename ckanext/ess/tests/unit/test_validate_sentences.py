"""Sentences for every rule, code list, schema error and problem, in both languages; no two ask the same."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

import pytest

from ckanext.ess.iati.read.sentences import table as problem_table
from ckanext.ess.iati.standard.codelist_rules import CodelistRule, codelist_rules
from ckanext.ess.iati.standard.rules import file_rules, rules
from ckanext.ess.iati.standard.versions import FILE_TYPES, VERSIONS
from ckanext.ess.iati.validate import Finding, Options, validate
from ckanext.ess.iati.validate import schema as schema_stage
from ckanext.ess.iati.validate.ess.registry import ess_checks
from ckanext.ess.iati.validate.messages import LANGUAGES, sentence, table
from ckanext.ess.tests.unit.rule_changes import NOW
from ckanext.ess.tests.unit.rule_table import LATEST_ORGANISATIONS, ORGANISATIONS, TABLE
from ckanext.ess.tests.unit.test_validate_rules import document

PRESENT = dt.datetime.fromisoformat(f"{NOW}T12:00:00+00:00")
#: Rules of ours that look across activities or at the root, and so are in no table of checks.
ACROSS = ("ess.same-description", "ess.stale", "ess.version", "ess.withdrawn-code")
#: Rules whose sentences go by the kind of what was found.
BY_KIND = {"0.1.1", "0.3.1", "ess.link", "ess.coordinates-outside"}
KINDS = [kind for kind, _ in schema_stage._PATTERNS] + [*sorted(set(schema_stage._TYPES.values())), "other"]
LINKS, OUTSIDE = ("empty", "scheme", "host", "blank", "nowhere"), ("outside", "swapped")
BARE = re.compile(r"[{}]|“”|«[\s\u202f]*»")


def finding(rule: str, /, **params: str) -> Finding:
    return Finding(rule, "error", "iati", "X-1", 1, 7, 1, "/iati-activities", params)


def code(rule: CodelistRule, value: str = "ZZ") -> Finding:
    """What the engine gives for a wrong code."""
    return finding(
        rule.id,
        value=value,
        list=rule.codelist,
        element=rule.path.rpartition("/")[2],
        attribute=rule.attribute,
        vocabulary=rule.vocabulary,
        rule=rule.id,
        path=rule.path,
    )


def ours() -> set[str]:
    checks = {check.id for version in VERSIONS for kind in FILE_TYPES for check in ess_checks(version, kind)}
    return checks | set(ACROSS)


def numbered() -> Iterator[tuple[str, str]]:
    for version in VERSIONS:
        ids = {rule.id for rule in (*rules(version), *file_rules(version))} - BY_KIND
        yield from ((version, rule) for rule in sorted(ids | (ours() - BY_KIND)))


class TestEveryIdHasSentences:
    @pytest.mark.parametrize(("version", "rule"), list(numbered()))
    def test_rules(self, version: str, rule: str):
        english, french = (sentence(finding(rule), lang, version) for lang in LANGUAGES)
        assert all(english)
        assert all(french)
        assert english.title != french.title
        assert english.fix != french.fix

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("file_type", FILE_TYPES)
    def test_codelist_rules(self, version: str, file_type: str):
        for rule in codelist_rules(version, file_type):
            for lang in LANGUAGES:
                found = sentence(code(rule), lang, version)
                assert "ZZ" in found.explanation, rule
                assert rule.codelist in found.fix, rule
                assert not BARE.search(" ".join(found)), found

    @pytest.mark.parametrize("kind", KINDS)
    def test_schema_errors(self, kind: str):
        english, french = (
            sentence(finding("0.3.1", kind=kind, element="budget"), lang) for lang in LANGUAGES
        )
        assert (f"0.3.1.{kind}", "fr") in table()
        assert "budget" in english.explanation
        assert "budget" in french.explanation


def test_tables_have_both_languages():
    keys = Counter(key for key, _ in table())
    assert set(keys.values()) == {2}
    for key, texts in problem_table().items():
        assert set(texts) == set(LANGUAGES), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_missing_parameter_leaves_no_mark(lang: str):
    for key, _ in table():
        rule, _, version = key.partition("@")
        for params in (
            {},
            {"kind": "element-missing"},
            {"value": ""},
            {"list": "Sector"},
            {"problem": "empty"},
        ):
            text = " ".join(sentence(finding(rule, **params), lang, version))
            assert not re.search(r"[{}]", text), (key, text)
            assert text.strip()


@pytest.mark.parametrize("lang", LANGUAGES)
class TestValues:
    """What a sentence shows of a value that is empty, invisible, or half right."""

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("A\u202eB", "A[U+202E]B"),
            ("\ufeffA", "␣A"),
            ("A\u200b", "A[U+200B]"),
            ("A\xa0", "A␣"),
            ("A\x85", "A[U+0085]"),
        ],
    )
    def test_what_cannot_be_seen_is_named(self, lang: str, value: str, shown: str):
        assert shown in sentence(finding("1.3.1", value=value), lang).explanation

    @pytest.mark.parametrize("rule", ["1.1.3", "1.1.21", "1.14.8", "1.18.8"])
    @pytest.mark.parametrize("value", ["", " "])
    def test_nothing_is_called_empty_and_not_quoted(self, lang: str, rule: str, value: str):
        told = sentence(finding(rule, value=value, prefix="FR-RCS-1"), lang)
        assert not any(quoted in "".join(told) for quoted in ("“(", "« (", "␣"))
        assert told != sentence(finding(rule, value="A", prefix="FR-RCS-1"), lang)

    @pytest.mark.parametrize("kind", ["date", "datetime", "number", "integer", "boolean", "token"])
    def test_an_empty_value_is_missing(self, lang: str, kind: str):
        params = {"kind": f"value-{kind}", "attribute": "a", "element": "b"}
        told = sentence(finding("0.3.1", value="", **params), lang)
        assert "(" not in told.explanation
        assert told.title != sentence(finding("0.3.1", value="?", **params), lang).title

    def test_a_date_without_its_time_gets_it(self, lang: str):
        params = {"kind": "value-datetime", "attribute": "a", "element": "b"}
        assert "2026-01-31T00:00:00Z" in sentence(finding("0.3.1", value="2026-01-31", **params), lang).fix
        assert "soonT" not in sentence(finding("0.3.1", value="soon", **params), lang).fix

    def test_text_of_the_root_belongs_to_no_narrative(self, lang: str):
        params = {"kind": "text-unexpected", "element": "iati-activities"}
        assert "narrative" not in sentence(finding("0.3.1", **params), lang).fix

    def test_an_example_of_a_list_is_one_that_people_know(self, lang: str):
        params = {"list": "FileFormat", "element": "document-link", "attribute": "format"}
        assert "application/pdf" in sentence(finding("9.12.1", value="Q", **params), lang, "2.03").fix
        assert sentence(finding("9.12.1", value="", **params), lang, "2.03").title.count("<document-link>")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_braces_and_percents_in_values_are_only_text(lang: str):
    for value in ("{value}", "{0}", "{", "}", "%s", "{value.__class__}", "a" * 5000, "<b>"):
        text = sentence(finding("1.3.13", value=value), lang).explanation
        assert value[:100] in text
        assert len(text) < 1000


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


#: Rules about what is nowhere in the activity: there is no value to name.
NOTHING_FOUND = {"3.7.1", "6.2.2", "6.11.1"}
#: Given by the renderer itself.
COMPUTED = {"line", "place", "path", "suggestion", "condition", "rule"}


def real_findings() -> list[tuple[str, Finding]]:
    """What the engine really finds in the cases of the table of rules."""
    found: dict[tuple[str, str], tuple[str, Finding]] = {}
    for cases in (*TABLE.values(), *ORGANISATIONS.values(), *LATEST_ORGANISATIONS.values()):
        for change in cases.fails:
            for version in ("2.03", "2.01"):
                options = Options(now=PRESENT, known=frozenset())
                report = validate(io.BytesIO(document(cases.record, change, version)), options)
                for one in report.findings:
                    key = (
                        one.rule,
                        one.params.get("kind", "")
                        + str(sorted(name for name, text in one.params.items() if text)),
                    )
                    found.setdefault(key, (version, one))
    return list(found.values())


@pytest.fixture(scope="module")
def real() -> list[tuple[str, Finding]]:
    return real_findings()


class TestRealFindings:
    def test_the_engine_gives_what_sentences_ask_for(self, real: list[tuple[str, Finding]]):
        assert len(real) > 90
        for _, one in real:
            texts = table().get((one.rule, "fr"), ()) if one.rule != "0.3.1" else ()
            asked = set().union(*(fields(text) for text in texts)) - COMPUTED
            assert asked <= set(one.params), (one.rule, asked - set(one.params))

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_nothing_is_empty_in_them(self, real: list[tuple[str, Finding]], lang: str):
        for version, one in real:
            text = " | ".join(sentence(one, lang, version))
            assert not BARE.search(text), text
            assert not re.search(r"(?:expects|expected here:|cet endroit :|attendu ici :) ?\.", text), text

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_they_name_what_was_found(self, real: list[tuple[str, Finding]], lang: str):
        for version, one in real:
            told = {*one.params.values(), str(one.line)} - {""}
            if one.rule not in NOTHING_FOUND:
                text = sentence(one, lang, version).explanation
                assert any(value.strip() in text for value in told), (one.rule, text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("version", VERSIONS)
def test_no_two_problems_share_a_fix(version: str, lang: str):
    """With the same parameters for all, so that only the words differ."""
    sample = {"value": "V", "element": "e", "attribute": "a", "expected": "x", "count": "2", "line": "7"}
    problems = {
        **{
            (rule,): finding(rule, **sample)
            for rule in {r.id for r in (*rules(version), *file_rules(version))}
        },
        **{(rule,): finding(rule, **sample) for rule in ours() - BY_KIND},
        **{("ess.link", kind): finding("ess.link", kind=kind, **sample) for kind in LINKS},
        **{("outside", kind): finding("ess.coordinates-outside", kind=kind, **sample) for kind in OUTSIDE},
        **{("0.3.1", kind): finding("0.3.1", kind=kind, **sample) for kind in KINDS},
        **{(rule.id, rule.path, rule.codelist): code(rule) for rule in codelist_rules(version)},
    }
    problems.pop(("0.1.1",))
    problems.pop(("0.3.1",))
    seen: dict[str, tuple[str, ...]] = {}
    assert len(problems) > 100
    for name, one in problems.items():
        fix = sentence(one, lang, version).fix
        assert seen.setdefault(fix, name) == name, fix


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_problems_of_the_reader_share_a_fix(lang: str):
    fixes = Counter(texts[lang][2] for texts in problem_table().values())
    assert [fix for fix, count in fixes.items() if count > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rule_of_another_release_is_rendered(lang: str):
    assert "7.99.9" in sentence(finding("7.99.9", value="x"), lang).fix
    assert "ess.link" in sentence(finding("ess.link", kind="of another release"), lang).fix


def test_french_is_typeset():
    """An apostrophe is curved, and a double sign has a space before it."""
    for (key, lang), texts in table().items():
        if lang == "fr":
            for text in texts:
                bare = re.sub(r'"[^"]*"|https?://|<[^>]*>|&\w+;', "", text)
                assert not re.search(r"\w[;!?]|\w:(?=\s)", bare), (key, text)
                assert "'" not in bare, (key, text)
