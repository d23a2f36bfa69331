"""What programs need of the search of activities: files of all results, and what its totals count."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.logic import activity_files as activities
from ckanext.ess.views import activity_openapi

ess_activity_api = Blueprint("ess_activity_api", __name__, url_prefix=config.url_prefix())

_BAD, _PLAIN = 400, "text/plain; charset=utf-8"


@ess_activity_api.get("/export")
def export() -> Response:
    """All activities of a question as a file, sent while it is made; see ``ess_activity_export``."""
    given = {name: found if len(found) > 1 else found[0] for name, found in request.args.lists()}
    try:
        made = activities.file({"user": tk.g.user}, given, request.url)
    except tk.ValidationError as error:
        sentences = [one for found in error.error_dict.values() for one in found]
        return Response("\n".join(sentences) + "\n", getattr(error, "status", _BAD), content_type=_PLAIN)
    answer = Response(made.pieces, content_type=made.content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={made.name}"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@ess_activity_api.get("/openapi.json")
def openapi() -> Response:
    """The search for programs, as OpenAPI 3.1; any page may read it."""
    described = activity_openapi.document(config.site_url(), config.url_prefix())
    answer = Response(json.dumps(described, ensure_ascii=False), content_type="application/json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@ess_activity_api.get("/definitions")
def definitions() -> str:
    """The totals in words, with their formula."""
    return tk.render(
        "ess/activity_api/definitions.html", {"definitions": _definitions(), "formula": _formula()}
    )


def _formula() -> str:
    return "Σ €(type, year) × Σ share(place) × Σ share(sector)"


def _definitions() -> list[tuple[str, str]]:
    return [
        (
            tk._("Budget"),
            tk._(
                "The budgets of projects, by the year in which each begins. A revised one replaces the "
                "original."
            ),
        ),
        (tk._("Commitments"), tk._("Transactions of type 2: money that somebody bound themselves to give.")),
        (
            tk._("Disbursements"),
            tk._("Transactions of types 3 and 4: money passed on to others or spent on the project itself."),
        ),
        (tk._("Incoming funds"), tk._("Transactions of type 1: money received for the project.")),
        (
            tk._("Counted once"),
            tk._(
                "Where a project and its parts are in the same file, only what exceeds the sum of its parts "
                "is counted of the whole, for each measure."
            ),
        ),
        (
            tk._("Euros"),
            tk._(
                "Amounts in other currencies are converted at the average rate of their year, or of the "
                "nearest year known. What has no rate is in no total and is listed beside it."
            ),
        ),
        (
            tk._("Shares"),
            tk._(
                "When countries, regions or sectors are chosen, only their share of each amount counts: that "
                "of the transaction, else that of the project. A chosen sector counts rather than its group, "
                "a chosen country rather than its region."
            ),
        ),
        (
            tk._("Years"),
            tk._("When years of transactions are chosen, only the money of these years counts."),
        ),
        (
            tk._("Identified funders"),
            tk._(
                "Funders are put together by identifier, then by a list of known spellings, then by name. "
                "The share without an identified funder says how much of a total this grouping may miss."
            ),
        ),
    ]
