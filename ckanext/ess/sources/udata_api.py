"""The API of a udata, page by page: addresses stay on its own server, pages end, masks keep them small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

from ckanext.ess.sources.addresses import split
from ckanext.ess.sources.errors import (
    SourceDenied,
    SourceError,
    SourceInvalid,
    SourceMissing,
    SourceRefused,
)
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.limits import JSON_LIMITS
from ckanext.ess.sources.records import Record, as_list, as_record, number_of, text_of
from ckanext.ess.sources.udata_records import (
    DATASET_MASK,
    FILE_MASK,
    LIGHT_MASK,
    MAX_FILES,
    ORGANIZATION_MASK,
    REUSE_MASK,
)

#: A larger page is asked for again without its files.
PAGE_LIMITS = replace(JSON_LIMITS, max_bytes=16 * 1024 * 1024)
PAGE_ROWS = 100
FILE_ROWS = 50
#: More pages than any catalogue has: the server repeats itself, or its pages never end.
MAX_PAGES = 5_000
_ABSENT = (SourceMissing, SourceDenied, SourceInvalid)


class UdataApi:
    """Asks a udata.

    Args:
        url: address of the site, of its API, or of one of its pages.
        http: how to read it.
        rows: datasets asked for at a time; the server may give fewer.
    """

    def __init__(self, url: str, http: Http, rows: int = PAGE_ROWS) -> None:
        parts = split(url.strip())
        path = parts.path.partition("/api/")[0].rstrip("/").removesuffix("/api")
        self.site = urlunsplit((parts.scheme, parts.netloc, _without_language(path), "", ""))
        self.host = parts.netloc.rpartition("@")[2].lower()
        self._http = http
        self._rows = rows

    def pages(self, options: Mapping[str, str | int | list[str]]) -> Iterator[Page]:
        """Yield the pages of a list of datasets; they carry their files.

        Raises:
            SourceError: a page cannot be read.
        """
        query = urlencode({"page_size": self._rows, "sort": "created", **options}, doseq=True)
        url = f"{self.site}/api/1/datasets/?{query}"
        seen: set[str] = set()
        while url:
            if url in seen or len(seen) >= MAX_PAGES:
                raise SourceInvalid("udata.loop", url=url)
            seen.add(url)
            page = self._page(url)
            yield page
            url = self._next(page.next_page, url)

    def dataset(self, identifier: str) -> Record | None:
        """One dataset; nothing when the catalogue does not have it."""
        return self._one(f"datasets/{identifier}", DATASET_MASK)

    def organization(self, identifier: str) -> Record | None:
        """One organisation, by identifier or short name; nothing when the catalogue does not have it."""
        return self._one(f"organizations/{identifier}", ORGANIZATION_MASK)

    def organizations(self) -> Iterator[Record]:
        """Yield all organisations."""
        yield from self._all(f"{self.site}/api/1/organizations/?page_size={self._rows}", ORGANIZATION_MASK)

    def reuses(self, dataset: str = "") -> Iterator[Record]:
        """Yield reuses of one dataset, or of all."""
        query = urlencode({"page_size": self._rows, **({"dataset": dataset} if dataset else {})})
        yield from self._all(f"{self.site}/api/1/reuses/?{query}", REUSE_MASK)

    def _page(self, url: str) -> Page:
        try:
            return Page(self._get(url, f"data{{{DATASET_MASK}}},total,next_page"), url)
        except SourceRefused as error:
            if error.code != "http.large":
                raise
        page = Page(self._get(url, f"data{{{LIGHT_MASK}}},total,next_page"), url)
        page.rows = [self._with_files(row) for row in page.rows]
        return page

    def _with_files(self, value: object) -> object:
        """A record with its files, which are read from the second version of the API, page by page."""
        record = as_record(value)
        identifier = text_of(record or {}, "id")
        if record is None or not identifier:
            return value
        url = f"{self.site}/api/2/datasets/{identifier}/resources/?page_size={FILE_ROWS}"
        files: list[Record] = []
        for file in self._all(url, FILE_MASK):
            files.append(file)
            if len(files) > MAX_FILES:
                break
        return {**record, "resources": files}

    def _one(self, path: str, mask: str) -> Record | None:
        try:
            return as_record(self._get(f"{self.site}/api/1/{path}/", mask))
        except _ABSENT:
            return None

    def _all(self, url: str, mask: str) -> Iterator[Record]:
        seen: set[str] = set()
        while url and url not in seen and len(seen) < MAX_PAGES:
            seen.add(url)
            page = Page(self._get(url, f"data{{{mask}}},total,next_page"), url)
            yield from (record for row in page.rows if (record := as_record(row)) is not None)
            url = self._next(page.next_page, url) if page.rows else ""

    def _next(self, url: str, current: str) -> str:
        """The next page, on the server that we were told to read, whatever its proxy calls itself."""
        if not url:
            return ""
        try:
            parts = urlsplit(urljoin(current, url))
        except ValueError:
            raise SourceInvalid("http.address", url=url[:200]) from None
        if not parse_qs(parts.query).get("page"):
            raise SourceInvalid("udata.loop", url=url[:200])
        here = urlsplit(current)
        return urlunsplit((here.scheme, here.netloc, here.path, parts.query, ""))

    def _get(self, url: str, mask: str) -> Any:
        return self._http.get_json(url, headers={"X-Fields": mask}, limits=PAGE_LIMITS)


class Page:
    """One page of a list.

    Raises:
        SourceInvalid: it is not one.
    """

    def __init__(self, answer: object, url: str) -> None:
        record = as_record(answer) or {}
        if not isinstance(record.get("data"), list):
            raise SourceInvalid("index.shape", url=url, field="data")
        self.rows = as_list(record["data"])
        self.total = number_of(text_of(record, "total"))
        self.next_page = text_of(record, "next_page")


def is_absent(error: SourceError) -> bool:
    """Whether an error says that there is no such thing, rather than that it cannot be read now."""
    return isinstance(error, _ABSENT)


def _without_language(path: str) -> str:
    """A site's path without its language and page: ``/fr/datasets/x`` leads nowhere in the API."""
    first = path.strip("/").split("/")[0]
    known = {"datasets", "organizations", "reuses", "pages", "search"}
    return "" if len(first) == 2 or first in known else path  # noqa: PLR2004 - a language has two letters
