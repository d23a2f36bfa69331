"""What a rule is for, without a finding at hand: the sentences with their values left open."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from ckanext.ess.iati.standard.codelist_rules import TEXT, codelist_rules
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.iati.standard.rules import file_rules, rules
from ckanext.ess.iati.standard.versions import VERSIONS
from ckanext.ess.iati.validate.formats.groups import SEVERITY_WORDS
from ckanext.ess.iati.validate.messages import LANGUAGES, codelist_rule, table

_HEADS = {
    "en": {"versions": "Versions", "severity": "Severity", "category": "Category", "fix": "To do", "list": "Code list", "colon": ": "},  # noqa: E501
    "fr": {"versions": "Versions", "severity": "Gravité", "category": "Catégorie", "fix": "À faire", "list": "Liste de codes", "colon": " : "},  # noqa: E501
}  # fmt: skip


class Explanation(NamedTuple):
    """One rule, or one of its kinds, in words."""

    rule: str
    title: str
    explanation: str
    fix: str
    facts: tuple[tuple[str, str], ...]
    colon: str = ": "

    def text(self) -> str:
        """Return the explanation as lines of text."""
        facts = "".join(f"  {name}{self.colon}{value}\n" for name, value in self.facts)
        return f"{self.rule}  {self.title}\n\n  {self.explanation}\n\n  {self.fix}\n\n{facts}"


@lru_cache(maxsize=1)
def rule_ids() -> tuple[str, ...]:
    """Return the ids of all rules of all versions, ours included, in order."""
    found = {
        rule.id
        for version in VERSIONS
        for rule in (*rules(version), *file_rules(version), *codelist_rules(version))
    }
    found |= {key for key, _ in table() if key.startswith("ess.")}
    found |= {".".join(key.split(".")[:2]) for key, _ in table() if key.startswith("table.")}
    return tuple(sorted(found, key=_order))


def _order(rule: str) -> tuple[int, list[int], str]:
    numbers = [int(part) for part in rule.split(".") if part.isdigit()]
    return (1 if rule.startswith("ess.") else 0, numbers, rule)


def explanation(rule: str, lang: str = "en") -> tuple[Explanation, ...]:
    """Explain a rule: one part for each of its kinds.

    Raises:
        KeyError: there is no such rule.
    """
    lang = lang if lang in LANGUAGES else "en"
    keys = [key for key, known in table() if known == lang and (key == rule or key.startswith(f"{rule}."))]
    if kinds := [key for key in keys if "@" not in key and _is_kind(key, rule)]:
        return tuple(_explained(key, rule, lang) for key in kinds)
    if codelist_rule(rule) is not None:
        return (_code(rule, lang),)
    raise KeyError(rule)


def _is_kind(key: str, rule: str) -> bool:
    return key == rule or not key.removeprefix(f"{rule}.").replace(".", "").isdigit()


def _explained(key: str, rule: str, lang: str) -> Explanation:
    said = table()[key, lang]
    open_places = _Open()
    return Explanation(
        key,
        said.title.format_map(open_places),
        said.explanation.format_map(open_places),
        f"{_HEADS[lang]['fix']}{_HEADS[lang]['colon']}{said.fix.format_map(open_places)}",
        tuple(_facts(rule, lang)),
        _HEADS[lang]["colon"],
    )


class _Open(defaultdict[str, str]):
    """Leaves the name of a value in its place."""

    def __missing__(self, key: str) -> str:
        return f"‹{key}›"


def _facts(rule: str, lang: str) -> list[tuple[str, str]]:
    heads = _HEADS[lang]
    cases = {
        version: [case for case in (*rules(version), *file_rules(version)) if case.id == rule]
        for version in VERSIONS
    }
    present = [version for version, found in cases.items() if found]
    if not present:
        return []
    case = cases[present[-1]][0]
    return [
        (heads["versions"], ", ".join(present)),
        (heads["severity"], SEVERITY_WORDS[lang][case.severity]),
        (heads["category"], case.category),
    ]


def _code(rule: str, lang: str) -> Explanation:
    found = codelist_rule(rule)
    assert found is not None  # noqa: S101 - asked before
    said = table()["code.text" if found.attribute == TEXT else "code.attribute", lang]
    values = _Open(
        list=found.codelist,
        element=found.path.rpartition("/")[2],
        attribute=found.attribute,
        path=found.path,
        condition="",
        suggestion="",
    )
    heads = _HEADS[lang]
    present = [version for version in VERSIONS if any(one.id == rule for one in codelist_rules(version))]
    return Explanation(
        rule,
        said.title.format_map(values),
        said.explanation.format_map(values),
        f"{heads['fix']}{heads['colon']}{said.fix.format_map(values)}",
        (
            (heads["versions"], ", ".join(present)),
            (heads["list"], codelist(found.codelist, present[-1]).title(lang)),
            (heads["severity"], SEVERITY_WORDS[lang][found.severity]),
            (heads["category"], found.category),
        ),
        heads["colon"],
    )
