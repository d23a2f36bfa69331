"""Countries, sectors and publishing organisations: what is done there, in it, by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess.iati.extract import naming
from ckanext.ess.schema import choices
from ckanext.ess.views.projects import address, asking, blocks, maps
from ckanext.ess.views.projects.address import Search
from ckanext.ess.views.projects.asking import Answer
from ckanext.ess.views.projects.blocks import Block
from ckanext.ess.views.projects.results import results
from ckanext.ess.views.projects.texts import label

ess_subjects = Blueprint("ess_subjects", __name__)

#: Projects named on such a page; the search has all of them.
_LATEST = 8


@dataclass(frozen=True)
class Kind:
    """A kind of subject: the field of the search, the list that names its values, its pages."""

    field: str
    list_name: str
    one: str
    all: str


COUNTRIES = Kind("country", "Country", "ess_subjects.country", "ess_subjects.countries")
SECTORS = Kind("sector_group", "SectorCategory", "ess_subjects.sector", "ess_subjects.sectors")


@ess_subjects.get("/countries")
def countries() -> Response:
    """Every country where something is done, by amount, with the map of the world."""
    return _index(COUNTRIES, tk._("Where projects take place"), tk._("By country"))


@ess_subjects.get("/countries/<code>")
def country(code: str) -> Response:
    """What is done in a country."""
    return _subject(COUNTRIES, code.upper())


@ess_subjects.get("/sectors")
def sectors() -> Response:
    """Every sector in which something is done, by amount."""
    return _index(SECTORS, tk._("What projects are about"), tk._("By sector"))


@ess_subjects.get("/sectors/<code>")
def sector(code: str) -> Response:
    """What is done in a sector."""
    return _subject(SECTORS, code)


@ess_subjects.get("/organization/<id>/projects")
def organization(id: str) -> Response:  # noqa: A002 (CKAN's name for it)
    """What an organisation of the portal says it does."""
    try:
        group = tk.get_action("organization_show")({}, {"id": id, "include_datasets": False})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404)
    key, _ = naming.judge((group.get("ess_iati_identifier") or "").strip(), group["display_name"])
    asked = Search(filters={"publisher": (key,)}) if key else None
    answer = asking.search(asked, facets=False) if asked else Answer()
    more = {"group_dict": group, "group_type": group["type"], "name": group["display_name"]}
    return _page("ess/projects/organization.html", asked or Search(), answer, [_by_country, _by_sector], more)


def _index(kind: Kind, title: str, bars: str) -> Response:
    everything = Search()
    answer = asking.search(everything, facets=False)
    found = asking.money(everything, kind.field) if answer.count else {"rows": ()}
    name = blocks.main_measure(answer.totals)
    links = _links(kind)
    made = [
        maps.world_map(everything, found, name, links) if kind is COUNTRIES else None,
        blocks.bars(everything, found, kind.field, bars, name, links),
    ]
    shown = {"answer": answer, "search": everything, "title": title, "blocks": [one for one in made if one]}
    return _answered("ess/projects/subjects.html", answer, shown)


def _subject(kind: Kind, code: str) -> Response:
    if code not in choices.table(kind.list_name):
        return tk.abort(404)
    asked = Search(filters={kind.field: (code,)})
    answer = asking.search(asked, facets=False)
    others = [_by_country] if kind is SECTORS else [_by_sector]
    shown = {"name": label(kind.list_name, code), "code": code, "kind": kind}
    return _page("ess/projects/subject.html", asked, answer, others, shown)


def _page(
    template: str,
    asked: Search,
    answer: Answer,
    others: list[Callable[[Search, str], Block | None]],
    more: dict[str, Any],
) -> Response:
    shown = {
        "search": asked,
        "answer": answer,
        "blocks": _drawings(asked, answer, others),
        "results": results(answer.found.get("results", ())[:_LATEST]),
        **more,
    }
    return _answered(template, answer, shown)


def _answered(template: str, answer: Answer, shown: dict[str, Any]) -> Response:
    response = make_response(tk.render(template, shown))
    response.status_code = answer.status
    return response


def _drawings(
    asked: Search, answer: Answer, others: list[Callable[[Search, str], Block | None]]
) -> list[Block]:
    """Money per year, then what the page is about, then who pays and who does it, places and goals."""
    if not answer.count:
        return []
    name = blocks.main_measure(answer.totals)
    chosen = asked.filters
    made = [*(other(asked, name) for other in others), blocks.per_year(asked, asking.money(asked, "year"))]
    for by, title in (("publisher", tk._("Who publishes")), ("funder", tk._("Funders"))):
        if by not in chosen:
            made.append(blocks.bars(asked, asking.money(asked, by), by, title, name))
    made += [
        maps.places(asked, asking.money(asked, "points")),
        blocks.funding(asked, asking.money(asked, "flow")),
        blocks.goals(asked, asking.money(asked, "sdg")),
    ]
    return [block for block in made if block]


def _by_country(asked: Search, name: str) -> Block | None:
    return maps.world_map(asked, asking.money(asked, "country"), name)


def _by_sector(asked: Search, name: str) -> Block | None:
    return blocks.bars(asked, asking.money(asked, "sector_group"), "sector_group", tk._("Sectors"), name)


def _links(kind: Kind) -> Callable[[str], str]:
    """Lead to the page of a value; to the search for a value that no list knows."""
    table = choices.table(kind.list_name)

    def link(code: str) -> str:
        return tk.url_for(kind.one, code=code) if code in table else address.of(**{kind.field: code})

    return link
