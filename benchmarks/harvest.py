"""Datasets per second of our harvester beside ckanext-harvest's own, on the same data, in the same run.

    python benchmarks/harvest.py --empty-database [--sizes 500,5000,14000] [--consumers 1] [--json]

Services are those of the environment (CKAN_SQLALCHEMY_URL, CKAN_SOLR_URL, CKAN_REDIS_URL), for instance
under ``ess-portal run --``; **their database is emptied**. For each size, over the stand-in of the Bulk Data
Service: a first run, one in which nothing changed, one after 1 % of the files changed, one after 1 % of the
datasets went away. Then, once, ``ckan_harvester`` over the stand-in of the Registry with ``--peer-size``
datasets. All through the real queue with ckanext-harvest's own consumers, as many for one as for the other;
the clock stops when everything is saved *and* what changed is found, or no longer found, by a search. Ours
also reads every file, the peer reads none.

``ceiling`` is CKAN's writes alone: the same dictionaries, in batches, without a harvest around them, in one
process. ``peak_rss_mb`` is that of the largest process, ``rss_mb`` that of each. ``cpu_ms`` is processor time
of the consumers per dataset of the catalogue, which other work on the machine changes less. ``rows`` is how
many rows a run added. A size is only begun when the one before held: its runs ended, memory below
``--most-rss``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from harvest_portal import Portal

from ckanext.ess.embedded.standin.synthetic import ELSEWHERE

ROOT = Path(__file__).resolve().parents[1]
CKAN = "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"
POLL = 0.25
RUNS = ("first", "unchanged", "changed", "gone")


def main() -> int:
    """Measure and print; the status is 1 when a size did not hold."""
    options = _options()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        portal = Portal(_ini(Path(folder)))
        peer = _peer(portal, options)
        for size in options.sizes:
            results[str(size)] = result = _ours(portal, size, options) | {"peer": peer}
            if peer:
                first = result["first"]
                result["ratio"] = round(first["datasets_per_s"] / peer["datasets_per_s"], 2)
                result["cpu_ratio"] = round(peer["cpu_ms"] / first["cpu_ms"], 2)
            if not options.json:
                print("\n".join(_lines(str(size), result)), flush=True)
            if any(result[run]["peak_rss_mb"] > options.most_rss for run in RUNS):
                sys.stderr.write(f"{size}: more than {options.most_rss} MB; larger sizes are not begun\n")
                break
    if options.json:
        print(json.dumps(results, indent=2))
    return 0 if len(results) == len(options.sizes) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=lambda text: [int(one) for one in text.split(",")], default=[500])
    parser.add_argument("--consumers", type=int, default=1, help="fetch consumers of either harvester")
    parser.add_argument(
        "--peer-size", type=int, default=500, metavar="N", help="datasets for the peer; 0: no peer"
    )
    parser.add_argument(
        "--ceiling", type=int, default=500, metavar="N", help="CKAN's writes alone on at most N; 0: not"
    )
    parser.add_argument("--most-rss", type=int, default=300, metavar="MB", help="what a process may need")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--empty-database", action="store_true", required=True, help="yes, empty it")
    return parser.parse_args()


def _peer(portal: Portal, options: argparse.Namespace) -> dict[str, Any]:
    if not options.peer_size:
        return {}
    portal.empty()
    with _standin(options.peer_size) as base:
        portal.add("peer", "ckan", f"{base}/registry", json.dumps({"remote_orgs": "create"}))
        found = lambda: portal.searchable() == options.peer_size  # noqa: E731
        return {"size": options.peer_size} | _timed(portal, "peer", options.peer_size, options, found)


def _ours(portal: Portal, size: int, options: argparse.Namespace) -> dict[str, Any]:
    """The four runs over a catalogue, which stays at its address while it changes."""
    portal.empty()
    part, port = max(1, size // 100), _free_port()
    url = f"http://127.0.0.1:{port}/bds"
    portal.add("ours", "iati-bulk", url, json.dumps({"grace_days": 0}))
    states: dict[str, tuple[int, int, Callable[[], bool]]] = {
        "first": (0, 0, lambda: portal.searchable() == size),
        "unchanged": (0, 0, lambda: portal.searchable() == size),
        "changed": (part, 0, lambda: portal.searchable(ELSEWHERE) == part),
        "gone": (part, part, lambda: portal.searchable() == size - part),
    }
    result: dict[str, Any] = {}
    for run, (changed, gone, found) in states.items():
        with _standin(size, port, changed=changed, gone=gone):
            result[run] = _timed(portal, "ours", size, options, found)
    if options.ceiling:
        result["ceiling"] = ceiling = portal.ceiling(options.ceiling)
        result["of_ceiling"] = round(result["first"]["datasets_per_s"] / ceiling["datasets_per_s"], 2)
    return result


def _timed(
    portal: Portal, name: str, size: int, options: argparse.Namespace, found: Callable[[], bool]
) -> dict[str, Any]:
    """One run through the queue, with fresh consumers that are up before the clock starts."""
    with _consumers(portal.ini, options.consumers) as processes:
        rows, spent = portal.rows(), _cpu(processes)
        peak = dict.fromkeys(processes, 0.0)
        started = time.perf_counter()
        job_id = portal.start(name)
        while not (portal.is_done(job_id) and found()):
            for word, process in processes.items():
                peak[word] = max(peak[word], process.memory_info().rss / 2**20)
            _give_up(started)
            time.sleep(POLL)
        seconds = time.perf_counter() - started
        spent = _cpu(processes) - spent
    portal.close(name)
    return {
        "datasets_per_s": round(size / seconds, 2),
        "seconds": round(seconds, 2),
        "peak_rss_mb": round(max(peak.values()), 1),
        "rss_mb": {word: round(most, 1) for word, most in peak.items()},
        "cpu_ms": round(1000 * spent / size, 2),
        "rows": portal.rows() - rows,
        **portal.counters(job_id),
    }


@contextmanager
def _consumers(ini: Path, count: int) -> Iterator[dict[str, psutil.Process]]:
    words = {"gather": "gather-consumer"} | {f"fetch {one + 1}": "fetch-consumer" for one in range(count)}
    processes = {
        name: subprocess.Popen(
            [sys.executable, "-c", CKAN, "-c", str(ini), "harvester", word],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name, word in words.items()
    }
    watched = {name: psutil.Process(process.pid) for name, process in processes.items()}
    started = time.perf_counter()
    try:
        while not all(_idle(process) for process in watched.values()):
            _give_up(started)
        yield watched
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait()


def _idle(process: psutil.Process) -> bool:
    """Whether a consumer has loaded CKAN and waits: it used no processor time for a moment."""
    before = sum(process.cpu_times()[:2])
    time.sleep(0.5)
    return before > 1 and sum(process.cpu_times()[:2]) - before < 0.02  # noqa: PLR2004


def _cpu(processes: Mapping[str, psutil.Process]) -> float:
    """Processor seconds of the consumers so far."""
    return sum(sum(process.cpu_times()[:2]) for process in processes.values())


def _give_up(started: float, seconds: float = 3600) -> None:
    if time.perf_counter() - started > seconds:
        raise TimeoutError


@contextmanager
def _standin(size: int, port: int = 0, *, changed: int = 0, gone: int = 0) -> Iterator[str]:
    numbers = {"--synthetic": size, "--port": port, "--changed": changed, "--gone": gone}
    words = [str(word) for pair in numbers.items() for word in pair]
    command = [sys.executable, "-m", "ckanext.ess.embedded.standin", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield line.removeprefix("READY ").strip()
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _ini(folder: Path) -> Path:
    """The tests' configuration for a site of its own, without debugging noise."""
    text = re.sub(r"^testing = .*$", "", (ROOT / "test.ini").read_text(), flags=re.MULTILINE)
    ini = folder / "benchmark.ini"
    extra = "ckan.site_id = benchmark.ess\nckan.views.default_views =\n"
    ini.write_text(re.sub(r"^ckan\.site_id = .*$", extra, text, flags=re.MULTILINE))
    if "socket_timeout" not in os.environ.get("CKAN_REDIS_URL", ""):
        sys.stderr.write("CKAN_REDIS_URL lacks ?socket_timeout=86400: idle consumers may die\n")
    return ini


def _lines(size: str, result: dict[str, Any]) -> Iterator[str]:
    cells = ("datasets/s", "seconds", "cpu ms", "rows", "peak RSS MB of each process")
    yield f"{size:>6}  {'run':<10} {cells[0]:>10} {cells[1]:>8} {cells[2]:>8} {cells[3]:>7}  {cells[4]}"
    for run in (*RUNS, "peer"):
        one = result[run]
        if one:
            memory = ", ".join(f"{word} {most:.0f}" for word, most in one["rss_mb"].items())
            rate = f"{one['datasets_per_s']:>10} {one['seconds']:>8} {one['cpu_ms']:>8} {one['rows']:>7}"
            yield f"{size:>6}  {run:<10} {rate}  {memory}"
    if "ceiling" in result:
        one = result["ceiling"]
        yield f"{size:>6}  {'ceiling':<10} {one['datasets_per_s']:>10} {'':>8} {one['cpu_ms']:>8}"
    for word in ("of_ceiling", "ratio", "cpu_ratio"):
        if word in result:
            yield f"{size:>6}  {word:<10} {result[word]:>10}"


if __name__ == "__main__":
    sys.exit(main())
