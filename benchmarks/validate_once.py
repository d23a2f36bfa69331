"""One measurement in a process: ``validate_once.py KIND FILE`` prints seconds and peak memory as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def nothing(_: str) -> dict[str, Any]:
    """The bare interpreter, from which memory is counted."""
    return {}


def parse_only(path: str) -> dict[str, Any]:
    """The tree as lxml builds it and no more: the physical limit."""
    from lxml import etree

    return {"root": etree.parse(path, etree.XMLParser(huge_tree=True)).getroot().tag}


def ours(path: str, jobs: int) -> dict[str, Any]:
    """Every check of ours, with as many processes."""
    from ckanext.ess.iati.validate import Options, validate

    report = validate(path, Options(jobs=jobs, known=frozenset()))
    return {"activities": report.activity_count, "findings": sum(report.summary.values()), **report.counts()}


def iatikit(path: str) -> dict[str, Any]:
    """Every check that iatikit has: XML, schema, code lists; its cache is in the working folder."""
    from iatikit.data.dataset import Dataset  # type: ignore[import-not-found]

    dataset = Dataset(path)
    schema, codes = dataset.validate_iati(), dataset.validate_codelists()
    return {"findings": len(schema.errors) + len(codes.errors)}


KINDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "nothing": nothing,
    "lxml": parse_only,
    "ours-1": lambda path: ours(path, 1),
    "ours-2": lambda path: ours(path, 2),
    "iatikit": iatikit,
}


def _processor() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak() -> int:
    """Return this process's own peak in KiB; ``ru_maxrss`` would carry the starter's over."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def main() -> None:
    """Run what the arguments name."""
    work = KINDS[sys.argv[1]]
    wall, processor = time.perf_counter(), _processor()
    result = work(sys.argv[2])
    measured = {
        "seconds": time.perf_counter() - wall,
        "processor_seconds": _processor() - processor,
        "peak_mib": _peak() / 1024,
        "largest_child_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }
    print(json.dumps({**measured, "result": result}))


if __name__ == "__main__":
    main()
