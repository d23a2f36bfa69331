"""Sentences for what the validator finds in a converted sheet: in the sheet's words, not in those of XML."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from ckanext.ess.iati.convert.values import dates
from ckanext.ess.iati.standard.codelists import UnknownCodelist, codelist
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.identifiers.tsv import rows

#: Parameter that the conversion adds to a finding: the title of the cell's column.
LABEL = "label"
_PROJECT = {"fr": "Projet", "en": "Project"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LONG = 80


@cache
def table() -> dict[tuple[str, str], tuple[str, str]]:
    """Message and fix by rule (some with a kind) and language."""
    path = Path(__file__).with_name("findings.tsv")
    return {(key, lang): (message, fix) for key, lang, message, fix in rows(path)}


def sentence(finding: Finding, lang: str) -> tuple[str, str]:
    """Return what is wrong with a cell, and what to write instead.

    Args:
        finding: what was found; its parameter ``label`` is the title of the cell's column.
        lang: ``fr`` or ``en``.
    """
    params = defaultdict(str, {name: _shown(text, lang) for name, text in finding.params.items()})
    params["rule"] = finding.rule
    params["label"] = params[LABEL] or _PROJECT[lang]
    params["reason"] = params[f"reason.{lang}"] or params["reason"]
    params["replaced"] = (" ou " if lang == "fr" else " or ").join(params["replaced"].split())
    if "list" in finding.params:
        params["list"] = _list(finding.params["list"], lang)
    message, fix = table()[_key(finding), lang]
    return message.format_map(params), fix.format_map(params)


def _key(finding: Finding) -> str:
    kind = finding.params.get("kind", "")
    if finding.rule == "ess.withdrawn-code" and finding.params.get("replaced"):
        kind = "replaced"
    for candidate in (f"{finding.rule}.{kind}", finding.rule):
        if (candidate, "en") in table():
            return candidate
    if "list" in finding.params:
        return "code"
    return "other" if finding.params.get("value", "").strip() else "other.empty"


def _shown(text: str, lang: str) -> str:
    if lang == "fr" and _DAY.fullmatch(text):
        return dates.shown(text)
    flat = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return flat if len(flat) <= _LONG else f"{flat[:_LONG].rstrip()}…"


def _list(name: str, lang: str) -> str:
    try:
        return codelist(name).title(lang)
    except UnknownCodelist:
        return name
