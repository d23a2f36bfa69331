"""The ten sheets of the tests through ckanext-ess and okfn-iati: who accepts what, and what gets lost.

    python benchmarks/convert_compare.py --folder scratch

okfn-iati is installed into an environment of its own. It reads a folder of CSV files with columns of its own,
so each cell is put where a person would copy it; headings, totals and merged cells are left out for it. It is
tried with cells as they are written, and again with every code looked up and every clear date and number
rewritten for it. What comes out is checked with our validator, and each value of the sheet is looked for in
it.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ckanext.ess.iati.convert import convert
from ckanext.ess.iati.convert.book import Limits, open_book
from ckanext.ess.iati.convert.columns import columns
from ckanext.ess.iati.convert.header import score
from ckanext.ess.iati.convert.options import Options
from ckanext.ess.iati.convert.table import open_table
from ckanext.ess.iati.convert.values import amounts, codes, dates
from ckanext.ess.iati.convert.values.refused import Refused
from ckanext.ess.iati.validate import Options as ValidatorOptions
from ckanext.ess.iati.validate import validate, verdict
from ckanext.ess.tests.unit.convert_sheets import OPTIONS, SHEETS, Sheet

OKFN = "okfn-iati==0.4.3"
ORG = "FR-RCS-123456782"
_ONCE = """
import json, sys, logging
logging.disable(logging.CRITICAL)
from okfn_iati import IatiMultiCsvConverter
converter = IatiMultiCsvConverter()
try:
    done, errors = converter.csv_folder_to_xml(sys.argv[1], sys.argv[2]), converter.latest_errors
except Exception as error:
    done, errors = False, [f"{type(error).__name__}: {error}"]
print(json.dumps([bool(done), [str(one) for one in errors or []]]))
"""
Values = dict[str, str]


def main() -> None:
    """Compare and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, help="keep okfn-iati here for the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ess-compare-") as scratch:
        python = environment(options.folder or Path(scratch))
        for sheet in SHEETS:
            compare(sheet, Path(scratch), python)


def environment(folder: Path) -> str:
    """Return the interpreter of an environment with okfn-iati."""
    python = folder / "env" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "env", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", OKFN], check=True)
    return str(python)


def compare(sheet: Sheet, scratch: Path, python: str) -> None:
    """Print what both make of a sheet."""
    folder = scratch / sheet.name.replace(" ", "-")
    folder.mkdir(parents=True)
    path = sheet.to(folder)
    print(f"\n== {sheet.name}")
    print("  ckanext-ess:", ours(path))
    records = raw_records(path)
    theirs("okfn-iati, as written", folder / "raw", records, python)
    theirs("okfn-iati, with codes", folder / "codes", with_codes(records), python)


def theirs(label: str, folder: Path, records: dict[str, list[Values]], python: str) -> None:
    """Print what okfn-iati makes of cells."""
    (folder / "csv").mkdir(parents=True)
    write_okfn(folder / "csv", records)
    out = folder / "okfn.xml"
    answer = subprocess.run(
        [python, "-c", _ONCE, str(folder / "csv"), str(out)], capture_output=True, text=True, check=False
    )
    done, errors = json.loads(answer.stdout.splitlines()[-1])
    written = out.read_text() if out.exists() else ""
    print(f"  {label}:", "accepts" if done else "refuses", "|", "; ".join(errors)[:300])
    if done and written:
        print("    our validator:", found_in(written))
        print("    not in the file:", ", ".join(lost(records, written)) or "nothing")
        print("    invented:", ", ".join(word for word in INVENTED if word in written) or "nothing")


#: Columns that its files have no place for, or whose value is part of another text.
NO_PLACE = ("id", "project", "sdg", "spent_year", "partner")

#: Texts that okfn-iati writes where the sheet has none.
INVENTED = ("No description provided", 'role="4"')


def raw_records(path: Path) -> dict[str, list[Values]]:
    """Cells as they are written, by kind of sheet and key of the column."""
    records: dict[str, list[Values]] = {}
    with open_book(path, Limits(), score) as book:
        for one in book.sheets:
            table = open_table(one, Options(), {})
            for row in table.rows() if table else ():
                bound = table.header.bound  # type: ignore[union-attr]
                values = {
                    bound[cell.column].match.column.key + bound[cell.column].match.year: cell.text  # type: ignore[union-attr]
                    for cell in row.cells
                    if cell.column in bound and bound[cell.column].match
                }
                records.setdefault(table.kind, []).append(values)  # type: ignore[union-attr]
    return records


def with_codes(records: dict[str, list[Values]]) -> dict[str, list[Values]]:
    """The same cells, with the codes that a person would look up and dates in ISO; what is unclear stays."""
    return {kind: [_looked_up(kind, values) for values in rows] for kind, rows in records.items()}


