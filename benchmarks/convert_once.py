"""One conversion in a process: ``convert_once.py KIND PATH OUT`` prints seconds and peak memory as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def nothing(_: str, __: str) -> dict[str, Any]:
    """The bare interpreter, from which memory is counted."""
    return {}


def ours(path: str, out: str) -> dict[str, Any]:
    """Read, build, check and write with ckanext-ess."""
    from ckanext.ess.iati.convert import Options, convert

    options = Options(
        organisation_id="FR-RCS-123456782",
        organisation_name="Association Exemple Sahel",
        organisation_type="22",
        currency="EUR",
        language="fr",
    )
    with Path(out).open("wb") as target:
        outcome = convert([Path(path)], target, options)
    return {"activities": outcome.activities, "errors": outcome.counts["error"]}


def okfn(path: str, out: str) -> dict[str, Any]:
    """The same activities with okfn-iati, from its folder of CSV files; it checks codes while it builds."""
    from okfn_iati import IatiMultiCsvConverter  # type: ignore[import-not-found]

    converter = IatiMultiCsvConverter()
    done = converter.csv_folder_to_xml(path, out, validate_output=True)
    return {"written": bool(done), "bytes": Path(out).stat().st_size if Path(out).exists() else 0}


KINDS: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "nothing": nothing, "ours-xlsx": ours, "ours-csv": ours, "okfn-iati": okfn,
}  # fmt: skip


def _peak() -> float:
    """Return this process's own peak in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Run what the arguments name."""
    start, processor = time.perf_counter(), time.process_time()
    result = KINDS[sys.argv[1]](sys.argv[2], sys.argv[3])
    measured = {
        "seconds": time.perf_counter() - start,
        "processor_seconds": time.process_time() - processor,
        "peak_mib": _peak(),
    }
    print(json.dumps({**measured, "result": result}))


if __name__ == "__main__":
    main()
