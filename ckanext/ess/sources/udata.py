"""A udata, the software of data.gouv.fr: a catalogue of all kinds of data, some of it IATI."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ckanext.ess.sources.base import DatasetDraft, Ref, Source
from ckanext.ess.sources.broken import broken_ref, nameless_id, raise_problem
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceMissing, SourceRefused
from ckanext.ess.sources.fingerprints import digest, fingerprint_of
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.records import Record, as_list, as_record, text_of
from ckanext.ess.sources.udata_api import PAGE_ROWS, UdataApi, is_absent
from ckanext.ess.sources.udata_records import (
    came_from,
    content_of,
    dataset_draft,
    is_shown,
    reuse_targets,
    shortened,
    shortened_org,
    shortened_reuse,
)

MAX_DATASETS = 100_000
#: So many organisations, or lists of reuses, are asked for one by one; then the whole list is read.
ONE_BY_ONE = 20
_SWEEPS = 2
_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Choice:
    """Which datasets are asked for; all conditions hold together, several organisations are alternatives.

    ``organizations`` are identifiers or short names; ``organization_badge`` is for example ``association``.
    """

    organizations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    badge: str = ""
    organization_badge: str = ""
    schema: str = ""
    format: str = ""
    query: str = ""

    def options(self) -> dict[str, Any]:
        """As options of the API, but for the organisations."""
        said = {
            "tag": list(self.tags),
            "badge": self.badge,
            "organization_badge": self.organization_badge,
            "schema": self.schema,
            "format": self.format,
            "q": self.query,
        }
        return {key: value for key, value in said.items() if value}


class Udata(Source):
    """A udata.

    Args:
        url: address of the site.
        http: how to read it.
        choice: which datasets.
        own_host: ``host`` or ``host:port`` of our portal: what the udata harvested from it is left out.
        lang: of the title of the organisation that stands for people without one.
        rows: datasets asked for at a time.
        max_datasets: more than these are refused.
    """

    name: ClassVar[str] = "udata"
    title: ClassVar[str] = "udata (data.gouv.fr)"

    def __init__(
        self,
        url: str,
        http: Http,
        *,
        choice: Choice | None = None,
        own_host: str = "",
        lang: str = "fr",
        rows: int = PAGE_ROWS,
        max_datasets: int = MAX_DATASETS,
    ) -> None:
        self._api = UdataApi(url, http, rows)
        self._choice = choice or Choice()
        self._own_host = own_host
        self._lang = lang
        self._max = max_datasets
        self._organizations = _Asked(self._api.organization, self._every_organization)
        self._reuses = _Asked(self._reuses_of, self._every_reuse)

    def refs(self) -> Iterator[Ref]:
        """Yield one reference per wanted dataset.

        Pages are asked for in the order of creation. When datasets go meanwhile, rows move between pages:
        repeated ones are passed over, missed ones are looked for in a second sweep. Only a sweep during which
        nothing moved makes the listing complete.

        Raises:
            SourceError: the listing cannot be read.
        """
        self.complete, self.total = False, None
        queries, seen = self._queries(), dict[str, str]()
        for _ in range(_SWEEPS):
            whole, total = True, 0
            for query in queries:
                counted = _Count()
                for value in self._rows(query, counted, total):
                    ref = self._ref(value, seen)
                    if ref is not None:
                        yield ref
                whole, total = whole and counted.is_whole, total + (counted.total or 0)
            self.complete, self.total = whole, total
            if whole:
                return

    def draft(self, ref: Ref) -> DatasetDraft:
        """Build the draft of one dataset from its reference, without network.

        Raises:
            SourceInvalid: the record was broken.
            SourceUnavailable: its organisation could not be read when it was listed.
        """
        raise_problem(ref)
        record = ref.record
        return dataset_draft(
            as_record(record.get("dataset")) or {},
            as_record(record.get("organization")),
            as_list(record.get("reuses")),
            place=ref.name,
            host=self._api.host,
            lang=self._lang,
        )

    def find(self, identifier: str) -> Ref | None:
        """The reference of one dataset, asked for alone."""
        record = self._api.dataset(identifier)
        return self._ref(record, {}) if record is not None and is_shown(record) else None

    def _queries(self) -> list[dict[str, Any]]:
        options = self._choice.options()
        if not self._choice.organizations:
            return [options]
        return [{**options, "organization": self._identifier(word)} for word in self._choice.organizations]

    def _identifier(self, word: str) -> str:
        """The API filters by identifier only; people know the short name."""
        if _OBJECT_ID.fullmatch(word):
            return word
        found = text_of(self._api.organization(word) or {}, "id")
        if not found:
            raise SourceMissing("udata.organization", name=word)
        return found

    def _rows(self, query: Mapping[str, Any], counted: _Count, before: int) -> Iterator[object]:
        for page in self._api.pages(query):
            if before + (page.total or 0) > self._max or len(counted.seen) > self._max:
                raise SourceRefused("index.many", url=f"{self._api.site}/api/1/datasets/", count=self._max)
            counted.add(page.rows, page.total)
            self.total = before + (page.total or 0)
            yield from page.rows
            if counted.stale:
                return

    def _ref(self, value: object, seen: dict[str, str]) -> Ref | None:
        """The reference of one row; nothing when it repeats an earlier one or is not for us."""
        record = as_record(value)
        identifier = text_of(record or {}, "id") or nameless_id(value)
        if identifier in seen:
            return None
        place = seen[identifier] = text_of(record or {}, "slug", "title") or str(len(seen) + 1)
        if record is None:
            error = SourceInvalid("record.shape", place=place, said=type(value).__name__)
            return broken_ref(error, id=identifier, name=place, record=value)
        if not is_shown(record) or came_from(record, self._own_host):
            return None
        try:
            return self._fresh(record, identifier, place)
        except SourceError as error:
            return broken_ref(error, id=identifier, name=place, record=shortened(record))

    def _fresh(self, record: Record, identifier: str, place: str) -> Ref | None:
        """The reference of a record; nothing for a dataset without a file, which has nothing to show yet."""
        row = {
            "dataset": shortened(record),
            "organization": self._organization_of(record),
            "reuses": self._reuses_with(record, identifier),
        }
        ref = Ref(identifier, place, "", "", row)
        draft = self.draft(ref)
        if not draft.files:
            return None
        return Ref(identifier, draft.name, digest(content_of(draft)), fingerprint_of(draft), row)

    def _organization_of(self, record: Record) -> Record | None:
        identifier = text_of(as_record(record.get("organization")) or {}, "id")
        found = self._organizations.of(identifier) if identifier else None
        return shortened_org(found) if found is not None else None

    def _reuses_with(self, record: Record, identifier: str) -> list[Record]:
        count = (as_record(record.get("metrics")) or {}).get("reuses")
        if not isinstance(count, int) or count <= 0:
            return []
        return self._reuses.of(identifier) or []

    def _reuses_of(self, identifier: str) -> list[Record]:
        try:
            return [shortened_reuse(one) for one in self._api.reuses(identifier)]
        except SourceError as error:
            if is_absent(error):
                return []
            raise

    def _every_organization(self) -> dict[str, Any]:
        return {text_of(one, "id"): shortened_org(one) for one in self._api.organizations()}

    def _every_reuse(self) -> dict[str, Any]:
        found: dict[str, list[Record]] = {}
        for reuse in self._api.reuses():
            for identifier in reuse_targets(reuse):
                found.setdefault(identifier, []).append(shortened_reuse(reuse))
        return found


class _Count:
    """What one list of pages has shown: whole when every row came once and their number never changed."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.total: int | None = None
        self.stale = False
        self._rows = 0
        self._totals: set[int | None] = set()

    def add(self, rows: list[object], total: int | None) -> None:
        """Count a page; it is stale when it has nothing new."""
        known = len(self.seen)
        for row in rows:
            self.seen.add(text_of(as_record(row) or {}, "id") or nameless_id(row))
        self._rows += len(rows)
        self._totals.add(total)
        self.total = total
        self.stale = len(self.seen) == known

    @property
    def is_whole(self) -> bool:
        return self._totals == {len(self.seen)} and self._rows == self.total


class _Asked:
    """Things asked for one by one, until asking for all of them is cheaper; each is asked for once."""

    def __init__(self, one: Callable[[str], Any], every: Callable[[], dict[str, Any]]) -> None:
        self._one, self._every = one, every
        self._known: dict[str, Any] = {}
        self._listed = False

    def of(self, identifier: str) -> Any:
        """What an identifier stands for, or nothing."""
        if identifier not in self._known:
            if len(self._known) >= ONE_BY_ONE and not self._listed:
                self._listed = True
                self._known = {**self._every(), **self._known}
            if identifier not in self._known:
                self._known[identifier] = self._one(identifier)
        return self._known[identifier]
