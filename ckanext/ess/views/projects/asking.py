"""Asks the activity actions, and tells apart the reasons for which there is no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.logic.checks import Refused
from ckanext.ess.views.projects import blocks, maps, names
from ckanext.ess.views.projects.address import DEEPEST, Search
from ckanext.ess.views.projects.blocks import Block

_FACET_VALUES = 300
OK, BAD_REQUEST, UNAVAILABLE = 200, 400, 503
_ABSENT = 501


@dataclass(frozen=True)
class Answer:
    """What a search found, or why nothing can be said.

    ``trouble`` is empty, ``off`` (no index), ``down``, ``refused`` (the search makes no sense) or ``deep``;
    ``sentences`` say what is wrong with the search.
    """

    found: Mapping[str, Any] = field(default_factory=dict)
    trouble: str = ""
    sentences: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The status of the page."""
        return {"": OK, "deep": BAD_REQUEST, "refused": BAD_REQUEST}.get(self.trouble, UNAVAILABLE)

    @property
    def count(self) -> int:
        """How many projects there are."""
        return self.found.get("count", 0)

    @property
    def facets(self) -> Mapping[str, Any]:
        """Field to its values."""
        return self.found.get("facets") or {}

    @property
    def totals(self) -> Mapping[str, Any]:
        """Sums of all projects found."""
        return self.found.get("totals") or {}


def search(asked: Search, *, facets: bool = True) -> Answer:
    """Ask for one page of results, with the values to choose from."""
    if asked.is_too_deep:
        return Answer(trouble="deep")
    counted = _counted(asked) if facets else ()
    question = {
        **asked.question(),
        "facets": list(counted),
        "facet_limit": _FACET_VALUES,
        "rows": asked.rows,
        "start": asked.start,
        "sort": asked.order,
    }
    return _ask("ess_activity_search", question)


def money(asked: Search, by: str) -> Mapping[str, Any]:
    """Ask for sums; no rows where they cannot be had, as the drawing is not what the reader came for."""
    return _ask("ess_activity_money", {**asked.question(), "by": by}).found or {"rows": ()}


def drawings(asked: Search, answer: Answer, *, whole: bool) -> list[Block]:
    """The drawings: where and when; the whole also in what, at which places, from whom to whom."""
    name = blocks.main_measure(answer.totals)
    # One country needs no map of the world.
    has_map = len(asked.filters.get("country", ())) != 1
    made = [maps.world_map(asked, money(asked, "country"), name)] if has_map else []
    made.append(blocks.per_year(asked, money(asked, "year")))
    if whole or not has_map:
        made.append(blocks.bars(asked, money(asked, "sector_group"), "sector_group", tk._("Sectors"), name))
    if whole:
        made += [
            maps.places(asked, money(asked, "points")),
            blocks.funding(asked, money(asked, "flow")),
            blocks.goals(asked, money(asked, "sdg")),
        ]
    return [block for block in made if block]


def last_page(asked: Search, count: int) -> int:
    """The last page that can be turned to."""
    return max(1, -(-min(count, DEEPEST) // asked.rows))


def away(refused: Refused) -> Answer:
    """Say that the index is not there, or that it does not answer."""
    return Answer(trouble="off" if refused.status == _ABSENT else "down")


def _counted(asked: Search) -> list[str]:
    """Fields whose values are wanted: the first ones, those chosen, and all on demand."""
    chosen = [name for name in (*asked.filters, *asked.exclude) if name in names.FIELDS]
    wanted = [*names.FIRST, *(names.LATER if asked.more else ()), *chosen]
    if "sector_group" in chosen:
        wanted.append("sector")
    return [name for name in dict.fromkeys(wanted) if name not in names.RANGES]


def _ask(action: str, question: Mapping[str, Any]) -> Answer:
    try:
        return Answer(tk.get_action(action)({}, dict(question)))
    except Refused as refused:
        return away(refused)
    except tk.ValidationError as error:
        return Answer(trouble="refused", sentences=_sentences(error))


def _sentences(error: tk.ValidationError) -> tuple[str, ...]:
    """What is wrong with the search, in the words of the action."""
    found: list[str] = []
    for value in error.error_dict.values():
        found += [str(one) for one in (value if isinstance(value, list) else [value])]
    return tuple(found)
