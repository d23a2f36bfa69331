"""How fast a sheet becomes IATI, beside okfn-iati, in one run on one machine.

    python benchmarks/convert.py --rows 10000 --json figures.json

Ours reads a workbook and a CSV file of projects, with titles in French, amounts, shares, two budgets and (in
the workbook) a transaction for each, checks every project with the whole validator and writes the file.
okfn-iati (in an environment of its own) gets the same activities as the CSV files that it wants, with codes
and ISO dates, and checks the schema. Every measurement is a process of its own; kinds take turns, the fastest
run counts.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from convert_compare import environment, write_okfn

HERE = Path(__file__).resolve().parent
TITLES = ["Code projet", "Intitulé", "Résumé", "Statut", "Date de début réelle", "Date de fin prévue",
          "Pays", "Secteur", "Bailleur", "Partenaire", "Budget 2025", "Budget 2026",
          "Courriel de contact"]  # fmt: skip
Figures = dict[str, Any]


def projects(rows: int) -> Iterator[list[Any]]:
    """Rows of the sheet of projects."""
    for number in range(rows):
        yield [
            f"P{number}", f"Projet {number}", f"Ce que fait le projet {number}, dans {number % 7} écoles.",
            "En cours", dt.date(2025, 1 + number % 12, 1), dt.date(2027, 1, 31),
            ("SN:60;ML:40", "Sénégal", "ML")[number % 3], ("14030", "11220:70;14030:30")[number % 2],
            "Agence française de développement;Ville de Nantes", f"Partenaire {number % 50}",
            1000.5 + number, 2000 + number, "contact@exemple.org",
        ]  # fmt: skip


def write(folder: Path, rows: int) -> dict[str, str]:
    """Write the inputs; return them by kind."""
    book = openpyxl.Workbook(write_only=True)
    sheet, spent = book.create_sheet("Projets"), book.create_sheet("Transactions")
    sheet.append(TITLES)
    spent.append(["Projet", "Type", "Date", "Montant", "Description"])
    with (folder / "Projets.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(TITLES)
        for number, row in enumerate(projects(rows)):
            sheet.append(row)
            spent.append([row[0], "Dépenses", dt.date(2025, 6, 1 + number % 28), 100.25 + number, "Achats"])
            writer.writerow([one.strftime("%d/%m/%Y") if isinstance(one, dt.date) else one for one in row])
    book.save(folder / "projets.xlsx")
    (folder / "okfn").mkdir()
    write_okfn(folder / "okfn", _theirs(rows))
    return {
        "nothing": "-",
        "ours-xlsx": str(folder / "projets.xlsx"),
        "ours-csv": str(folder / "Projets.csv"),
        "okfn-iati": str(folder / "okfn"),
    }


def _theirs(rows: int) -> dict[str, list[dict[str, str]]]:
    """The same projects and transactions, as ``convert_compare`` takes them, with codes and ISO dates."""
    found: dict[str, list[dict[str, str]]] = {"projects": [], "transactions": []}
    for number, row in enumerate(projects(rows)):
        found["projects"].append(
            {
                "id": row[0], "title": row[1], "description": row[2], "status": "2",
                "actual_start": row[4].isoformat(), "planned_end": row[5].isoformat(),
                "country": "SN" if row[6].startswith("S") else "ML", "sector": row[7], "funder": row[8],
                "budget_year2025": str(row[10]), "budget_year2026": str(row[11]),
            }
        )  # fmt: skip
        date = dt.date(2025, 6, 1 + number % 28).isoformat()
        found["transactions"].append(
            {
                "project": row[0],
                "type": "4",
                "date": date,
                "value": str(100.25 + number),
                "description": "Achats",
            }
        )
    return found


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="ess-bench-") as scratch:
        folder = Path(scratch)
        pythons = dict.fromkeys(("nothing", "ours-xlsx", "ours-csv"), sys.executable)
        if not options.no_okfn:
            pythons["okfn-iati"] = environment(options.folder or folder)
        inputs = write(folder, options.rows)
        runs: dict[str, list[Figures]] = {kind: [] for kind in pythons}
        for _ in range(options.repeat):
            for kind, python in pythons.items():
                runs[kind].append(_measure(kind, python, inputs[kind], folder / f"{kind}.xml"))
    best = {kind: min(measured, key=lambda run: run["seconds"]) for kind, measured in runs.items()}
    if options.json:
        options.json.write_text(json.dumps({"rows": options.rows, "runs": best}, indent=2) + "\n")
    print(f"{options.rows} projects; the fastest of {options.repeat}")
    for kind, run in best.items():
        print(
            f"  {kind:10} {run['seconds']:7.2f} s  {run['processor_seconds']:7.2f} s processor  "
            f"{run['peak_mib']:6.0f} MiB  {json.dumps(run['result'])}"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000, help="projects")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, of which the best counts")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--folder", type=Path, help="keep okfn-iati here for the next run")
    parser.add_argument("--no-okfn", action="store_true", help="do not install and measure okfn-iati")
    return parser.parse_args()


def _measure(kind: str, python: str, path: str, out: Path) -> Figures:
    command = [python, str(HERE / "convert_once.py"), kind, path, str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{kind} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
