"""A search of projects as an address: read from one, written to one with something more or less chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from ckan.plugins import toolkit as tk

from ckanext.ess.views.projects import names

NOT = "exclude_"
LIST, CHARTS = "ess_projects.search", "ess_projects.charts"
#: Longer words are nobody's question; more values than this nobody ticked.
_LONGEST, _MOST = 500, 200
#: Results can be turned over page by page up to here; the export has them all.
DEEPEST = 10_000

Chosen = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Search:
    """What the reader asks for.

    Attributes:
        words: the text searched for.
        filters: field to values, any of which may hold.
        exclude: field to values, none of which may hold.
        more: whether the further filters are shown.
        view: how the projects are shown: an endpoint.
    """

    words: str = ""
    filters: Chosen = field(default_factory=dict)
    exclude: Chosen = field(default_factory=dict)
    sort: str = ""
    rows: int = names.ROWS[0]
    page: int = 1
    more: bool = False
    view: str = LIST

    @property
    def start(self) -> int:
        """How many results come before this page."""
        return (self.page - 1) * self.rows

    @property
    def is_too_deep(self) -> bool:
        """Whether this page is further on than pages go."""
        return self.start + self.rows > DEEPEST

    @property
    def order(self) -> str:
        """The order in force: by relevance where there are words, else the newest first."""
        return self.sort or ("relevance" if self.words else "newest")

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows the search."""
        return not (self.words or self.filters or self.exclude)

    def question(self) -> dict[str, Any]:
        """What the activity actions take."""
        asked: dict[str, Any] = {"q": self.words, "filters": {}, "exclude": {}}
        asked["filters"] = {name: list(values) for name, values in self.filters.items()}
        asked["exclude"] = {name: list(values) for name, values in self.exclude.items()}
        return {name: value for name, value in asked.items() if value}

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the address, without those that have their usual value."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(name, value) for name, values in self.filters.items() for value in values]
        pairs += [(NOT + name, value) for name, values in self.exclude.items() for value in values]
        usual = Search()
        for name in ("sort", "rows", "page"):
            if getattr(self, name) != getattr(usual, name):
                pairs.append((name, str(getattr(self, name))))
        return pairs + ([("more", "1")] if self.more else [])

    def url(self, endpoint: str = "", **path: str) -> str:
        """The address of a page about this search: the present one, or another."""
        return _address(tk.url_for(endpoint or self.view, **path), self.parameters())

    def on(self, page: int) -> Search:
        """The same search on another page."""
        return replace(self, page=page)

    def adding(self, name: str, value: str) -> Search:
        """One more value of a field; a range replaces the one before."""
        others = () if name in names.RANGES or name == "location" else self.filters.get(name, ())
        kept = _without(self.exclude, name, value)
        return replace(self, filters={**self.filters, name: (*others, value)}, exclude=kept, page=1)

    def only(self, name: str, value: str) -> Search:
        """A value instead of what was chosen of its field."""
        return replace(self, filters={**self.filters, name: (value,)}, page=1)

    def excluding(self, name: str, value: str) -> Search:
        """Everything but a value."""
        others = self.exclude.get(name, ())
        kept = _without(self.filters, name, value)
        return replace(self, filters=kept, exclude={**self.exclude, name: (*others, value)}, page=1)

    def without(self, name: str, value: str) -> Search:
        """A choice, or an exclusion, taken back."""
        return replace(
            self,
            filters=_without(self.filters, name, value),
            exclude=_without(self.exclude, name, value),
            page=1,
        )

    def saying(self, words: str) -> Search:
        """The same choices with other words."""
        return replace(self, words=words, page=1)

    def showing(self, more: bool) -> Search:
        """The same search with more, or fewer, filters beside it."""
        return replace(self, more=more)

    def without_words(self) -> Search:
        """The same choices without the words."""
        return replace(self, words="", page=1)

    def without_any(self) -> Search:
        """The words alone."""
        return replace(self, filters={}, exclude={}, page=1)


def read(arguments: Any, view: str = LIST) -> Search:
    """Read the parameters of an address (a ``MultiDict``); what makes no sense counts for nothing."""
    rows, sort = arguments.get("rows", ""), arguments.get("sort", "")
    page = arguments.get("page", "")
    return Search(
        words=arguments.get("q", "").replace("\0", "").strip()[:_LONGEST],
        filters=dict(_chosen(arguments, "")),
        exclude=dict(_chosen(arguments, NOT)),
        sort=sort if sort in names.SORTS else "",
        rows=int(rows) if rows in map(str, names.ROWS) else names.ROWS[0],
        page=int(page) if page.isascii() and page.isdigit() and int(page[:9]) > 0 else 1,
        more=arguments.get("more") == "1",
        view=view,
    )


def of(**chosen: str) -> str:
    """The address of the projects that have some values: ``of(country="SN")``."""
    return Search(filters={name: (value,) for name, value in chosen.items()}).url()


def _chosen(arguments: Any, prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in (*names.FIELDS, *names.UNLISTED):
        given = arguments.getlist(prefix + name)
        if name in names.RANGES and not prefix:
            given = given[-1:] or _range(arguments, name)
        values = _distinct(given)
        if values:
            yield name, values


def _range(arguments: Any, name: str) -> list[str]:
    """Two inputs of a form as one range; years only."""
    ends = [arguments.get(f"{name}_{end}", "").strip() for end in ("from", "to")]
    ends = [end if end.isascii() and end.isdigit() and len(end) <= len("9999") else "" for end in ends]
    return ["..".join(ends)] if any(ends) else []


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    cleaned = (value.replace("\0", "").strip()[:_LONGEST] for value in values)
    return tuple(dict.fromkeys(value for value in cleaned if value))[:_MOST]


def _without(chosen: Chosen, name: str, value: str) -> dict[str, tuple[str, ...]]:
    left = {**chosen, name: tuple(one for one in chosen.get(name, ()) if one != value)}
    return {one: values for one, values in left.items() if values}


def _address(path: str, parameters: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path
