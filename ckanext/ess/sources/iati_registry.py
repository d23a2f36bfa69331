"""The IATI Registry, through the API of the CKAN that it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from ckanext.ess.sources.base import DatasetDraft, Ref, Source
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceRefused, SourceUnavailable
from ckanext.ess.sources.filters import EVERYTHING, Wanted
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.records import Record, as_list, as_record, number_of, text_of
from ckanext.ess.sources.registry_refs import RegistryRefs, draft_of

PAGE_ROWS = 1_000
MAX_DATASETS = 200_000
#: A page that only repeats: the listing moved while it was read, or the server does not page at all.
_STALE_PAGES = 3
_SWEEPS = 2


class IatiRegistry(Source):
    """IATI Registry (CKAN API).

    Args:
        url: address of the site, or of its API.
        http: how to read it.
        wanted: which datasets; what a record does not tell cannot exclude it here.
        rows: datasets asked for at a time; the server may give fewer.
        max_datasets: more than these are refused.
    """

    name: ClassVar[str] = "iati-registry"
    title: ClassVar[str] = "IATI Registry"

    def __init__(
        self,
        url: str,
        http: Http,
        *,
        wanted: Wanted = EVERYTHING,
        rows: int = PAGE_ROWS,
        max_datasets: int = MAX_DATASETS,
    ) -> None:
        site = url.strip().rstrip("/").partition("/api/")[0].removesuffix("/api")
        self._api = f"{site}/api/3/action"
        self._http = http
        self._wanted = wanted
        self._rows = rows
        self._max = max_datasets

    def refs(self) -> Iterator[Ref]:
        """Yield one reference per wanted dataset.

        Pages are asked for in the order of the identifiers. When datasets come or go meanwhile, rows move
        between pages: repeated ones are passed over, and missed ones are looked for in a second sweep. Only a
        sweep during which nothing moved makes the listing complete.

        Raises:
            SourceError: the listing cannot be read.
        """
        self.complete, self.total = False, None
        refs = RegistryRefs(self._organization, self._wanted)
        query = self._query()
        for _ in range(_SWEEPS):
            for value in self._rows_of_sweep(query):
                ref = refs.add(value)
                if ref is not None:
                    yield ref
            if self.complete:
                return

    def draft(self, ref: Ref) -> DatasetDraft:
        """Build the draft of one dataset from its reference, without network."""
        return draft_of(ref)

    def _rows_of_sweep(self, query: Mapping[str, str]) -> Iterator[object]:
        """Yield the rows of all pages, as they come; afterwards ``complete`` says whether nothing moved."""
        start = stale = 0
        seen: set[str] = set()
        totals: set[int | None] = set()
        while True:
            rows = self._page(start, query)
            totals.add(self.total)
            known = len(seen)
            seen.update(_key_of(row, start + index) for index, row in enumerate(rows))
            yield from rows
            start += len(rows)
            stale = stale + 1 if len(seen) == known else 0
            if not rows or stale >= _STALE_PAGES or start >= (self.total or 0):
                break
        self.complete = totals == {len(seen)} and start == self.total

    def _query(self) -> dict[str, str]:
        """What the Registry itself can leave out: other publishers, when it knows the wanted ones by name."""
        names: list[str] = []
        for word in sorted(self._wanted.publishers):
            name = text_of(self._organization(word) or {}, "name")
            if not re.fullmatch(r"[\w-]+", name):
                return {}
            names.append(name)
        return {"fq": f"organization:({' OR '.join(names)})"} if names else {}

    def _page(self, start: int, query: Mapping[str, str]) -> list[object]:
        options = {"rows": self._rows, "start": start, "sort": "id asc", **query}
        result = self._ask("package_search", options)
        record = as_record(result) or {}
        total = number_of(text_of(record, "count"))
        if total is None or not isinstance(record.get("results"), list):
            raise SourceInvalid("index.shape", url=f"{self._api}/package_search", field="results")
        if total > self._max:
            raise SourceRefused("index.many", url=f"{self._api}/package_search", count=self._max)
        self.total = total
        return as_list(record["results"])

    def _organization(self, identifier: str) -> Record | None:
        """A publisher's record; nothing when the Registry does not give it.

        Raises:
            SourceUnavailable: it may give it another time.
        """
        options = {"id": identifier, "show_historical_publisher_names": "true", "include_datasets": "false"}
        try:
            return as_record(self._ask("organization_show", options))
        except SourceUnavailable:
            raise
        except SourceError:
            return None

    def _ask(self, action: str, options: dict[str, Any]) -> object:
        url = f"{self._api}/{action}"
        answer = as_record(self._http.get_json(url, options))
        if answer is None or "result" not in answer or answer.get("success") is False:
            error = as_record((answer or {}).get("error")) or {}
            said = text_of(error, "message", "__type")
            raise SourceInvalid("api.failed", url=url, said=f" (“{said}”)" if said else "")
        return cast("object", answer["result"])


def _key_of(row: object, position: int) -> str:
    """What tells a row from others while paging."""
    record = as_record(row) or {}
    return f"{text_of(record, 'id')} {text_of(record, 'name')}".strip() or f"row {position}"