def _looked_up(kind: str, values: Values) -> Values:
    found = dict(values)
    for one in columns(kind):
        for key in [key for key in values if key == one.key or (one.yearly and key.startswith(one.key))]:
            if one.kind in _READ:
                with contextlib.suppress(Refused):
                    found[key] = _READ[one.kind](values[key])
        if one.key not in values or not one.list or one.kind not in {"code", "shares"}:
            continue
        parts = [part.partition(":") for part in values[one.key].split(";")]
        found[one.key] = ";".join(f"{_code(one.list, name)}{colon}{share}" for name, colon, share in parts)
    return found


_READ: dict[str, Callable[[str], str]] = {
    "date": lambda text: dates.read(text).iso,
    "amount": lambda text: amounts.read(text).text,
    "year-budget": lambda text: amounts.read(text).text,
}


def _code(name: str, text: str) -> str:
    try:
        return codes.read(name, text).code
    except Refused:
        return text


def write_okfn(folder: Path, records: dict[str, list[Values]]) -> None:
    """Write okfn-iati's CSV files."""
    files: dict[str, list[dict[str, Any]]] = {}
    for values in records.get("projects", []):
        identifier = f"{ORG}-{values.get('id', '')}"
        files.setdefault("activities", []).append(activity(identifier, values))
        for name in filter(None, (values.get("funder"),)):
            org = {"activity_identifier": identifier, "org_name": name, "role": "1"}
            files.setdefault("participating_orgs", []).append(org)
        for part in filter(None, values.get("sector", "").split(";")):
            code, _, share = part.partition(":")
            sector = {
                "activity_identifier": identifier,
                "sector_code": code,
                "vocabulary": "1",
                "percentage": share,
            }
            files.setdefault("sectors", []).append(sector)
        files.setdefault("budgets", []).extend(budgets(identifier, values))
    for values in records.get("transactions", []):
        files.setdefault("transactions", []).append(
            {
                "activity_identifier": f"{ORG}-{values.get('project', '')}",
                "transaction_type": values.get("type", ""),
                "transaction_date": values.get("date", ""),
                "value": values.get("value", ""),
                "currency": "EUR",
                "value_date": values.get("date", ""),
                "description": values.get("description", ""),
            }
        )
    for name, rows in files.items():
        if rows:
            with (folder / f"{name}.csv").open("w", newline="") as stream:
                writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)


def activity(identifier: str, values: Values) -> dict[str, str]:
    """A row of its activities, which have room for one country."""
    country, _, share = values.get("country", "").partition(";")[0].partition(":")
    return {
        "activity_identifier": identifier,
        "title": values.get("title", ""),
        "description": values.get("description", ""),
        "activity_status": values.get("status", ""),
        "default_currency": "EUR",
        "humanitarian": values.get("humanitarian", ""),
        "xml_lang": "fr",
        "reporting_org_ref": ORG,
        "reporting_org_name": "Association Exemple Sahel",
        "reporting_org_type": "22",
        "planned_start_date": values.get("planned_start", "") or values.get("start", ""),
        "actual_start_date": values.get("actual_start", ""),
        "planned_end_date": values.get("planned_end", "") or values.get("end", ""),
        "actual_end_date": values.get("actual_end", ""),
        "recipient_country_code": country,
        "recipient_country_percentage": share,
        "default_aid_type": values.get("aid", ""),
    }


def budgets(identifier: str, values: Values) -> list[dict[str, str]]:
    """Rows of its budgets."""
    found = [
        (value, f"{key[-4:]}-01-01", f"{key[-4:]}-12-31")
        for key, value in values.items()
        if key.startswith("budget_year")
    ]
    if "budget" in values:
        found.append((values["budget"], values.get("budget_start", ""), values.get("budget_end", "")))
    return [
        {"activity_identifier": identifier, "budget_type": "1", "budget_status": "1", "period_start": start,
         "period_end": end, "value": value, "currency": "EUR", "value_date": start}
        for value, start, end in found
    ]  # fmt: skip


def ours(path: Path) -> str:
    """What we say of a sheet."""
    target = io.BytesIO()
    outcome = convert([path], target, replace(OPTIONS, partial=True))
    errors = ", ".join(
        f"{one.place.address} {one.code}" for one in outcome.problems if one.severity == "error"
    )
    state = f"{outcome.activities} valid, {outcome.left_out} refused"
    checked = found_in(target.getvalue().decode()) if outcome.written else "nothing written"
    return f"{state} | {errors or 'no errors'} | {checked}"


def found_in(written: str) -> str:
    """The verdict of our validator, with the rules of errors."""
    report = validate(io.BytesIO(written.encode()), ValidatorOptions())
    rules = {one.rule for one in report.findings if one.severity in {"critical", "error"}}
    return f"{verdict(report)} {' '.join(sorted(rules))}"


def lost(records: dict[str, list[Values]], written: str) -> list[str]:
    """Values of the sheet that are nowhere in a file, not even in another spelling of a number."""
    found: list[str] = []
    for rows in records.values():
        for values in rows:
            for key, value in values.items():
                parts = [part for part in value.replace(":", ";").split(";") if part]
                if not key.startswith(NO_PLACE) and not all(part.strip() in written for part in parts):
                    found.append(f"{key} “{value}”")
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    main()
