"""Rules of every version: kind, context, parameters, official number, severity, category; no sentences.

The rules of 1.04 and 1.05 were published without numbers; each says what a rule of 2.01 says and takes over
its number, severity and category. A rule of theirs without such a twin stops the import.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from standard_import import Files, one_line, table

COLUMNS = ("id", "kind", "severity", "category", "context", "foreach", "substitute", "params")
FILE_COLUMNS = ("id", "kind", "severity", "category", "path", "versions")
TARGET = Path("ckanext/ess/iati/standard/data/rules")

#: What stands in for a loop's value, and the keys that are no parameters.
_NOT_PARAMS = {"ruleInfo"}

#: 1.0x wrote activity-date types as words; 2.0x as numbers.
_DATE_TYPES = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"}

#: Kinds of the rules that look at a whole file.
_FILE_KINDS = {"0.1.1": "xml", "0.2.1": "root", "0.6.1": "version", "0.3.1": "schema", "1.1.2": "duplicate"}

_REFERENCE = "activity-reference"

_Case = dict[str, Any]


def _dump(params: _Case) -> str:
    return json.dumps(params, sort_keys=True, ensure_ascii=False)


def _cases(rules: _Case) -> Iterator[tuple[str, str, str, list[str], _Case]]:
    """Every case with its context, kind, loop and what the loop substitutes."""
    for context, kinds in rules.items():
        for kind, group in kinds.items():
            for case in group["cases"]:
                if kind != "loop":
                    yield context, kind, "", [], case
                    continue
                for inner, inner_group in case["do"].items():
                    for inner_case in inner_group["cases"]:
                        yield context, inner, case["foreach"], case["subs"], inner_case


def _row(context: str, kind: str, foreach: str, substitute: list[str], case: _Case) -> tuple[str, ...]:
    params = {key: value for key, value in case.items() if key not in _NOT_PARAMS}
    info = case.get("ruleInfo", {})
    return (
        info.get("id", ""),
        kind,
        info.get("severity", ""),
        info.get("category", ""),
        one_line(context),
        foreach,
        " ".join(substitute),
        _dump(params),
    )


def _as_in_2(row: tuple[str, ...]) -> tuple[str, ...]:
    """Context and parameters of a 1.0x rule in the words of 2.01, to find its twin."""
    _id, kind, _severity, _category, context, _foreach, _substitute, params = row
    meant = json.loads(params)
    if "start" in meant and kind == "startswith":
        meant = {"paths": meant["paths"], "prefix": [meant["start"]]}
    text = re.sub("|".join(_DATE_TYPES), lambda found: _DATE_TYPES[found[0]], _dump(meant))
    if context == "//transaction":
        less = json.loads(text)["less"]
        text, context = _dump({**json.loads(text), "less": f"transaction/{less}"}), "//iati-activity"
    return kind, context.rpartition("/")[2], text


def _key_in_2(row: tuple[str, ...]) -> tuple[str, ...]:
    params = json.loads(row[7])
    if row[1] == "startswith" and len(params["prefix"]) > 1:
        params = {"paths": params["paths"], "prefix": params["prefix"][:1]}
    return row[1], row[4].rpartition("/")[2], _dump(params)


def _numbered(rows: list[tuple[str, ...]], later: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """1.0x rules with the numbers of their twins; a prefix is a list in every version."""
    twins = {_key_in_2(row): row for row in later}
    for row in rows:
        twin = twins[_as_in_2(row)]
        params = json.loads(row[7])
        if "start" in params and row[1] == "startswith":
            params = {"paths": params["paths"], "prefix": [params["start"]], "separator": ""}
        yield (twin[0], row[1], twin[2], twin[3], *row[4:7], _dump(params))


def _check(version: str, rows: list[tuple[str, ...]], folder: Path) -> None:
    """Compare with the list of numbers that lies beside the rules; a difference stops the import."""
    lines = (folder / "ruleset-ids.tsv").read_text(encoding="utf-8").splitlines()[1:]
    listed = sorted(cells[1] for line in lines if (cells := line.split("\t"))[0] == version)
    derived = sorted(row[0] for row in rows)
    if listed != derived:
        raise ValueError(f"{version}: ruleset-ids.tsv and the rules differ: {set(listed) ^ set(derived)}")


def _file_rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Rules that look at a whole file or at references between activities."""
    lines = (folder / "ruleset-ids.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for cells in (line.split("\t") for line in lines):
        if cells[0] != "2.0x":
            continue
        found = re.fullmatch(r"(/\S+)(?: \((.+)\))?", cells[5])
        path = found[1] if found else ""
        versions = (found[2] or "").replace(",", "") if found else ""
        kind = _FILE_KINDS.get(cells[1], _REFERENCE)
        yield (cells[1], kind, cells[3], cells[2], path, versions)


def rule_files(folder: Path) -> Files:
    """One table for each version that has rules, and one for those about a whole file."""
    tables: dict[str, list[tuple[str, ...]]] = {}
    for path in sorted(folder.glob("rulesets/*.json")):
        rules = json.loads(path.read_text(encoding="utf-8"))
        tables[path.stem] = [_row(*case) for case in _cases(rules)]
        _check(path.stem, tables[path.stem], folder)
    for version, rows in tables.items():
        if version.startswith("1."):
            tables[version] = list(_numbered(rows, tables["2.01"]))
    files = {TARGET / f"{version}.tsv": table(COLUMNS, rows) for version, rows in tables.items()}
    return {**files, TARGET / "file.tsv": table(FILE_COLUMNS, list(_file_rows(folder)))}
