"""The report on a file of the portal: its page, its downloads, its badge, and asking for another check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.schema import language, verdicts
from ckanext.ess.store import verdicts as verdicts_kept
from ckanext.ess.views import badge, downloads
from ckanext.ess.views.history import history
from ckanext.ess.views.report import PAGE, Report, chosen, with_excerpts

ess_validation = Blueprint("ess_validation", __name__, url_prefix="/dataset/<id>/resource/<resource_id>")

#: Checks that the history shows.
_RUNS = 50
#: Seconds for which shared caches keep a badge without asking.
_BADGE_SECONDS = 300


@ess_validation.before_request
def closed() -> None:
    """A portal that checks nothing has no such pages."""
    if not config.validation_enabled():
        tk.abort(404)


@ess_validation.get("/validation")
def report(id: str, resource_id: str) -> Response:  # noqa: A002 - CKAN's name for it
    """The report, or that there is none yet."""
    dataset, resource = _found(id, resource_id)
    shown, wanted = _shown(resource_id), chosen(tk.request.args)
    here = tk.url_for("ess_validation.report", id=dataset["name"], resource_id=resource_id)
    listed, total = _listed(resource_id, shown, wanted) if wanted.lists else ([], 0)
    page = tk.render(
        "ess/validation/report.html",
        {
            "pkg_dict": dataset,
            "resource": resource,
            "report": Report(shown, here, wanted, listed, total),
            "history": history(_call("ess_validation_history", resource_id, limit=_RUNS)),
            "may_run": _may_run(resource_id),
            "badge": _whole("picture", dataset["name"], resource_id) if _has_badge(dataset, shown) else "",
            "page_url": _whole("report", dataset["name"], resource_id),
        },
    )
    return make_response(page)


@ess_validation.post("/validation")
def run(id: str, resource_id: str) -> Response:  # noqa: A002
    """Have the file checked again, and lead back to its report."""
    dataset, _ = _found(id, resource_id)
    try:
        tk.get_action("ess_validation_run")({}, {"resource_id": resource_id})
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only those who may change this file can have it checked again."))
    tk.h.flash_success(tk._("The file is going to be checked again. The result appears here."))
    return tk.redirect_to(tk.url_for("ess_validation.report", id=dataset["name"], resource_id=resource_id))


@ess_validation.get("/validation/report.<shape>")
def download(id: str, resource_id: str, shape: str) -> Response:  # noqa: A002
    """All findings that are kept, for programs and spreadsheets."""
    dataset, resource = _found(id, resource_id)
    if shape not in downloads.SHAPES:
        tk.abort(404)
    name = resource.get("name") or resource.get("url") or resource_id
    shown = {**_shown(resource_id), "file": name.rpartition("/")[2] or name}
    found = verdicts_kept.stream(shown["run_id"], shown["kept_findings"]) if shown["run_id"] else ()
    return downloads.answer(shape, shown, found, f"{dataset['name']}-validation")


@ess_validation.get("/validation.svg")
def picture(id: str, resource_id: str) -> Response:  # noqa: A002
    """The verdict as a small picture for other sites."""
    dataset, _ = _found(id, resource_id)
    status = _call("ess_validation_show", resource_id)["status"]
    asked = tk.request.args.get("lang", "")
    lang: language.Lang = "fr" if asked == "fr" else "en" if asked == "en" else language.current()
    subject, word, sentence = verdicts.badge(status, lang)
    drawn = badge.svg(subject, status, word, sentence, verdicts.shape(status))
    return _cached(drawn, private=bool(dataset.get("private")))


def _found(dataset_id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The dataset and its file; whoever may not see them learns as little as of one that does not exist."""
    try:
        dataset = tk.get_action("package_show")({"for_view": True}, {"id": dataset_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))
    resource = next((one for one in dataset["resources"] if one["id"] == resource_id), None)
    if resource is None:
        return tk.abort(404, tk._("Resource not found"))
    return dataset, resource


def _call(action: str, resource_id: str, **more: Any) -> Any:
    return tk.get_action(action)({}, {"resource_id": resource_id, **more})


def _shown(resource_id: str) -> dict[str, Any]:
    """The verdict; a file that waits for its check and one that nobody asked to check are told apart."""
    shown = _call("ess_validation_show", resource_id)
    if shown["status"] == "pending" and not shown["checking"]:
        return {**shown, "status": verdicts.NEVER}
    return shown


def _listed(resource_id: str, shown: Mapping[str, Any], wanted: Any) -> tuple[list[Mapping[str, Any]], int]:
    """The findings of one page that the filters let through, and how many there are in all."""
    filters = {name: getattr(wanted, name) for name in ("severity", "rule", "kind", "activity")}
    found = _call(
        "ess_validation_report",
        resource_id,
        **{name: value for name, value in filters.items() if value},
        limit=PAGE,
        offset=(wanted.page - 1) * PAGE,
    )
    return with_excerpts(found["findings"], shown["rules"]), found["total"]


def _may_run(resource_id: str) -> bool:
    try:
        return tk.check_access("ess_validation_run", {}, {"resource_id": resource_id})
    except tk.NotAuthorized:
        return False


def _has_badge(dataset: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether other sites may show it: not of a private dataset, nor of a file that is not checked."""
    return not dataset.get("private") and shown["status"] not in ("not-applicable", verdicts.NEVER)


def _whole(view: str, dataset: str, resource_id: str) -> str:
    """A whole address for other sites, in the reader's language."""
    where = {"id": dataset, "resource_id": resource_id, "qualified": True}
    if view == "picture":
        where.update(lang=language.current(), locale="default")
    return tk.url_for(f"ess_validation.{view}", **where)


def _cached(drawn: str, *, private: bool) -> Response:
    """A picture that caches may keep, unless its dataset is private; it is only sent when it changed."""
    answer = make_response(drawn)
    answer.content_type = "image/svg+xml; charset=utf-8"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    answer.set_etag(hashlib.sha256(drawn.encode()).hexdigest()[:32])
    if private:
        # what CKAN looks for before it says that caches may keep an answer
        tk.request.environ["__no_cache__"] = True
        answer.headers["Cache-Control"] = "private, no-store"
    else:
        answer.cache_control.s_maxage = _BADGE_SECONDS
    return answer.make_conditional(tk.request.environ)
