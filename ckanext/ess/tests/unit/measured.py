"""Validate files, each in a process of its own with limits, and print as JSON what it took.

The process is a fork of one that has already validated a good file: what is measured is the file's own.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from pathlib import Path

from ckanext.ess.iati.read import Limits
from ckanext.ess.iati.validate import Options, validate, verdict

MEBIBYTE = 1024 * 1024
#: Past these seconds reading stops.
SECONDS = 20
#: Past these the kernel ends the process.
CPU_SECONDS = 90
ADDRESS_SPACE = 1024 * MEBIBYTE
KILLED = "killed"


def status(field: str) -> int:
    """A figure of /proc/self/status, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def measure(path: str, official: bool) -> dict[str, object]:
    """Validate one file and say what came out, in how many seconds, with how much memory above the start."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = status("VmRSS")
    options = Options(official=official, known=frozenset(), limits=Limits(seconds=SECONDS))
    report = validate(path, options)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "verdict": verdict(report),
        "rules": dict(report.rules),
        "findings": len(report.findings),
        "seconds": usage.ru_utime + usage.ru_stime,
        "above": status("VmHWM") - before,
    }


def forked(path: str, official: bool) -> dict[str, object]:
    """Measure in a child; it may not outgrow its limits."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        space = status("VmSize") + ADDRESS_SPACE
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (space, space))
        try:
            os.write(writer, json.dumps(measure(path, official)).encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        answer = stream.read()
    _, ended = os.waitpid(child, 0)
    return json.loads(answer) if answer and not ended else {"verdict": KILLED, "ended": ended}


def main() -> None:
    """Measure every file in both modes."""
    good = b'<iati-activities version="2.03"><iati-activity/></iati-activities>'
    for official in (False, True):
        validate(io.BytesIO(good), Options(official=official, known=frozenset()))
    for path in sys.argv[1:]:
        for official in (False, True):
            print(json.dumps({"path": path, "official": official, **forked(path, official)}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
