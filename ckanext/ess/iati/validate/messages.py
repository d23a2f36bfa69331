"""Sentences for findings, in English and French: title, explanation with the values, and the edit to make."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from ckanext.ess.iati.read.problems import Problem
from ckanext.ess.iati.read.root import ROOTS
from ckanext.ess.iati.read.sentences import LANGUAGES, Sentence
from ckanext.ess.iati.read.sentences import sentence as problem_sentence
from ckanext.ess.iati.standard.codelist_rules import ANYWHERE, TEXT, CodelistRule, codelist_rules
from ckanext.ess.iati.standard.codelists import UnknownCodelist, codelist
from ckanext.ess.iati.standard.versions import VERSIONS
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.rules.blanks import BLANKS
from ckanext.ess.identifiers.tsv import rows

__all__ = ["LANGUAGES", "Sentence", "codelist_rule", "sentence", "table"]

_FOLDER = Path(__file__).parent / "sentences"
_CONDITION = {"en": " (vocabulary {0})", "fr": " (vocabulaire {0})"}
_MEANT = {"en": ", perhaps {0}", "fr": ", peut-être {0}"}
_EXAMPLE = {"en": ", such as {0}", "fr": ", comme {0}"}
_ATTRIBUTE_OF = {"en": "{0} of <{1}>", "fr": "{0} de <{1}>"}
_EMPTY = {"en": "(empty)", "fr": "(vide)"}
_OR = {"en": " or ", "fr": " ou "}
_QUOTED = {"en": "“{0}”", "fr": "« {0} »"}
_HINT = {"en": ", perhaps “{0}”", "fr": ", peut-être « {0} »"}
#: Parameters that findings may carry in both languages, as ``name.en`` and ``name.fr``.
_IN_BOTH = ("reason", "help")
#: Allowed values of a column that a sentence lists; a parameter has one a line.
_LISTED = 12
_ANY_PLACE = {"en": "the element", "fr": "l’élément"}
#: A value longer than this is cut in sentences; the report's ``params`` keep more of it.
_LONG = 200
_LABEL = 60
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: Signs without a shape: controls, marks of direction, spaces of no width.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
#: Codes that people know, as examples where the first of the list would tell them nothing.
_USUAL = {
    "Country": "SN",
    "Currency": "EUR",
    "FileFormat": "application/pdf",
    "FinanceType": "110",
    "Language": "fr",
    "Region": "298",
    "Sector": "14030",
}
#: Schema errors that list what was expected, and their kinds where libxml2 lists nothing.
_EXPECTING = {"element-unexpected": "element-unexpected.last", "element-missing": "element-missing.any"}
#: Sentences for a rule that has none, such as one in a report of another release.
OTHER = "other"


@lru_cache(maxsize=1)
def table() -> dict[tuple[str, str], Sentence]:
    """Return (key, language) → sentences with places for parameters. Keys are rule ids, some with a kind."""
    found: dict[tuple[str, str], Sentence] = {}
    for name in ("rules", "schema", "ess", "codes", "tables"):
        for key, lang, *texts in rows(_FOLDER / f"{name}.tsv"):
            found[key, lang] = Sentence(*texts)
    for key, lang, *texts in rows(_FOLDER / "rules-1.tsv"):
        found[f"{key}@1", lang] = Sentence(*texts)
    return found


@lru_cache(maxsize=8)
def _codelist_rules(version: str) -> dict[str, tuple[CodelistRule, ...]]:
    found: dict[str, tuple[CodelistRule, ...]] = {}
    for rule in codelist_rules(version):
        found[rule.id] = (*found.get(rule.id, ()), rule)
    return found


def codelist_rule(rule: str, version: str = "", path: str = "") -> CodelistRule | None:
    """Return a codelist rule of a version (of any version where none is given); two rules share some ids."""
    for candidate in [version] if version else reversed(VERSIONS):
        if found := _codelist_rules(candidate).get(rule):
            return next((one for one in found if one.path == path), found[0])
    return None


def sentence(finding: Finding, lang: str = "en", version: str = "") -> Sentence:
    """Render a finding in a language; an unknown language is English.

    Args:
        finding: what was found.
        lang: ``en`` or ``fr``.
        version: the version that the file was checked against.
    """
    lang = lang if lang in LANGUAGES else "en"
    if "problem" in finding.params:
        return _problem(finding, lang)
    params = defaultdict(str, {name: _short(value) for name, value in finding.params.items()})
    params["rule"] = finding.rule
    params["line"] = str(finding.line or "?")
    for name in _IN_BOTH:
        params[name] = params[f"{name}.{lang}"] or params[name]
    if "value" in finding.params:
        params["value"] = _shown(params["value"]) or _EMPTY[lang]
    if "element" in params:
        attribute, element = params["attribute"], params["element"]
        params["place"] = _ATTRIBUTE_OF[lang].format(attribute, element) if attribute else f"<{element}>"
    params["hint"] = _HINT[lang].format(params["meant"]) if params["meant"] else ""
    params["allowed"] = _list(finding.params.get("allowed", ""), lang)
    params["replaced"] = _OR[lang].join(params["replaced"].split())
    key = _key(finding, version)
    if key.startswith("code."):
        _describe_code(params, finding, lang, version)
    return Sentence(*(text.format_map(params).strip() for text in table()[key, lang]))


def _key(finding: Finding, version: str) -> str:
    """Return the key of a finding's sentences: its rule, with kind or version where these have their own."""
    rule, known = finding.rule, table()
    kind = finding.params.get("kind", "")
    if kind in _EXPECTING and not finding.params.get("expected"):
        kind = _EXPECTING[kind]
    if rule == "ess.version" and not finding.params.get("value"):
        kind = "missing"
    elif rule == "ess.withdrawn-code" and finding.params.get("replaced"):
        kind = "replaced"
    for candidate in (f"{rule}.{kind}", f"{rule}@{version[:1]}", rule):
        if (candidate, "en") in known:
            return _special(candidate, finding)
    if "list" in finding.params:
        place = "code.text" if finding.params.get("attribute") == TEXT else "code.attribute"
        return _special(place, finding)
    return f"{rule}.other" if (f"{rule}.other", "en") in known else OTHER


