"""Files per second through the portal's jobs beside the bare validator, on the same files, in the same run.

    python benchmarks/portal_validation.py FOLDER --empty-database [--files 500] [--workers 2]

Services are those of the environment (CKAN_SQLALCHEMY_URL, CKAN_SOLR_URL, CKAN_REDIS_URL), for instance
under ``ess-portal run --``; **their database is emptied**. FOLDER holds IATI files; they are taken again and
again until there are enough, each as the one file of a dataset of its own, served over HTTP on the loopback
interface. In turns as many processes as workers validate some of them without a portal, then CKAN's own
workers do, from the asking to the last verdict in the search index; overheads are medians of the turns,
since other work on the machine comes and goes. ``cpu_ms`` is processor time per file of the validating
processes (not of database, index and file server). ``start_up`` is from a worker's start to its first
verdict.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psutil
from harvest import CKAN, Portal, _ini, _wait

MEGABYTE = 1024 * 1024


def main() -> int:
    """Measure and print."""
    options = _options()
    every = sorted(path for path in options.folder.rglob("*.xml") if path.is_file())
    files = list(islice(cycle(every), options.files))
    with tempfile.TemporaryDirectory() as folder:
        portal = Portal(_ini(Path(folder)))
        with _served(options.folder) as base, _bare(options.workers, files[0]) as bare:
            urls = [f"{base}/{path.relative_to(options.folder)}" for path in files]
            with _workers(portal, urls, options.workers) as (jobs, identifiers):
                for start in range(0, len(files), -(-len(files) // options.turns)):
                    turn = slice(start, start + -(-len(files) // options.turns))
                    bare.measure(lambda some=files[turn]: _validate_all(bare.pool, some))
                    jobs.measure(lambda some=identifiers[turn]: _check_all(some))
    result = _result(files, bare, jobs)
    print(json.dumps(result, indent=2) if options.json else _table(result))
    return 0


class Measured:
    """Seconds and processor seconds of some processes, turn by turn.

    Attributes:
        start_up: seconds that they took to be ready.
        pids: the processes.
        pool: where they are a pool, the pool.
    """

    def __init__(self, start_up: float, pids: list[int], pool: Any = None) -> None:
        self.start_up, self.pids, self.pool = round(start_up, 2), pids, pool
        self.seconds: list[float] = []
        self.cpu: list[float] = []

    def measure(self, work: Callable[[], object]) -> None:
        """Measure a turn."""
        begun, spent = time.perf_counter(), _cpu(self.pids)
        work()
        self.seconds.append(time.perf_counter() - begun)
        self.cpu.append(_cpu(self.pids) - spent)


def _result(files: list[Path], bare: Measured, jobs: Measured) -> dict[str, Any]:
    megabytes = sum(path.stat().st_size for path in files) / MEGABYTE
    found: dict[str, Any] = {
        "files": len(files),
        "megabytes": round(megabytes, 1),
        "turns": len(bare.seconds),
    }
    for name, one in {"bare": bare, "jobs": jobs}.items():
        found[name] = {
            "seconds": round(sum(one.seconds), 2),
            "files_per_s": round(len(files) / sum(one.seconds), 2),
            "megabytes_per_s": round(megabytes / sum(one.seconds), 2),
            "cpu_ms": round(1000 * sum(one.cpu) / len(files), 1),
            "start_up": one.start_up,
        }
    found["overhead"] = _overhead(bare.seconds, jobs.seconds)
    found["cpu_overhead"] = _overhead(bare.cpu, jobs.cpu)
    return found


def _overhead(bare: list[float], jobs: list[float]) -> float:
    """The median of the turns."""
    return round(statistics.median(ours / alone for alone, ours in zip(bare, jobs, strict=True)) - 1, 3)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--empty-database", action="store_true", required=True, help="yes, empty it")
    return parser.parse_args()


def _validate(path: Path) -> None:
    from ckanext.ess.iati.validate import Options, validate

    validate(path, Options())


@contextmanager
def _bare(workers: int, first: Path) -> Iterator[Measured]:
    """The validator alone, its start-up (tables of the standard, schemas) apart."""
    begun = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        _validate_all(pool, [first] * workers)
        pids = [process.pid for process in pool._pool]  # type: ignore[attr-defined]  # noqa: SLF001
        yield Measured(time.perf_counter() - begun, pids, pool)


def _validate_all(pool: Any, files: list[Path]) -> None:
    for _ in pool.imap_unordered(_validate, files, chunksize=1):
        pass


def _cpu(pids: list[int]) -> float:
    """Processor seconds of processes and their children, ended ones included."""
    families = ([one, *one.children(recursive=True)] for one in map(psutil.Process, pids))
    return sum(sum(one.cpu_times()[:4]) for family in families for one in family)


@contextmanager
def _workers(portal: Portal, urls: list[str], number: int) -> Iterator[tuple[Measured, list[str]]]:
    """The portal's workers, running before the clock starts, and the identifiers of the files."""
    portal.empty()
    _empty_queue()
    identifiers = _load(urls)
    workers: list[subprocess.Popen[bytes]] = []
    begun = time.perf_counter()
    try:
        workers += [_worker(portal) for _ in range(number)]
        _check_all(identifiers[:number])
        start_up = time.perf_counter() - begun
        pids = [one.pid for one in workers]
        _wait(lambda: not _is_busy(pids))
        _again(identifiers[:number])
        yield Measured(start_up, pids), identifiers
    finally:
        for one in workers:
            one.terminate()
        for one in workers:
            one.wait()


