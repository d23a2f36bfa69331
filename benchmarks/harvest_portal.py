"""CKAN for the benchmarks of harvesting: set up, watched, and written to without a harvest around it."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any


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

    def searchable(self, country: str = "") -> int:
        """How many datasets a search finds, all or those of a country."""
        chosen = f" +vocab_ess_country:{country}" if country else ""
        return self._call("package_search", {"rows": 0, "fq": f"+dataset_type:dataset{chosen}"})["count"]

    def rows(self) -> int:
        """Rows in the tables that a harvest writes, of runs and jobs apart."""
        import sqlalchemy as sa

        from ckan import model

        tables = ("harvest_object", "ess_harvest_dataset", "ess_harvest_change", "package", "activity")
        model.Session.rollback()
        return sum(model.Session.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables)

    def counters(self, job_id: str) -> dict[str, int]:
        """What our run says it did."""
        from ckanext.ess.harvesters import memory

        run = memory.run_of(job_id)
        names = ("found", "unchanged", "added", "updated", "deleted", "failed", "unreadable")
        return {name: getattr(run, name) for name in names} if run else {}

    def ceiling(self, count: int) -> dict[str, float]:
        """CKAN's writes alone: the dictionaries of datasets that were harvested, in batches.

        Args:
            count: of how many datasets at most.

        Returns:
            Datasets per second, and milliseconds of processor time of this process per dataset.
        """
        from ckan import logic, model
        from ckan.lib import search
        from ckan.plugins import toolkit as tk

        answer = self._call("package_search", {"rows": min(count, 1000), "fq": "dataset_type:dataset"})
        ready = [_fresh(one, str(uuid.uuid4())) for one in answer["results"]]
        context = self._context() | {"defer_commit": True, "return_id_only": True}
        started, spent = time.perf_counter(), time.process_time()
        for at in range(0, len(ready), 50):
            ids = [tk.get_action("package_create")(dict(context), one) for one in ready[at : at + 50]]
            both = [logic.package_show_default_and_custom_schemas(dict(context), one) for one in ids]
            model.repo.commit()
            for one in both:
                logic.index_update_package_dicts(one, defer_commit=True)
            search.commit()
        seconds, spent = time.perf_counter() - started, time.process_time() - spent
        return {
            "datasets_per_s": round(len(ready) / seconds, 2),
            "cpu_ms": round(1000 * spent / len(ready), 2),
        }

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
