"""Pages of one project, by its identifier in the path or in a parameter; the same as JSON, XML, JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from flask import make_response
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.logic.checks import Refused
from ckanext.ess.views.projects import asking, linked, relations
from ckanext.ess.views.projects.asking import Answer
from ckanext.ess.views.projects.page import Project
from ckanext.ess.views.projects.results import url_of
from ckanext.ess.views.projects.search import ess_projects

#: A file of ours that carries somebody's XML must not run in our name.
_INERT = "sandbox; default-src 'none'"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@ess_projects.get("/<path:identifier>")
def read(identifier: str) -> Response:
    """The project that has this identifier."""
    return _page(identifier)


@ess_projects.get("/show")
def show() -> Response:
    """The same, for identifiers that a path does not carry."""
    return _page(_asked())


@ess_projects.get("/show.json")
def as_json() -> Response:
    """All that is known of the project, as the API says it."""
    response = make_response(json.dumps({"activities": _activities(_asked())}, ensure_ascii=False))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    return response


@ess_projects.get("/show.jsonld")
def as_linked_data() -> Response:
    """The project as linked data, in the words of schema.org."""
    identifier = _asked()
    projects = _projects(_activities(identifier))
    response = make_response(linked.written(projects[0], _absolute(url_of(identifier))))
    response.headers["Content-Type"] = "application/ld+json; charset=utf-8"
    return response


@ess_projects.get("/show.xml")
def as_xml() -> Response:
    """What the files say of the project, as an IATI file."""
    found = _activities(_asked())
    version = (found[0].get("detail") or {}).get("version") or "2.03"
    inside = "\n".join(one.get("xml") or "" for one in found)
    response = make_response(f'{_HEAD}<iati-activities version="{version}">\n{inside}\n</iati-activities>\n')
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="project.xml"'
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _asked() -> str:
    return tk.request.args.get("id", "").replace("\0", "").strip() or tk.abort(404)


def _activities(identifier: str) -> Sequence[Mapping[str, Any]]:
    """The project wherever it occurs, by its own identifier or by the index's.

    Ends the request with 404, or with 503 where the index does not answer.
    """
    try:
        return _shown(identifier)
    except tk.ObjectNotFound:
        return tk.abort(404)
    except Refused as away:
        return tk.abort(away.status)


def _shown(identifier: str) -> Sequence[Mapping[str, Any]]:
    ask = tk.get_action("ess_activity_show")
    try:
        return ask({}, {"iati_identifier": identifier})["activities"]
    except tk.ObjectNotFound:
        return ask({}, {"id": identifier})["activities"]


def _projects(found: Sequence[Mapping[str, Any]]) -> list[Project]:
    return [Project(one, place) for place, one in enumerate(found, 1)]


def _page(identifier: str) -> Response:
    try:
        projects = _projects(_shown(identifier))
    except tk.ObjectNotFound:
        return _absent(identifier)
    except Refused as away:
        return _away(asking.away(away))
    address = _absolute(url_of(identifier))
    shown = {
        "projects": projects,
        "project": projects[0],
        "address": address,
        "identifier": identifier,
        "related": relations.of(projects[0]),
        "linked": linked.for_script(linked.written(projects[0], address)),
    }
    return make_response(tk.render("ess/projects/project.html", shown))


def _absent(identifier: str) -> Response:
    response = make_response(tk.render("ess/projects/absent.html", {"identifier": identifier}))
    response.status_code = 404
    return response


def _away(answer: Answer) -> Response:
    response = make_response(tk.render("ess/projects/away.html", {"answer": answer}))
    response.status_code = answer.status
    return response


def _absolute(address: str) -> str:
    return urljoin(config.site_url(), address)
