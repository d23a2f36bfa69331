"""Activities per second from files to the index, beside each stage alone; size of the index, memory.

    python benchmarks/search.py --empty-database [--activities 100000] [--per-file 300] [--json]

Services are those of the environment (CKAN_SQLALCHEMY_URL, CKAN_SOLR_URL, CKAN_REDIS_URL and
CKAN_ESS_ACTIVITIES_SOLR_URL or ESS_TEST_ACTIVITIES_SOLR_URL), for instance under ``ess-portal run --``;
**their database and the core of activities are emptied**. One process does what the portal's worker does with
each file, without the download and the verdict: reads, validates, extracts, makes documents, writes them
through the real writer, commits now and then. On a sample of the files each stage is timed alone first,
without what comes before it. ``cpu`` is processor time of this process per activity, in microseconds; Solr's
is its own.
``share`` is the speed of all together over that of the stages one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from many_shaped import files

MEGABYTE = 1_000_000
#: Files on which stages are timed alone; files between two commits.
SAMPLE, COMMIT = 10, 50


@dataclass
class Clock:
    """Time that a stage took, by the clock and by this process's processor."""

    wall: float = 0.0
    cpu: float = 0.0
    _began: tuple[float, float] = field(default=(0.0, 0.0))

    def __enter__(self) -> Clock:
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._began[0]
        self.cpu += time.process_time() - self._began[1]

    def told(self, count: int) -> dict[str, float]:
        """Per activity."""
        return {
            "activities_per_s": round(count / self.wall, 1),
            "cpu_us": round(1e6 * self.cpu / count, 1),
            "wall_us": round(1e6 * self.wall / count, 1),
        }