def _special(key: str, finding: Finding) -> str:
    """Return the key of the sentences for an empty value, a date without time or a root, if any."""
    value = finding.params.get("value")
    variant = ""
    if value is not None and not value.strip():
        variant = "empty"
    elif value and _DAY.fullmatch(value):
        variant = "day"
    elif finding.params.get("element") in ROOTS:
        variant = "root"
    special = f"{key.partition('@')[0]}.{variant}"
    return special if (special, "en") in table() else key


def _problem(finding: Finding, lang: str) -> Sentence:
    params = dict(finding.params)
    code = params.pop("problem")
    params["kind"] = params.get("kind", "").removeprefix(code).removeprefix(".")
    return problem_sentence(Problem(code, finding.line, finding.column, params), lang)


def _describe_code(params: defaultdict[str, str], finding: Finding, lang: str, version: str) -> None:
    name = finding.params.get("list", "")
    vocabulary = finding.params.get("vocabulary", "")
    params["condition"] = _CONDITION[lang].format(vocabulary) if vocabulary else ""
    rule = codelist_rule(finding.params.get("rule", finding.rule), version)
    path = finding.params.get("path") or (rule.path if rule else "")
    params["path"] = (
        _ANY_PLACE[lang] if path in {"", ANYWHERE} else path.partition("/iati-")[2].partition("/")[2] or path
    )
    params["suggestion"] = _suggestion(name, finding.params.get("value", ""), lang, version)


@lru_cache(maxsize=2048)
def _suggestion(name: str, value: str, lang: str, version: str) -> str:
    """Return the code that was probably meant, else the first of the list as an example, with its name."""
    try:
        found = codelist(name, version or VERSIONS[-1])
    except UnknownCodelist:
        return ""
    codes = [code.code for code in found.active()]
    folded = {code.lower(): code for code in codes}
    wanted = value.strip().lower()[:40]
    close = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.7) if wanted else []
    if not codes:
        return ""
    usual = _USUAL.get(name, "")
    best = folded[close[0]] if close else usual if usual in codes else codes[0]
    label = found.codes[best].name(lang)[:_LABEL]
    return (_MEANT if close else _EXAMPLE)[lang].format(best if label == best else f"{best} ({label})")


def _list(lines: str, lang: str) -> str:
    """Return the lines of a parameter as quoted values, the first ones."""
    values = lines.split("\n") if lines else []
    told = [_QUOTED[lang].format(_short(value)) for value in values[:_LISTED]]
    return ", ".join(told) + (", …" if len(values) > _LISTED else "")


def _shown(value: str) -> str:
    """Return a value with the blanks at its ends made visible, and signs without a shape named by number."""
    start, end = len(value) - len(value.lstrip(BLANKS)), len(value.rstrip(BLANKS))
    if end <= start:
        return "␣" * len(value)
    inside = _UNSEEN.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", value[start:end])
    return "␣" * start + inside + "␣" * (len(value) - end)


def _short(value: str) -> str:
    return value if len(value) <= _LONG else value[:_LONG] + "…"
