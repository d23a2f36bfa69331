"""The organisation form completed from the public register, with or without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess.schema import completion

ess_organization = Blueprint("ess_organization", __name__, url_prefix="/ess/organization")

#: Form entries that are not values of the organisation.
_NOT_VALUES = {"_csrf_token", "save", "ess_complete", "ess_form", "ess_use"}
_TYPE = "organization"


@ess_organization.post("/complete")
def complete() -> str:
    """Show the form again, its empty fields filled with what the register says; nothing is saved."""
    form = _form()
    existing = _existing(form.get("id", ""))
    answer = _ask(form.get("ess_siren", ""))
    data, added = completion.complete(form, answer["fields"])
    page = "organization/edit.html" if existing else "organization/new.html"
    save = (
        tk.url_for("organization.edit", id=existing["name"]) if existing else tk.url_for("organization.new")
    )
    shown = {
        "data": {**existing, **data, "ess_answer": {**answer, "added": added}},
        "errors": answer["errors"],
        "error_summary": {},
        "group_type": _TYPE,
        "action": "edit" if existing else "new",
        "form_action": save,
    }
    form_html = tk.render("scheming/organization/group_form.html", shown)
    return tk.render(page, {"form": form_html, "group_type": _TYPE, "group_dict": existing})


@ess_organization.get("/complete")
def begin() -> Response:
    """The completed form's own address leads back to an empty form."""
    return tk.redirect_to("organization.new")


@ess_organization.get("/siren")
def siren() -> str:
    """A fragment under the SIREN: what the register says of the number being typed."""
    number = tk.request.args.get("ess_siren", "")
    answer = _ask(number) if number.strip() else {}
    return tk.render("ess/organization/siren_answer.html", {"ess_answer": answer})


def _form() -> dict[str, Any]:
    """Values of the form as its templates want them: text, or a list where several were sent."""
    sent = tk.request.form.to_dict(flat=False)
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in sent.items()
        if name not in _NOT_VALUES
    }


def _existing(organization_id: str) -> dict[str, Any]:
    """The organisation being edited, empty for a new one; refuses who may not do either."""
    try:
        if not organization_id:
            tk.check_access("organization_create", {})
            return {}
        tk.check_access("organization_update", {}, {"id": organization_id})
        return tk.get_action("organization_show")({}, {"id": organization_id})
    except tk.NotAuthorized:
        return tk.abort(403)
    except tk.ObjectNotFound:
        return tk.abort(404)


def _ask(number: str) -> dict[str, Any]:
    try:
        return {**tk.get_action("ess_siren_lookup")({}, {"siren": number}), "errors": {}}
    except tk.NotAuthorized:
        return tk.abort(403)
    except tk.ValidationError as error:
        refused = {"ess_siren": error.error_dict["siren"]}
        return {"found": False, "fields": {}, "problem": "", "errors": refused}
