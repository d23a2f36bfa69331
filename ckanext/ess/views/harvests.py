"""The page of a harvest source: its runs, the one under way, its errors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.sources.errors import SourceError
from ckanext.ess.store import harvest_reports

ess_harvest = Blueprint("ess_harvest", __name__, url_prefix="/ess/harvest")

#: Parts of a run's bar, in the order in which they stand.
PARTS = ("added", "updated", "unchanged", "failed")
#: Seconds after which the page of a run that is under way asks again.
AGAIN = 5
#: Datasets that a dry run in a page compares field by field: each costs a download.
LOOK = 5


@ess_harvest.before_request
def closed() -> None:
    """A portal that harvests nothing has no such pages."""
    if not tk.h.plugin_loaded("harvest"):
        tk.abort(404)


@ess_harvest.get("/<id>")
def runs(id: str) -> Response:  # noqa: A002 - CKAN's name for it
    """The last runs of a source."""
    report = _report(id)
    page = make_response(
        tk.render("ess/harvest/runs.html", {"report": report, "bars": _bars(report), "named": _named(report)})
    )
    if report["progress"]:
        page.headers["Refresh"] = str(AGAIN)
    return page


@ess_harvest.get("/<id>/errors.csv")
def errors(id: str) -> Response:  # noqa: A002
    """Every error of the last run, as a table."""
    report = _report(id)
    answer = make_response(harvest_reports.as_csv(report["last"]))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{report["source"]["name"]}-errors.csv"'
    return answer


@ess_harvest.post("/<id>/confirm")
def confirm(id: str) -> Response:  # noqa: A002
    """Believe the catalogue, and come back."""
    try:
        answer = tk.get_action("ess_harvest_confirm_loss")({"user": tk.current_user.name}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("There is no such harvest source."))
    if answer["confirmed"]:
        tk.h.flash_success(tk._("The next run may lose {count} datasets.").format(count=answer["confirmed"]))
    return tk.redirect_to("ess_harvest.runs", id=id)


@ess_harvest.post("/<id>/again")
def again(id: str) -> Response:  # noqa: A002
    """Harvest one dataset of a source again, and come back to where that was asked."""
    dataset = request.form.get("dataset", "")
    try:
        tk.get_action("ess_harvest_dataset")({"user": tk.current_user.name}, {"id": dataset})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("There is no such dataset."))
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(error.error_dict.get("id", [str(error)])))
    else:
        tk.h.flash_success(tk._("The dataset is being harvested again. Look at the runs in a moment."))
    if request.form.get("back") == "source":
        return tk.redirect_to("ess_harvest.runs", id=id)
    return tk.redirect_to("dataset.read", id=dataset)


@ess_harvest.post("/<id>/preview")
def preview(id: str) -> Response:  # noqa: A002
    """What a run would change; nothing is written."""
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestSource

    report = _report(id)
    source = model.Session.get(HarvestSource, report["source"]["id"])
    harvester = queue.get_harvester(source.type) if source is not None else None
    found, problem = None, ""
    if not hasattr(harvester, "preview"):
        problem = tk._("Sources of this type cannot be tried without writing.")
    else:
        try:
            found = harvester.preview(source, LOOK)
        except SourceError as error:
            problem = error.sentence(tk.h.lang())
    return make_response(
        tk.render("ess/harvest/preview.html", {"report": report, "found": found, "problem": problem})
    )


def _report(identifier: str) -> dict[str, Any]:
    try:
        return tk.get_action("ess_harvest_report")({"user": tk.current_user.name}, {"id": identifier})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("There is no such harvest source."))


def _named(report: dict[str, Any]) -> set[str]:
    """Names of datasets among the errors; the rest are identifiers of what never came in."""
    return {error["dataset"] for error in report["last"].get("errors", []) if error["dataset"]}


def _bars(report: dict[str, Any]) -> dict[str, list[tuple[str, float]]]:
    """By the moment of its start, what share of a run's datasets came to what, in percent."""
    return {run["started"]: _shares(run) for run in report["runs"]}


def _shares(run: dict[str, Any]) -> list[tuple[str, float]]:
    total = sum(run[part] for part in PARTS)
    return [(part, round(100 * run[part] / total, 2)) for part in PARTS if run[part]] if total else []
