"""The roll-up of a report as plain data: as it is kept, without a language, and as it is shown, in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats.json import finding_dict
from ckanext.ess.iati.validate.formats.short import shortened
from ckanext.ess.iati.validate.messages import LANGUAGES, table
from ckanext.ess.iati.validate.rollup import Kind, Rule


def packed(finding: Finding) -> list[Any]:
    """Return a finding as a list that JSON can hold, its texts within bounds. :func:`unpacked` reads it."""
    return list(shortened(finding))


def unpacked(kept: Sequence[Any]) -> Finding:
    """Return the finding of :func:`packed`."""
    return Finding(*kept)


def plain(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return a roll-up to keep: no sentence in it, so that it can be shown in any language later."""
    return [
        {
            "rule": rule.rule,
            "severity": rule.severity,
            "category": rule.category,
            "count": rule.count,
            "activities": rule.activities,
            "kinds": [_plain_kind(kind) for kind in sorted(rule.kinds.values(), key=_most_frequent)],
        }
        for rule in rules
    ]


def shown(kept: Iterable[Mapping[str, Any]], version: str, lang: str = "en") -> list[dict[str, Any]]:
    """Return a kept roll-up in a language.

    Each rule has ``rule, severity, category, count, activities, title, explanation, fix, url, first`` and
    ``kinds``, of which each has ``kind, count, activities, title, explanation, fix, url, first``. Sentences
    are those of the first occurrence. ``first`` lists occurrences as ``ess-iati``'s JSON does, each with its
    ``excerpt`` besides: see :func:`ckanext.ess.iati.validate.excerpt.excerpt`.
    """
    lang = lang if lang in LANGUAGES else "en"
    return [_shown_rule(rule, version, lang) for rule in kept]


def _shown_rule(rule: Mapping[str, Any], version: str, lang: str) -> dict[str, Any]:
    kinds = [_shown_kind(kind, version, lang) for kind in rule["kinds"]]
    first = sorted((one for kind in kinds for one in kind["first"]), key=_place)
    return {
        **{name: rule[name] for name in ("rule", "severity", "category", "count", "activities")},
        "title": _title(rule["rule"], kinds, lang),
        **{name: kinds[0][name] for name in ("explanation", "fix", "url")},
        "first": first[: len(kinds[0]["first"])],
        "kinds": kinds,
    }


def _shown_kind(kind: Mapping[str, Any], version: str, lang: str) -> dict[str, Any]:
    first = [
        {**finding_dict(unpacked(one["finding"]), version, lang), "excerpt": one["excerpt"]}
        for one in kind["first"]
    ]
    return {
        **{name: kind[name] for name in ("kind", "count", "activities")},
        "title": first[0]["title"],
        "explanation": first[0]["message"],
        "fix": first[0]["fix"],
        "url": first[0]["url"],
        "first": first,
    }


def _title(rule: str, kinds: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return the title that fits all kinds of a rule."""
    general = table().get((f"{rule}.other", lang)) or table().get((rule, lang))
    return general.title if general and len(kinds) > 1 else kinds[0]["title"]


def _plain_kind(kind: Kind) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "count": kind.count,
        "activities": kind.activities,
        "first": [
            {"finding": _clean(packed(one.finding)), "excerpt": _clean(one.excerpt)} for one in kind.first
        ],
    }


def _most_frequent(kind: Kind) -> tuple[int, str]:
    return -kind.count, kind.kind


def _place(one: Mapping[str, Any]) -> tuple[int, int]:
    return one["line"] or 0, one["column"] or 0


def _clean(value: Any) -> Any:
    """Leave out of all texts what has no place in a database's JSON: NUL and halves of characters."""
    if isinstance(value, str):
        return value.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {name: _clean(one) for name, one in value.items()}  # type: ignore[reportUnknownVariableType]
    return [_clean(one) for one in value] if isinstance(value, list) else value  # type: ignore[reportUnknownVariableType]
