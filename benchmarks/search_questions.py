"""How long questions about activities take: texts, filters, counts, totals; first and again; by four at once.

    python benchmarks/search_questions.py --empty-database [--activities 100000] [--questions 200] [--json]

Services and data are those of ``benchmarks/search.py``: **database and core are emptied** and filled through
the real writer, unless ``--keep`` says that they are filled already. Times are those of the actions as
programs call them in this process, without HTTP, with the permission filter of somebody who is not logged
in. Nothing kept of answers is used, except where it says *again*. Solr runs beside this process on the same
processors.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from search import _name_core, _portal, _whole

#: The counts of a first page.
FACETS = [
    "country",
    "sector_group",
    "sdg",
    "publisher",
    "status",
    "start_year",
    "humanitarian",
    "budget_band",
]
USERS, SHORTEST = 4, 4


def main() -> int:
    """Measure and print."""
    options = _options()
    _name_core()
    _filled(options)
    _keep_answers(0)
    asked = list(_questions(options.questions))
    for one in asked[:20]:
        _ask(one)
    result: dict[str, Any] = {"activities": _ask({"rows": 0})["count"]}
    result["text"] = _told([_ms(lambda one=one: _ask({"q": one["q"]})) for one in asked])
    result["text_filters"] = _told([_ms(lambda one=one: _ask({**one, "facets": []})) for one in asked])
    result["text_filters_facets"] = _told([_ms(lambda one=one: _ask(one)) for one in asked])
    everything = {"facets": FACETS}
    result["everything_first"] = _told([_ms(lambda: _ask(everything)) for _ in range(10)])
    result["by_country"] = _told(
        [_ms(lambda: _ask({"by": "country"}, "ess_activity_money")) for _ in range(3)]
    )
    result["by_year"] = _told([_ms(lambda: _ask({"by": "year"}, "ess_activity_money")) for _ in range(3)])
    result["four_at_once"] = _at_once(asked)
    _keep_answers(600)
    _ask(everything)
    result["everything_again"] = _told([_ms(lambda: _ask(everything)) for _ in range(50)])
    result["export"] = {unit: _exported(unit, options.export) for unit in ("activity", "transaction")}
    print(json.dumps(result, indent=2) if options.json else _table(result))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--activities", type=int, default=100_000)
    parser.add_argument("--per-file", type=int, default=300)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--export", type=int, default=50_000, help="stop after so many rows")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="ask what is there")
    parser.add_argument("--empty-database", action="store_true", help="yes, empty it")
    return parser.parse_args()


def _filled(options: argparse.Namespace) -> None:
    if options.keep:
        from harvest import Portal, _ini

        Portal(_ini(Path(tempfile.mkdtemp())))
        return
    if not options.empty_database:
        sys.exit("say --empty-database, or --keep")
    _portal()
    from ckanext.ess.index.activities import committer

    committer.clear()
    with tempfile.TemporaryDirectory() as folder:
        print(_whole(Path(folder), options), file=sys.stderr)
    _everybody_sees_them()


def _everybody_sees_them() -> None:
    """Datasets of the benchmark have no labels of their own: give them those of public ones."""
    import sqlalchemy as sa

    from ckan import model

    from ckanext.ess.store.activities import ActivityDataset

    known = set(model.Session.scalars(sa.select(ActivityDataset.dataset_id)))
    for (dataset_id,) in model.Session.query(model.Package.id).filter(model.Package.name.like("file-%")):
        if dataset_id not in known:
            model.Session.add(ActivityDataset(dataset_id=dataset_id))
    model.Session.flush()
    model.Session.execute(sa.update(ActivityDataset).values(labels=["public"], active=True))
    model.Session.commit()


def _keep_answers(seconds: int) -> None:
    from ckan.plugins import toolkit as tk

    tk.config["ckanext.ess.activities_cache_seconds"] = seconds


def _ask(asked: dict[str, Any], action: str = "ess_activity_search") -> Any:
    from ckan.plugins import toolkit as tk

    return tk.get_action(action)({"user": "", "ignore_auth": False}, dict(asked))


def _ms(call: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - begun)


def _questions(number: int) -> Iterator[dict[str, Any]]:
    """Mixed questions: one to three words of the activities themselves, and up to three filters."""
    chance = random.Random("questions")
    first = _ask({"facets": ["country", "sector_group", "status", "start_year", "sdg"], "rows": 100})
    titles = [title for one in first["results"] for title in one["card"]["titles"].values()]
    words = sorted({word for title in titles for word in title.split() if len(word) >= SHORTEST})
    values = {name: [one["value"] for one in items] for name, items in first["facets"].items() if items}
    for _ in range(number):
        chosen = chance.sample(sorted(values), k=min(len(values), chance.randint(0, 3)))
        yield {
            "q": " ".join(chance.choices(words, k=chance.randint(1, 3))),
            "filters": {name: chance.sample(values[name], k=min(len(values[name]), 2)) for name in chosen},
            "facets": FACETS,
        }


def _at_once(asked: list[dict[str, Any]]) -> dict[str, float]:
    """Four users, each with a quarter of the questions: what each waits for, and how many a second."""
    from flask import current_app

    application: Any = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    times: list[float] = []

    def user(place: int) -> None:
        with application.test_request_context():
            times.extend(_ms(lambda one=one: _ask(one)) for one in asked[place::USERS])

    threads = [threading.Thread(target=user, args=(place,)) for place in range(USERS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {**_told(times), "per_s": round(len(times) / (time.perf_counter() - begun), 1)}


def _exported(unit: str, most: int) -> dict[str, float]:
    """Activities (or rows) a second of a CSV file of everything, all columns."""
    from ckanext.ess.logic import activity_files

    made = activity_files.file({"user": "", "ignore_auth": False}, {"unit": unit}, "")  # type: ignore[typeddict-item]
    begun, rows, size = time.perf_counter(), -1, 0
    for piece in made.pieces:
        rows += piece.count(b"\r\n")
        size += len(piece)
        if rows >= most:
            break
    seconds = time.perf_counter() - begun
    return {"rows": rows, "rows_per_s": round(rows / seconds), "mb_per_s": round(size / 1e6 / seconds, 1)}


def _told(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "max": round(ordered[-1], 1),
    }


def _table(result: dict[str, Any]) -> str:
    lines = [f"{result.pop('activities')} activities", f"{'ms':22}{'n':>6}{'p50':>9}{'p95':>9}{'max':>9}"]
    exported = result.pop("export")
    for name, one in result.items():
        lines.append(f"{name:22}{one['n']:>6}{one['p50']:>9}{one['p95']:>9}{one['max']:>9}")
    lines.append(f"four at once: {result['four_at_once']['per_s']} answers/s")
    for unit, one in exported.items():
        lines.append(
            f"CSV by {unit}: {one['rows_per_s']} rows/s, {one['mb_per_s']} MB/s ({one['rows']} rows)"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
