"""How long pages of a running embedded portal take, at rest and while its workers check every file again.

    ess-portal up --data DATA --source FOLDER --detach
    python benchmarks/page_latency.py DATA [--workers 1] [--requests 400] [--turns 8]

Pages are asked for one after the other, as one visitor does. Workers are niced as the portal's own one is;
with two, a second one is started beside it. A turn is some pages while they check and as many while they are
stopped (by a signal, in the middle of what they do), so that other work on the machine is the same for both.
Medians and 95th percentiles are of all pages of a kind together.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psutil

from ckanext.ess.embedded.plan import NICENESS

PATHS = ("/", "/dataset/", "/dataset/?q=eau", "/organization/")
PORTAL = [sys.executable, "-m", "ckanext.ess.embedded.command"]
#: Time for the command that asks for the checks, and for the first of them.
START = 15.0


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--turns", type=int, default=8)
    options = parser.parse_args()
    status = json.loads(_portal("status", options.data, "--json"))
    pages = [status["url"] + path for path in (*PATHS, *_reports(status["url"]))]
    _times(iter(pages))
    asked, each = cycle(pages), options.requests // options.turns
    times: dict[str, list[float]] = {"at rest": [], "checking": []}
    with _checking(options.data, options.workers) as processes:
        workers = [psutil.Process(status["processes"]["checks"]["pid"]), *processes]
        for _ in range(options.turns):
            times["checking"] += _times(islice(asked, each))
            if not _left(status["url"]):
                print("All files are checked: measured with fewer turns", file=sys.stderr)
                break
            with _stopped(workers):
                times["at rest"] += _times(islice(asked, each))
    for name, found in times.items():
        print(f"{name:10} {len(found):5} pages  median {_ms(found, 50)} ms  p95 {_ms(found, 95)} ms")
    ratio = _ms(times["checking"], 95) / _ms(times["at rest"], 95)
    print(f"p95 with {options.workers} workers {ratio:.2f} times that at rest")
    return 0


def _portal(command: str, data: Path, *words: str) -> str:
    line = [*PORTAL, command, "--data", str(data), *words]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout


def _act(url: str, question: str) -> Any:
    with urllib.request.urlopen(f"{url}/api/3/action/{question}") as answer:
        return json.load(answer)["result"]


def _reports(url: str) -> list[str]:
    """Pages of some datasets, and the reports on their files."""
    rows = _act(url, "ess_validation_list?limit=6")["results"]
    datasets = [f"/dataset/{one['package_name']}" for one in rows]
    return [
        *datasets,
        *(f"/dataset/{one['package_name']}/resource/{one['resource_id']}/validation" for one in rows),
    ]


def _left(url: str) -> bool:
    return any(one["checking"] for one in _act(url, "ess_validation_list?limit=1000")["results"])


@contextmanager
def _checking(data: Path, workers: int) -> Iterator[list[psutil.Process]]:
    """Ask for a check of every file; start the workers beside the portal's own."""
    lines = [["ckan", "ess", "validate", "--all", "--jobs", "0"]]
    lines += [["nice", "-n", str(NICENESS), "ckan", "jobs", "worker", "ess"]] * (workers - 1)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for line in lines:
            words = [*PORTAL, "run", "--data", str(data), "--", *line]
            started.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(START)
        yield [psutil.Process(one.pid) for one in started]
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait()


@contextmanager
def _stopped(processes: list[psutil.Process]) -> Iterator[None]:
    """Stop processes and their children for a while."""
    everything = [child for one in processes for child in (one, *one.children(recursive=True))]
    _each(everything, "suspend")
    try:
        yield
    finally:
        _each(everything, "resume")


def _each(processes: list[psutil.Process], what: str) -> None:
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            getattr(one, what)()


def _times(addresses: Iterator[str]) -> list[float]:
    times: list[float] = []
    for address in addresses:
        begun = time.perf_counter()
        with urllib.request.urlopen(address) as answer:
            answer.read()
        times.append(time.perf_counter() - begun)
    return times


def _ms(times: list[float], percent: int) -> int:
    return round(1000 * statistics.quantiles(times, n=100)[percent - 1])


if __name__ == "__main__":
    sys.exit(main())
