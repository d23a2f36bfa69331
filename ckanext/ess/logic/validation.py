"""What the actions on validation answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.types import Context, DataDict

from ckanext.ess.iati.validate.formats.json import finding_dict
from ckanext.ess.iati.validate.formats.rules import shown
from ckanext.ess.jobs import queue
from ckanext.ess.logic import visible
from ckanext.ess.schema import language
from ckanext.ess.sources.file_problems import problem_words
from ckanext.ess.store import claims, verdicts
from ckanext.ess.store.findings import Wanted
from ckanext.ess.store.validation import PENDING, STATUSES, ValidationRun, ValidationState

_NOTHING = {"critical": 0, "error": 0, "warning": 0, "advisory": 0}
_RANK = {status: rank for rank, status in enumerate(STATUSES)}


def show(resource_id: str) -> dict[str, Any]:
    """The present verdict on a resource; see ``ess_validation_show``."""
    state, run = verdicts.of_resource(resource_id)
    status = state.status if state else PENDING
    answer: dict[str, Any] = {
        "resource_id": resource_id,
        "status": status,
        "valid": status in ("valid", "warnings", "errors"),
        "checking": state is not None and (run is None or _is_checking(state)),
        "checked": _time(state.checked if state else None),
    }
    return {**answer, **(_run(run) if run else _no_run())}


def report(data: DataDict) -> dict[str, Any]:
    """Some findings of the present verdict; see ``ess_validation_report``."""
    _, run = verdicts.of_resource(data["resource_id"])
    if run is None:
        return {"run_id": None, "total": 0, "findings": []}
    wanted = Wanted(*(data.get(name) or None for name in Wanted._fields))
    total, found = verdicts.findings(run, wanted, data["limit"], data["offset"])
    lang = language.current()
    items = [finding_dict(one, run.version, lang) for one in found]
    return {"run_id": run.id, "total": total, "findings": items}


def history(resource_id: str, limit: int) -> list[dict[str, Any]]:
    """Past runs, newest first; see ``ess_validation_history``."""
    return [
        {
            "run_id": run.id,
            "status": run.status,
            "finished": _time(run.finished),
            "duration": run.duration,
            "summary": run.summary,
            "hash": run.content_hash,
            "size": run.size,
            "activity_count": run.activities,
            "source": run.source,
        }
        for run in verdicts.history(resource_id, limit)
    ]


def listed(context: Context, data: DataDict) -> dict[str, Any]:
    """Verdicts that the caller may see; see ``ess_validation_list``."""
    scope = [visible.condition(context), model.Resource.state == "active"]
    if data.get("organization"):
        group = model.Group.get(data["organization"])
        scope.append(model.Package.owner_org == (group.id if group else ""))
    if data.get("dataset"):
        scope.append(sa.or_(model.Package.id == data["dataset"], model.Package.name == data["dataset"]))
    counts = dict.fromkeys(STATUSES, 0)
    counted = sa.select(ValidationState.status, sa.func.count()).group_by(ValidationState.status)
    counts.update({row[0]: row[1] for row in model.Session.execute(_joined(counted).where(*scope))})
    status = data.get("status")
    if status:
        scope.append(ValidationState.status == status)
    rows = model.Session.execute(_rows().where(*scope).limit(data["limit"]).offset(data["offset"]))
    return {
        "count": counts[status] if status else sum(counts.values()),
        "counts": counts,
        "results": [_row(*row) for row in rows],
    }


def _rows() -> sa.Select[Any]:
    rank = sa.case(_RANK, value=ValidationState.status, else_=len(_RANK))
    columns = (ValidationState, ValidationRun, model.Resource.name, model.Package, model.Group.name)
    return (
        _joined(sa.select(*columns))
        .outerjoin(ValidationRun, ValidationRun.id == ValidationState.run_id)
        .outerjoin(model.Group, model.Group.id == model.Package.owner_org)
        .order_by(rank, model.Package.name, model.Resource.position, model.Resource.id)
    )


def _joined(query: sa.Select[Any]) -> sa.Select[Any]:
    return (
        query.select_from(ValidationState)
        .join(model.Resource, model.Resource.id == ValidationState.resource_id)
        .join(model.Package, model.Package.id == model.Resource.package_id)
    )


def _row(
    state: ValidationState,
    run: ValidationRun | None,
    name: str | None,
    package: model.Package,
    organization: str | None,
) -> dict[str, Any]:
    return {
        "resource_id": state.resource_id,
        "resource_name": name or "",
        "package_id": package.id,
        "package_name": package.name,
        "package_title": package.title or package.name,
        "organization": organization,
        "status": state.status,
        "checking": run is None or _is_checking(state),
        "summary": run.summary if run else dict(_NOTHING),
        "file_type": run.file_type if run else "",
        "version": run.version if run else "",
        "activity_count": run.activities if run else 0,
        "finished": _time(run.finished if run else None),
    }


def _run(run: ValidationRun) -> dict[str, Any]:
    lang = language.current()
    return {
        "run_id": run.id,
        "summary": run.summary,
        "file_type": run.file_type,
        "version": run.version,
        "declared_version": run.declared_version,
        "content": run.content,
        "container": run.container,
        "activity_count": run.activities,
        "row_count": run.rows,
        "hash": run.content_hash,
        "size": run.size,
        "source": run.source,
        "url": run.url,
        "started": _time(run.started),
        "finished": _time(run.finished),
        "duration": run.duration,
        "engine": run.engine,
        "standard": run.standard,
        "kept_findings": run.kept,
        "problem": problem_words(run.problem, lang) if run.problem else None,
        "rules": shown(run.rules, run.version, lang),
    }


def _no_run() -> dict[str, Any]:
    empty: dict[str, Any] = {
        "run_id": None,
        "summary": dict(_NOTHING),
        "declared_version": None,
        "activity_count": 0,
        "row_count": 0,
        "size": None,
        "started": None,
        "finished": None,
        "duration": None,
        "kept_findings": 0,
        "problem": None,
        "rules": [],
    }
    texts = ("file_type", "version", "content", "container", "hash", "source", "url", "engine", "standard")
    return {**empty, **dict.fromkeys(texts, "")}


def _is_checking(state: ValidationState) -> bool:
    return state.wanted is not None and (state.lease_until is not None or state.reason != claims.RETRY)


def _time(moment: datetime | None) -> str | None:
    """A time of the database, which is UTC, with its zone and without fractions of seconds."""
    return None if moment is None else f"{moment.replace(microsecond=0).isoformat()}+00:00"


def ask(resource_id: str) -> str:
    """Ask for a check, commit, and send a job for it; return the identifier of the run to come."""
    asked = claims.ask(model.Resource.id == resource_id, reason=claims.ASKED, urgent=True)
    model.Session.commit()
    queue.send()
    return asked[resource_id]
