"""How fast the validator is, beside what it can be compared with, in one run on one machine.

    python benchmarks/validate.py --sizes 1,10,100,1000 --json figures.json

Compared are lxml's parser alone (nothing can be faster), ours with one and two processes, and iatikit (XML,
schema and code lists only; installed into an environment of its own, up to 100 MB because it keeps the tree).
Every measurement is a process of its own; kinds take turns, and the fastest of ``--repeat`` runs counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import iatikit_cache
import real_shaped

HERE = Path(__file__).resolve().parent
IATIKIT = "iatikit==3.6.1"
#: Megabytes past which a kind is not asked: iatikit and lxml keep the whole tree, ten times the file.
MOST = {"iatikit": 100, "lxml": 300}
Figures = dict[str, Any]


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="ess-bench-") as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        pythons = _pythons(folder, with_iatikit=not options.no_iatikit)
        base = options.base or real_shaped.base_file()
        report = {"base": base.name, "nothing": _measure("nothing", Path("-"), pythons["ours-1"], folder)}
        sizes = [_size(size, base, folder, pythons, options.repeat) for size in options.sizes]
    report["sizes"] = sizes
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    _print(report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", type=_numbers, default=[1.0, 10.0, 100.0, 1000.0], help="megabytes, with commas"
    )
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument(
        "--repeat", type=int, default=3, help="runs of each, of which the best counts (one above 100 MB)"
    )
    parser.add_argument("--base", type=Path, help="file of activities that the large ones are made of")
    parser.add_argument("--folder", type=Path, help="keep iatikit and the files here for the next run")
    parser.add_argument("--no-iatikit", action="store_true", help="do not install and measure iatikit")
    return parser.parse_args()


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _pythons(folder: Path, *, with_iatikit: bool) -> dict[str, str]:
    """Return kind → interpreter; iatikit is left out where it or the standard's files cannot be had."""
    pythons = dict.fromkeys(("lxml", "ours-1", "ours-2"), sys.executable)
    standard = real_shaped.shared_folder() / "standard"
    if not with_iatikit or not standard.exists():
        return pythons
    home = folder / "iatikit"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", IATIKIT], check=True)
    iatikit_cache.make(standard, folder)
    return {**pythons, "iatikit": str(python)}


def _size(size: float, base: Path, folder: Path, pythons: dict[str, str], repeat: int) -> Figures:
    path = folder / f"{size:g}.xml"
    activities = real_shaped.write(path, size, base)
    kinds = [kind for kind in pythons if size <= MOST.get(kind, size)]
    runs: dict[str, list[Figures]] = {kind: [] for kind in kinds}
    for _ in range(repeat if size <= MOST["iatikit"] else 1):
        for kind in kinds:
            runs[kind].append(_measure(kind, path, pythons[kind], folder))
    megabytes = path.stat().st_size / 1e6
    path.unlink()
    best = {kind: min(measured, key=lambda run: run["seconds"]) for kind, measured in runs.items()}
    for kind, measured in runs.items():
        best[kind]["processor_seconds"] = min(run["processor_seconds"] for run in measured)
    return {"megabytes": megabytes, "activities": activities, "runs": best, "ratios": _ratios(best)}


def _measure(kind: str, path: Path, python: str, folder: Path) -> Figures:
    command = [python, str(HERE / "validate_once.py"), kind, str(path)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{kind} failed on {path.name}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _ratios(runs: dict[str, Figures]) -> dict[str, float]:
    """Return how many times longer or shorter, by the clock and (one process) by the processor."""
    pairs = {
        "ours-1 / lxml": ("ours-1", "lxml"),
        "ours-2 / lxml": ("ours-2", "lxml"),
        "iatikit / ours-1": ("iatikit", "ours-1"),
        "ours-1 / ours-2": ("ours-1", "ours-2"),
    }
    ratios: dict[str, float] = {}
    for name, (above, below) in pairs.items():
        if above in runs and below in runs:
            ratios[name] = runs[above]["seconds"] / runs[below]["seconds"]
            if "ours-2" not in (above, below):
                ratios[f"{name} (processor)"] = (
                    runs[above]["processor_seconds"] / runs[below]["processor_seconds"]
                )
    return ratios


def _print(report: Figures) -> None:
    floor = report["nothing"]["peak_mib"]
    print(f"base {report['base']}; the interpreter alone takes {floor:.0f} MiB")
    for size in report["sizes"]:
        print(f"\n{size['megabytes']:.1f} MB, {size['activities']} activities")
        for kind, run in size["runs"].items():
            above = run["peak_mib"] - floor
            print(
                f"  {kind:8} {run['seconds']:8.2f} s  {run['processor_seconds']:8.2f} s processor  "
                f"{above:7.1f} MiB above  {json.dumps(run['result'])}"
            )
        print("  " + "; ".join(f"{name} {ratio:.2f}" for name, ratio in size["ratios"].items()))


if __name__ == "__main__":
    main()