def _check_all(identifiers: list[str]) -> None:
    """Ask for checks, and wait for the last verdict in the search index."""
    _ask(identifiers)
    _wait(lambda: _left() == 0)


def _again(identifiers: list[str]) -> None:
    """Forget verdicts, so that all files are checked for the first time."""
    from ckan import model

    from ckanext.ess.store import verdicts

    verdicts.forget(identifiers)
    model.Session.commit()


def _is_busy(pids: list[int]) -> bool:
    """Whether a worker has a process that does a job, besides RQ's scheduler."""
    return any(len(psutil.Process(pid).children()) > 1 for pid in pids)


def _worker(portal: Portal) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", CKAN, "-c", str(portal.ini), "jobs", "worker", "ess"]
    return subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _load(urls: list[str]) -> list[str]:
    """A dataset for each file, indexed, none to be checked yet; returns the files' identifiers."""
    from ckan import model
    from ckan.lib.search import rebuild

    made = []
    for number, url in enumerate(urls):
        package = model.Package(name=f"file-{number}", title=f"File {number}", type="dataset")
        package.extras = {"ess_kind": "iati-activities"}
        one = model.Resource(url=url, format="XML")
        package.resources_all.append(one)
        model.Session.add(package)
        made.append(one.id)
    model.Session.commit()
    rebuild(quiet=True, force=True)
    _execute("UPDATE ess_validation SET wanted = NULL, next_run = NULL")
    _empty_queue()
    return made


def _empty_queue() -> None:
    from ckan.lib.jobs import get_queue

    get_queue("ess").empty()


def _execute(statement: str) -> Any:
    import sqlalchemy as sa

    from ckan import model

    done = model.Session.execute(sa.text(statement))
    found = done.scalar() if done.returns_rows else None
    model.Session.commit()
    return found


def _ask(identifiers: list[str]) -> None:
    from ckan import model

    from ckanext.ess.jobs import queue
    from ckanext.ess.store import claims

    claims.ask(model.Resource.id.in_(identifiers), reason=claims.ASKED)
    model.Session.commit()
    queue.send(len(identifiers))


def _left() -> int:
    """Files without a verdict, or whose verdict is not in the search index yet."""
    return _execute("SELECT count(*) FROM ess_validation WHERE wanted IS NOT NULL OR NOT indexed")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder over HTTP, from a process of its own."""
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    process = context.Process(target=_serve, args=(str(folder), port), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{port.get(timeout=60)}"
    finally:
        process.terminate()
        process.join()


def _serve(folder: str, port: Any) -> None:
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    port.put(server.server_port)
    server.serve_forever()


def _table(result: dict[str, Any]) -> str:
    lines = [f"{result['files']} files, {result['megabytes']} MB, {result['turns']} turns"]
    lines.append(f"{'':12}{'files/s':>10}{'MB/s':>10}{'CPU ms/file':>14}{'start-up s':>12}")
    for name in ("bare", "jobs"):
        one = result[name]
        lines.append(
            f"{name:12}{one['files_per_s']:>10}{one['megabytes_per_s']:>10}{one['cpu_ms']:>14}{one['start_up']:>12}"
        )
    lines.append(
        f"overhead (median of turns) {result['overhead']:.0%} by the clock, "
        f"{result['cpu_overhead']:.0%} by the processor"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
