"""Datasets per second of our harvester beside ckanext-harvest's own, on the same data, in the same run.

    python benchmarks/harvest.py --empty-database [--sizes 2000] [--consumers 1] [--json]

Services are those of the environment (CKAN_SQLALCHEMY_URL, CKAN_SOLR_URL, CKAN_REDIS_URL), for instance
under ``ess-portal run --``; **their database is emptied**. For each size: our harvester over the stand-in of
the Bulk Data Service, once from nothing and once unchanged, then ``ckan_harvester`` over the stand-in of the
Registry (the same datasets). Both through the real queue with ckanext-harvest's own consumers, as many for
one as for the other; the clock stops when every dataset is saved *and* found by a search. Ours also reads
every file, the peer reads none. ``ceiling`` is CKAN's writes alone, in batches, without harvest around them.
``cpu_ms`` is processor time of the consumers per dataset, which other work on the machine does not change.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
CKAN = "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"
POLL = 0.25


def main() -> int:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        ini = _ini(Path(folder))
        portal = Portal(ini)
        results = {str(size): _size(portal, size, options) for size in options.sizes}
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        print("\n".join(_lines(results)))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=lambda text: [int(one) for one in text.split(",")], default=[2000])
    parser.add_argument("--consumers", type=int, default=1, help="fetch consumers of either harvester")
    parser.add_argument("--peer-size", type=int, default=0, help="datasets for the peer; as many when 0")
    parser.add_argument(
        "--ceiling", type=int, default=0, metavar="N", help="measure CKAN's writes alone on N"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--empty-database", action="store_true", required=True, help="yes, empty it")
    return parser.parse_args()


def _size(portal: Portal, size: int, options: argparse.Namespace) -> dict[str, Any]:
    with _standin(size) as base:
        portal.empty()
        portal.add("ours", "iati-bulk", f"{base}/bds", "")
        first = _timed(portal, "ours", size, options.consumers)
        unchanged = _timed(portal, "ours", size, options.consumers)
        result: dict[str, Any] = {"first": first, "unchanged": unchanged}
        if options.ceiling:
            result["ceiling"] = {"datasets_per_s": round(portal.ceiling(options.ceiling), 2)}
    peer_size = options.peer_size or size
    with _standin(peer_size) as base:
        portal.empty()
        portal.add("peer", "ckan", f"{base}/registry", json.dumps({"remote_orgs": "create"}))
        result["peer"] = _timed(portal, "peer", peer_size, options.consumers)
    result["ratio"] = round(first["datasets_per_s"] / result["peer"]["datasets_per_s"], 2)
    result["cpu_ratio"] = round(result["peer"]["cpu_ms"] / first["cpu_ms"], 2)
    return result


def _timed(portal: Portal, name: str, size: int, consumers: int) -> dict[str, float]:
    """One run through the queue, with fresh consumers that are up before the clock starts."""
    with _consumers(portal.ini, consumers) as processes:
        started = time.perf_counter()
        job_id = portal.start(name)
        peak, spent = 0.0, _cpu(processes)
        while not portal.is_done(job_id):
            peak = max(peak, *(_rss(process) for process in processes))
            time.sleep(POLL)
        _wait(lambda: portal.searchable() == size)
        seconds = time.perf_counter() - started
        spent = _cpu(processes) - spent
    portal.close(name)
    return {
        "datasets_per_s": round(size / seconds, 2),
        "seconds": round(seconds, 2),
        "peak_rss_mb": round(peak, 1),
        "cpu_ms": round(1000 * spent / size, 2),
    }


@contextmanager
def _consumers(ini: Path, count: int) -> Iterator[list[psutil.Process]]:
    words = ["gather-consumer", *["fetch-consumer"] * count]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CKAN, "-c", str(ini), "harvester", word],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for word in words
    ]
    watched = [psutil.Process(process.pid) for process in processes]
    _wait(lambda: all(_idle(process) for process in watched))
    try:
        yield watched
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _idle(process: psutil.Process) -> bool:
    """Whether a consumer has loaded CKAN and waits: it used no processor time for a moment."""
    before = sum(process.cpu_times()[:2])
    time.sleep(0.5)
    return before > 1 and sum(process.cpu_times()[:2]) - before < 0.02  # noqa: PLR2004


def _cpu(processes: list[psutil.Process]) -> float:
    """Processor seconds of the consumers so far."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _rss(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / 2**20
    except psutil.NoSuchProcess:
        return 0.0