def main() -> int:
    """Measure and print."""
    options = _options()
    _name_core()
    _portal()
    from ckanext.ess.index.activities import committer

    committer.clear()
    with tempfile.TemporaryDirectory() as folder:
        sample = _sample(Path(folder), options)
        stages = _stages(*sample)
        committer.clear()
        whole = _whole(Path(folder), options)
    serial = sum(one["wall_us"] for one in stages.values())
    result = {
        "activities": options.activities,
        "bytes_per_activity": round(sample[1] / sample[2]),
        "stages": stages,
        "whole": whole,
        "share": round(serial / whole["wall_us"], 3),
        **_sizes(options.activities),
    }
    print(json.dumps(result, indent=2) if options.json else _table(result))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--activities", type=int, default=100_000)
    parser.add_argument("--per-file", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--empty-database", action="store_true", required=True, help="yes, empty it")
    return parser.parse_args()


def _name_core() -> None:
    """Point the portal at the tests' core of activities where no other is named."""
    solr = os.environ.setdefault(
        "CKAN_ESS_ACTIVITIES_SOLR_URL", os.environ.get("ESS_TEST_ACTIVITIES_SOLR_URL", "")
    )
    if not solr:
        sys.exit("no core of activities: run it under “ess-portal run --”")


def _portal() -> None:
    """A CKAN in this process, with our tables and nothing in them."""
    from harvest import Portal, _ini

    folder = tempfile.mkdtemp()
    portal = Portal(_ini(Path(folder)))
    portal.empty()


def _sample(folder: Path, options: argparse.Namespace) -> tuple[list[bytes], int, int]:
    contents: list[bytes] = []
    count = 0
    for path, number in files(folder, min(options.activities, SAMPLE * options.per_file), options.per_file):
        contents.append(path.read_bytes())
        count += number
    return contents, sum(map(len, contents)), count


def _stages(contents: list[bytes], _: int, count: int) -> dict[str, dict[str, float]]:
    """Each stage alone, on what the one before it left in memory; the first file only warms."""
    import io

    from ckanext.ess.iati.extract import extract
    from ckanext.ess.iati.extract.relations import Relations
    from ckanext.ess.iati.read import IatiFile, parse
    from ckanext.ess.iati.validate.options import Options
    from ckanext.ess.iati.validate.run import examine
    from ckanext.ess.index.activities.client import core
    from ckanext.ess.index.activities.documents import Documents
    from ckanext.ess.index.activities.spool import Spool

    examine(io.BytesIO(contents[0]), Options())
    clocks = {name: Clock() for name in ("read", "validate", "extract", "documents", "index")}
    both = Clock()
    for content in contents:
        with clocks["read"], IatiFile(io.BytesIO(content)) as document:
            pieces = [(piece, parse(piece, document.root, document.limits)) for piece in document.pieces()]  # type: ignore[arg-type]
        with both:
            examine(io.BytesIO(content), Options())
        found = [(piece, parsed.element) for piece, parsed in pieces if piece.number]
        with clocks["extract"]:
            relations = Relations()
            extracted = []
            for piece, element in found:
                one = extract(element, document.root, piece)  # type: ignore[arg-type]
                relations.add(one)
                extracted.append((one, piece.raw))
        with clocks["documents"], Spool() as spool:
            made = Documents(_origin(), "sample")
            for one, raw in extracted:
                spool.add(made.of(one, (), raw))
            lines = list(spool.lines())
        with clocks["index"]:
            core().add(lines)
    with clocks["index"]:
        core().commit()
    clocks["validate"].wall = both.wall - clocks["read"].wall
    clocks["validate"].cpu = both.cpu - clocks["read"].cpu
    return {name: clock.told(count) for name, clock in clocks.items()}


def _origin() -> Any:
    from ckanext.ess.index.activities.origin import Origin

    return Origin(dataset_id="sample", resource_id="sample")


def _whole(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """Everything, file by file, as the portal's worker does it."""
    from ckanext.ess.index.activities import committer

    clock, commits = Clock(), Clock()
    done = size = 0
    for number, (path, count) in enumerate(files(folder, options.activities, options.per_file), 1):
        size += path.stat().st_size
        origin = _dataset(number)
        with clock:
            _one(path, origin)
            if number % COMMIT == 0:
                with commits:
                    committer.commit()
        done += count
        if number % 100 == 0:
            print(f"{done} activities, {done / clock.wall:.0f}/s", file=sys.stderr)
    with clock, commits:
        committer.commit()
    told = clock.told(done)
    return {
        **told,
        "megabytes_per_s": round(size / MEGABYTE / clock.wall, 1),
        "commits_s": round(commits.wall, 1),
    }


def _dataset(number: int) -> Any:
    from ckan import model

    from ckanext.ess.index.activities.origin import Origin

    package = model.Package(name=f"file-{number}", title=f"File {number}", type="dataset")
    package.extras = {"ess_kind": "iati-activities"}
    file = model.Resource(url="", format="XML")
    package.resources_all.append(file)
    model.Session.add(package)
    model.Session.commit()
    return Origin(dataset_id=package.id, resource_id=file.id)


def _one(path: Path, origin: Any) -> None:
    """Read, validate, extract and write one file."""
    from ckanext.ess.iati.validate.options import Options
    from ckanext.ess.iati.validate.rollup import Rollup
    from ckanext.ess.iati.validate.run import examine
    from ckanext.ess.jobs.indexing import Indexing

    rollup, indexing = Rollup(), Indexing(origin)

    def observer(*piece: Any) -> None:
        rollup(*piece)
        indexing(*piece)

    with path.open("rb") as stream:
        report = examine(stream, Options(max_findings=1000), observer=observer).report
    rollup.complete(report)
    indexing.finish(report, path.name + origin.resource_id)
    indexing.close()


def _sizes(activities: int) -> dict[str, Any]:
    """What it came to: on Solr's disk, in this process, in Solr's."""
    from ckanext.ess.index.activities.client import core

    solr = core()
    found = solr.select(q="kind:activity", rows=0)["response"]["numFound"]
    if found != activities:
        sys.exit(f"{found} activities in the index, {activities} written")
    luke = solr.get("admin/luke?numTerms=0&show=index&wt=json")["index"]
    return {
        "documents": luke["numDocs"],
        "index_mb": round(_bytes(solr.url) / MEGABYTE, 1),
        "own_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "solr_rss_mb": round(_solr_rss() / MEGABYTE, 1),
    }


def _bytes(url: str) -> float:
    """Bytes of a core's index on its disk."""
    import requests

    base, name = url.rsplit("/", 1)
    status = requests.get(f"{base}/admin/cores", {"action": "STATUS", "core": name}, timeout=60).json()
    return status["status"][name]["index"]["sizeInBytes"]


def _solr_rss() -> int:
    """Memory of the Java processes that are a Solr of ours."""
    total = 0
    for process in psutil.process_iter(["name", "memory_info", "environ"]):
        if process.info["name"] == "java":
            total = max(total, process.info["memory_info"].rss)
    return total


def _table(result: dict[str, Any]) -> str:
    lines = [f"{result['activities']} activities of {result['bytes_per_activity']} bytes on average"]
    lines.append(f"{'':12}{'activities/s':>14}{'CPU us':>10}{'us':>10}")
    for name, one in (*result["stages"].items(), ("all", result["whole"])):
        lines.append(f"{name:12}{one['activities_per_s']:>14}{one['cpu_us']:>10}{one['wall_us']:>10}")
    lines.append(
        f"all together {result['whole']['megabytes_per_s']} MB/s, {result['share']:.0%} of the stages one "
        f"after the other; commits {result['whole']['commits_s']} s"
    )
    lines.append(
        f"index {result['index_mb']} MB in {result['documents']} documents; memory {result['own_rss_mb']} MB "
        f"here, {result['solr_rss_mb']} MB Solr"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
