"""The pages of ``/publish`` as their templates want them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.logic import checks as asking
from ckanext.ess.logic import publications, publishing
from ckanext.ess.logic.publications import ACTIVITIES
from ckanext.ess.schema import language, licences, slugs, verdicts
from ckanext.ess.store import conversions
from ckanext.ess.store import publications as kept
from ckanext.ess.store.conversions import Conversion
from ckanext.ess.store.converting import Details
from ckanext.ess.views.correcting import correcting

#: Lists that the form about the publisher chooses from, by the name of the field.
_LISTS = {
    "organisation_type": "OrganisationType",
    "organisation_role": "OrganisationRole",
    "organisation_country": "Country",
    "currency": "Currency",
}
#: Digits of a number of a page, and letters of a short name.
_DIGITS, _SHORT = 6, 40
#: Currencies that come first.
_USUAL = ("EUR", "XOF", "XAF", "USD", "CHF", "GBP", "MGA")


def form(
    problem: str = "", said: Mapping[str, str] | None = None, note: str = "", *, found: bool = False
) -> Response:
    """Step 1: the form for a sheet and who publishes.

    Args:
        problem: a sentence when the last try was refused.
        said: what was filled in already.
        note: a sentence about the SIREN.
        found: whether the register knew it.
    """
    shown = {
        "problem": problem,
        "said": said or {},
        "note": note,
        "found": found,
        "lists": lists(),
        "organizations": publishing.editors_organizations(),
        "most": asking.megabytes(config.check_bytes()),
        "hours": config.check_hours_kept(),
    }
    return quiet(tk.render("ess/publish/index.html", shown))


def steps(conversion: Conversion, problem: str = "") -> Response:
    """The three steps for a sheet; a page that comes again while it is converted."""
    shown = {
        "token": conversion.token,
        "name": conversion.choices.get("file", ""),
        "round": conversion.round,
        "said": conversion.choices,
        "problem": problem,
        "waiting": conversion.finished is None and not conversions.is_given_up(conversion),
        "given_up": conversions.is_given_up(conversion),
        "result": conversion.result or {},
        "expires": conversion.expires.isoformat(),
        "lists": lists(),
    }
    if conversion.finished is not None:
        shown.update(_found(conversion))
    return quiet(tk.render("ess/publish/steps.html", shown))


def _found(conversion: Conversion) -> dict[str, Any]:
    asked = tk.request.args.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < _DIGITS else 1
    shown: dict[str, Any] = {
        "step": correcting(Details(conversion.details), conversion.choices, language.current(), page)
    }
    if conversion.result.get("written"):
        shown.update(_result(conversion))
    return shown


def _result(conversion: Conversion) -> dict[str, Any]:
    """Step 3: the verdict, where the file can be saved, what was saved, what to enter in the registry."""
    organizations, result = publishing.editors_organizations(), conversion.result
    publisher, verdict = result.get("publisher", {}), result["verdict"]
    saved = _saved(conversion)
    kind = codelist("OrganisationType").codes.get(publisher.get("type", ""))
    return {
        "verdict": verdict,
        "verdict_sentence": verdicts.sentence(verdict, result["summary"]),
        "organizations": organizations,
        "targets": publications.targets(list(organizations), publications.name_of(conversion, ACTIVITIES)),
        "default_title": tk._("Projects of {name}").format(name=publisher.get("name", "")),
        "saved": saved,
        "addresses": saved["addresses"] if saved else {},
        "licence": licences.label(saved["dataset"].get("license_id") or "", language.current())
        if saved
        else "",
        "short": slugs.of(publisher.get("name", ""))[:_SHORT].strip("-") or "organisation",
        "publisher": {**publisher, "type_name": kind.name(language.current()) if kind else ""},
    }


def _saved(conversion: Conversion) -> dict[str, Any] | None:
    """What was saved of this very round, for whoever may see it."""
    noted = conversion.choices.get("saved") or {}
    if noted.get("round") != conversion.round:
        return None
    try:
        dataset = tk.get_action("package_show")({}, {"id": noted["dataset"]})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None
    by_id = {one["id"]: one for one in dataset["resources"]}
    resources = {kind: by_id[one] for kind, one in noted["resources"].items() if one in by_id}
    versions = {kind: kept.versions(one["id"])[0] for kind, one in resources.items()}
    addresses = {kind: _address(one) for kind, one in resources.items()}
    return {"dataset": dataset, "resources": resources, "versions": versions, "addresses": addresses}


def _address(resource: Mapping[str, Any]) -> str:
    """The address of a file, the same in all languages of the portal."""
    return tk.url_for(
        "resource.download",
        id=resource["package_id"],
        resource_id=resource["id"],
        filename=resource["url"].rpartition("/")[2],
        qualified=True,
        locale="default",
    )


def lists() -> dict[str, list[tuple[str, str]]]:
    """Codes and names of the lists that the form chooses from."""
    lang = language.current()
    found: dict[str, list[tuple[str, str]]] = {}
    for field, name in _LISTS.items():
        pairs = [(one.code, one.name(lang)) for one in codelist(name).active()]
        if name in {"Country", "Currency"}:
            pairs.sort(key=lambda pair: pair[1])
        if name == "Currency":
            pairs.sort(key=lambda pair: _USUAL.index(pair[0]) if pair[0] in _USUAL else len(_USUAL))
        found[field] = pairs
    return found


def quiet(page: str | Response) -> Response:
    """A page for whoever has its link: no cache keeps it, no search engine lists it, no site learns of it."""
    tk.request.environ["__no_cache__"] = True
    answer = make_response(page)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
