"""Versions of a file that was published from a sheet: when, by whom, what changed, and the file as it was."""

from __future__ import annotations

import io

from flask import Blueprint, make_response, send_file
from werkzeug.wrappers import Response

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.store import publications

ess_published = Blueprint("ess_published", __name__, url_prefix="/publish/versions")


@ess_published.get("/<resource_id>")
def versions(resource_id: str) -> str:
    """The versions of a file, the last first."""
    resource = _resource(resource_id)
    found = publications.versions(resource["id"])
    if not found:
        tk.abort(404)
    users = {one.id: one.display_name for one in model.Session.query(model.User).filter(
        model.User.id.in_({version.user_id for version in found})
    )}  # fmt: skip
    dataset = tk.get_action("package_show")({}, {"id": resource["package_id"]})
    shown = {"resource": resource, "dataset": dataset, "versions": found, "users": users}
    return tk.render("ess/publish/versions.html", shown)


@ess_published.get("/<resource_id>/<int:number>.xml")
def download(resource_id: str, number: int) -> Response:
    """A file as it was."""
    resource = _resource(resource_id)
    for one in publications.versions(resource["id"]):
        if one.number == number:
            name = f"{one.name.removesuffix('.xml')}-{number}.xml"
            sent = make_response(
                send_file(io.BytesIO(one.file()), "application/xml", as_attachment=True, download_name=name)
            )
            sent.headers["X-Content-Type-Options"] = "nosniff"
            return sent
    return tk.abort(404)


def _resource(resource_id: str) -> dict[str, str]:
    try:
        return tk.get_action("resource_show")({}, {"id": resource_id})
    except tk.NotAuthorized:
        return tk.abort(403)
    except tk.ObjectNotFound:
        return tk.abort(404)
