"""The search of projects: its page, its drawings, their tables as CSV, its feeds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from ckan.lib.search import SearchError
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.views.projects import address, asking, feed, lists, names, sheet, words
from ckanext.ess.views.projects.address import Search
from ckanext.ess.views.projects.asking import Answer
from ckanext.ess.views.projects.results import results

ess_projects = Blueprint("ess_projects", __name__, url_prefix=config.url_prefix())

#: What drawings are made of, and so can be had as a table.
TABLES = ("year", "country", "region", "sector_group", "sector", "sdg", "funder", "implementer", "publisher")


@ess_projects.get("/", strict_slashes=False)
def search() -> Response:
    """Projects that match, with what to narrow them down by."""
    asked = address.read(tk.request.args)
    answer = asking.search(asked)
    found = {
        "results": results(answer.found.get("results", ())),
        "last_page": asking.last_page(asked, answer.count),
    }
    return _page("ess/projects/search.html", asked, answer, found)


@ess_projects.get("/charts")
def charts() -> Response:
    """The same projects as a map and drawings."""
    # What comes into the list of results has the first drawings only, and leads back there.
    is_part = tk.request.headers.get("HX-Target") == "ess-strip"
    asked = address.read(tk.request.args, address.LIST if is_part else address.CHARTS).on(1)
    answer = asking.search(asked, facets=not is_part)
    drawn = asking.drawings(asked, answer, whole=not is_part) if answer.count else []
    page = "ess/projects/strip.html" if is_part else "ess/projects/charts.html"
    return _page(page, asked, answer, {"blocks": drawn})


@ess_projects.get("/charts/<by>.csv")
def table(by: str) -> Response:
    """The numbers behind a drawing."""
    if by not in TABLES:
        return tk.abort(404)
    return sheet.of_money(by, asking.money(address.read(tk.request.args), by))


@ess_projects.get("/feed.<kind>")
def follow(kind: str) -> Response:
    """The newest of the projects that match, for programs that follow news."""
    if kind not in feed.KINDS:
        return tk.abort(404)
    asked = address.read(tk.request.args)
    answer = asking.search(feed.newest(asked), facets=False)
    if answer.trouble:
        return tk.abort(answer.status)
    chips = lists.chips(asked, {})
    return feed.write(kind, asked, words.sentence(asked, chips), results(answer.found["results"]), answer)


def _page(template: str, asked: Search, answer: Answer, more: dict[str, Any]) -> Response:
    chips = lists.chips(asked, answer.facets)
    shown = {
        "search": asked,
        "lists": lists.lists(asked, answer.facets),
        "ranges": lists.ranges(asked),
        "answer": answer,
        "chips": chips,
        "sentence": words.sentence(asked, chips),
        "names": names,
        "api_url": api_url(asked),
        "datasets": _datasets(asked),
        **more,
    }
    response = make_response(tk.render(template, shown))
    response.status_code = answer.status
    return response


def api_url(asked: Search) -> str:
    """The call of the API that answers the same."""
    base = tk.url_for("api.action", ver=3, logic_function="ess_activity_search", qualified=True)
    parameters = [(name, value) for name, value in asked.parameters() if name not in ("page", "more")]
    if asked.start:
        parameters.append(("start", str(asked.start)))
    return f"{base}?{urlencode(parameters)}" if parameters else base


def _datasets(asked: Search) -> int | None:
    """How many datasets the words find; None where the search of datasets does not answer."""
    query = {"q": asked.words, "fq": "dataset_type:dataset", "rows": 0}
    try:
        return tk.get_action("package_search")({}, query)["count"]
    except (SearchError, tk.ValidationError):
        return None