@contextmanager
def _standin(size: int) -> Iterator[str]:
    command = [sys.executable, "-m", "ckanext.ess.embedded.standin", "--synthetic", str(size), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield line.removeprefix("READY ").strip()
        finally:
            process.terminate()


def _ini(folder: Path) -> Path:
    """The tests' configuration for a site of its own, without debugging noise."""
    text = re.sub(r"^testing = .*$", "", (ROOT / "test.ini").read_text(), flags=re.MULTILINE)
    ini = folder / "benchmark.ini"
    extra = "ckan.site_id = benchmark.ess\nckan.views.default_views =\n"
    ini.write_text(re.sub(r"^ckan\.site_id = .*$", extra, text, flags=re.MULTILINE))
    if "socket_timeout" not in os.environ.get("CKAN_REDIS_URL", ""):
        sys.stderr.write("CKAN_REDIS_URL lacks ?socket_timeout=86400: idle consumers may die\n")
    return ini


def _wait(condition: Callable[[], bool], seconds: float = 3600) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(POLL)


class Portal:
    """CKAN in this process, to set up and to watch; the consumers are elsewhere.

    Args:
        ini: its configuration.
    """

    def __init__(self, ini: Path) -> None:
        from ckan.cli import load_config
        from ckan.config.middleware import make_app

        self.ini = ini
        self._app = make_app(load_config(str(ini)))
        self._app._wsgi_app.test_request_context().push()  # noqa: SLF001

    def empty(self) -> None:
        """Empty database, index and queues."""
        from ckan import model
        from ckan.cli.db import _run_migrations
        from ckan.lib import search
        from ckanext.harvest import queue

        model.Session.remove()
        model.repo.rebuild_db()
        for plugin in ("activity", "harvest", "ess"):
            _run_migrations(plugin)
        search.clear_all()
        connection = queue.get_connection()
        for key in (queue.get_gather_routing_key(), queue.get_fetch_routing_key()):
            connection.delete(key, *connection.keys(f"{key}:*"))

    def add(self, name: str, source_type: str, url: str, config: str) -> None:
        """Add a harvest source."""
        data = {"name": name, "title": name, "url": url, "source_type": source_type, "config": config}
        self._call("harvest_source_create", data)

    def start(self, name: str) -> str:
        """Put a job into the queue."""
        source = self._call("harvest_source_show", {"id": name})
        return self._call("harvest_job_create", {"source_id": source["id"], "run": True})["id"]

    def close(self, name: str) -> None:
        """Mark the job as finished."""
        source = self._call("harvest_source_show", {"id": name})
        self._call("harvest_jobs_run", {"source_id": source["id"]})

    def is_done(self, job_id: str) -> bool:
        """Whether gathering is over and no object of the job waits."""
        import sqlalchemy as sa

        from ckan import model

        query = sa.text(
            "SELECT j.gather_finished IS NOT NULL AND NOT EXISTS (SELECT 1 FROM harvest_object o"
            " WHERE o.harvest_job_id = j.id AND o.state NOT IN ('COMPLETE', 'ERROR'))"
            " FROM harvest_job j WHERE j.id = :id"
        )
        model.Session.rollback()
        return bool(model.Session.scalar(query, {"id": job_id}))

    def searchable(self) -> int:
        """How many datasets a search finds."""
        return self._call("package_search", {"rows": 0, "fq": "dataset_type:dataset"})["count"]

    def ceiling(self, count: int) -> float:
        """Datasets per second of CKAN's writes alone: the dictionaries of this run's datasets, in batches."""
        import uuid

        from ckan import logic, model
        from ckan.lib import search

        answer = self._call("package_search", {"rows": count, "fq": "dataset_type:dataset"})
        ready = [_fresh(one, str(uuid.uuid4())) for one in answer["results"]]
        context = self._context() | {"defer_commit": True, "return_id_only": True}
        from ckan.plugins import toolkit as tk

        started = time.perf_counter()
        for at in range(0, len(ready), 50):
            ids = [tk.get_action("package_create")(dict(context), one) for one in ready[at : at + 50]]
            both = [logic.package_show_default_and_custom_schemas(dict(context), one) for one in ids]
            model.repo.commit()
            for one in both:
                logic.index_update_package_dicts(one, defer_commit=True)
            search.commit()
        return len(ready) / (time.perf_counter() - started)

    def _call(self, action: str, data: dict[str, Any]) -> Any:
        from ckan.plugins import toolkit as tk

        return tk.get_action(action)(self._context(), data)

    def _context(self) -> dict[str, Any]:
        from ckan import model
        from ckan.plugins import toolkit as tk

        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        return {"user": user, "ignore_auth": True, "model": model, "session": model.Session}


def _fresh(shown: dict[str, Any], identifier: str) -> dict[str, Any]:
    """A shown dataset as a new one."""
    data = {key: value for key, value in shown.items() if key not in ("extras", "organization", "groups")}
    resources = [
        {k: v for k, v in one.items() if k not in ("id", "package_id")} for one in shown["resources"]
    ]
    return {**data, "id": identifier, "name": f"ceiling-{identifier}", "resources": resources}


def _lines(results: dict[str, Any]) -> Iterator[str]:
    yield f"{'size':>6}  {'run':<10} {'datasets/s':>10} {'seconds':>8} {'peak RSS MB':>12} {'cpu ms':>8}"
    for size, result in results.items():
        for run in ("first", "unchanged", "peer"):
            one = result[run]
            cells = f"{one['datasets_per_s']:>10} {one['seconds']:>8} {one['peak_rss_mb']:>12}"
            yield f"{size:>6}  {run:<10} {cells} {one['cpu_ms']:>8}"
        if "ceiling" in result:
            yield f"{size:>6}  {'ceiling':<10} {result['ceiling']['datasets_per_s']:>10}"
        yield f"{size:>6}  {'ratio':<10} {result['ratio']:>10}"
        yield f"{size:>6}  {'cpu ratio':<10} {result['cpu_ratio']:>10}"


if __name__ == "__main__":
    sys.exit(main())
