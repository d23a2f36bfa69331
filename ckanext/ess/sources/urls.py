"""Plain addresses: a site that publishes IATI files on its own, in a list, a page, a sitemap or a zip."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, ClassVar
from urllib.parse import quote, urlsplit

from ckanext.ess.iati.facts import FileFacts, read_facts
from ckanext.ess.iati.read.kinds import HEAD, Kind, sniff
from ckanext.ess.sources.addresses import public_form
from ckanext.ess.sources.base import DatasetDraft, Known, PublisherDraft, Ref, Source
from ckanext.ess.sources.broken import broken_ref, raise_problem
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceRefused
from ckanext.ess.sources.fingerprints import fingerprint_of
from ckanext.ess.sources.http import FILE_LIMITS, Download, Head, Http, Limits
from ckanext.ess.sources.records import text_of
from ckanext.ess.sources.url_lists import MAX_LIST, Links, identity_of, is_data, is_list, links, name_of
from ckanext.ess.sources.zipped import Zipped

MAX_DATASETS = 5_000
#: Pages, folders and sitemaps read for one source, and how deep they may lead.
MAX_LISTS = 200
MAX_DEPTH = 4
_IN_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True)
class _Place:
    """Where a file is: its address, and its name in a zip. ``explicit``: somebody chose it."""

    url: str
    member: str = ""
    explicit: bool = True

    @property
    def id(self) -> str:
        return identity_of(self.url, self.member)

    @property
    def address(self) -> str:
        """The address with the member's name, which browsers leave out when they ask for it."""
        return f"{self.url}#{quote(self.member)}" if self.member else self.url


class Urls(Source):
    """IATI files at plain addresses. Publisher and dates are read from the files.

    A file that its server says is the same as last time is not read again; else it is read at once, so that
    its publisher is known.

    Args:
        url: of a file, a list of addresses, a page with links, a sitemap or a zip.
        http: how to read it.
        addresses: further addresses of the same kinds.
        max_datasets: more than these are refused.
        limits: what one download may cost.
    """

    name: ClassVar[str] = "urls"
    title: ClassVar[str] = "Plain addresses"
    remembers: ClassVar[bool] = True

    def __init__(
        self,
        url: str,
        http: Http,
        *,
        addresses: Sequence[str] = (),
        max_datasets: int = MAX_DATASETS,
        limits: Limits = FILE_LIMITS,
    ) -> None:
        self._starts = tuple(dict.fromkeys((url.strip(), *addresses)))
        self._http = http
        self._max = max_datasets
        self._limits = limits
        self._known: Mapping[str, Known] = {}
        self._read: tuple[str, FileFacts] | None = None
        self._lists: set[str] = set()

    def recall(self, known: Mapping[str, Known]) -> None:
        """Learn what was seen last time."""
        self._known = known

    def refs(self) -> Iterator[Ref]:
        """Yield one reference per file.

        Raises:
            SourceError: the first list cannot be read; a further one that cannot makes the listing
                incomplete.
        """
        self.complete, self.total, self._lists = True, None, set()
        seen: set[str] = set()
        for start in self._starts:
            for ref in self._below(start, 0, explicit=True):
                if ref.id in seen:
                    continue
                seen.add(ref.id)
                if len(seen) > self._max:
                    raise SourceRefused("index.many", url=public_form(start), count=self._max)
                yield ref
        self.total = len(seen)

    def draft(self, ref: Ref) -> DatasetDraft:
        """Build the draft of one file from its reference, without network.

        Raises:
            SourceError: the file could not be read, or is not IATI.
        """
        raise_problem(ref)
        record = ref.record
        place, identifier = text_of(record, "url"), text_of(record, "publisher")
        host = urlsplit(place).netloc.rpartition("@")[2]
        title = text_of(record, "publisher_name") or identifier or host
        return DatasetDraft(
            id=ref.id,
            name=ref.name,
            title="",
            publisher=PublisherDraft(
                id=identifier or f"site:{host}", name=title, title=title, iati_identifier=identifier
            ),
            source_url=place,
        )

    def facts(self, ref: Ref) -> FileFacts | None:
        """What the file of the last reference says; nothing when it did not have to be read."""
        return self._read[1] if self._read is not None and self._read[0] == ref.id else None

    def _below(self, url: str, depth: int, *, explicit: bool) -> Iterator[Ref]:
        """References of what an address leads to."""
        place = _Place(url, explicit=explicit)
        head = self._head(place)
        same = list(self._same(place, head))
        if same:
            yield from same
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as stream:
            try:
                answer = self._http.download(url, stream, limits=self._limits)  # type: ignore[arg-type]
                found = self._list_in(stream, answer.url)  # type: ignore[arg-type]
            except SourceError as error:
                if depth == 0 and not self._known_at(place) and len(self._starts) == 1:
                    raise
                yield self._unreadable(place, error)
                return
            if found is None:
                yield from self._files(place, stream, _mark(answer))  # type: ignore[arg-type]
                return
        yield from self._listed(found, url, depth)

    def _listed(self, found: Links, url: str, depth: int) -> Iterator[Ref]:
        self._lists.add(identity_of(url))
        if len(self._lists) > MAX_LISTS or depth >= MAX_DEPTH:
            raise SourceRefused("urls.deep", url=public_form(url), count=MAX_LISTS, depth=MAX_DEPTH)
        for target in (*found.files, *found.lists):
            if identity_of(target) not in self._lists:
                yield from self._below(target, depth + 1, explicit=found.explicit)

    def _list_in(self, stream: BinaryIO, url: str) -> Links | None:
        """What a list leads to; nothing when this is a file."""
        stream.seek(0)
        head = stream.read(HEAD)
        if not is_list(head):
            return None
        if is_data(url) and sniff(head) is Kind.HTML:  # a page stands where a file should be
            raise SourceInvalid("urls.not-iati", url=public_form(url))
        body = head + stream.read(MAX_LIST)
        if len(body) > MAX_LIST:
            raise SourceRefused("http.large", url=public_form(url), megabytes=MAX_LIST // 1024**2)
        found = links(body, url)
        if not found.files and not found.lists:
            raise SourceInvalid("urls.none", url=public_form(url))
        return found

    def _head(self, place: _Place) -> Head:
        """What the server says of a file that was read before; others are read anyway."""
        if not self._known_at(place):
            return Head(place.url)
        try:
            return self._http.head(place.url)
        except SourceError:
            return Head(place.url)

    def _known_at(self, place: _Place) -> dict[str, Known]:
        """What was seen last time at an address, or in the zip there."""
        inside = f"{place.id}#"
        return {
            guid: known for guid, known in self._known.items() if guid == place.id or guid.startswith(inside)
        }

    def _same(self, place: _Place, head: Head) -> Iterator[Ref]:
        """References as they were, when the server says that nothing changed."""
        mark = _mark(head)
        known = self._known_at(place)
        if not mark or any(one.mark != mark for one in known.values()):
            return
        for guid, one in known.items():
            yield self._ref(_Place(place.url, guid.partition("#")[2]), one)

    def _files(self, place: _Place, stream: BinaryIO, mark: str) -> Iterator[Ref]:
        stream.seek(0)
        kind = sniff(stream.read(HEAD))
        stream.seek(0)
        if kind is not Kind.ZIP:
            yield from self._taken(place, read_facts(stream), mark)
            return
        try:
            zipped = Zipped(stream, public_form(place.url), self._max)
        except SourceError as error:
            yield self._unreadable(place, error)
            return
        for name in zipped.names():
            inside = _Place(place.url, name, explicit=False)
            try:
                yield from self._taken(inside, zipped.facts(name), mark)
            except SourceError as error:
                yield self._unreadable(inside, error)

    def _taken(self, place: _Place, facts: FileFacts, mark: str) -> Iterator[Ref]:
        """The reference of a file that was read; nothing for one that is not IATI and that nobody chose."""
        if facts.file_type:
            ref = self._ref(place, Known(facts.content_hash, mark, facts.publisher_ref, facts.publisher_name))
            self._read = (ref.id, facts)
            yield ref
        elif place.explicit or place.id in self._known:
            yield self._unreadable(place, SourceInvalid("urls.not-iati", url=public_form(place.address)))

    def _ref(self, place: _Place, known: Known) -> Ref:
        record = {
            "url": place.address,
            "publisher": known.publisher,
            "publisher_name": known.publisher_name,
        }
        bare = Ref(place.id, name_of(place.url, place.member), known.content, "", record, known.mark)
        return replace(bare, fingerprint=fingerprint_of(self.draft(bare)))

    def _unreadable(self, place: _Place, error: SourceError) -> Ref:
        """A file that cannot be read now is reported; its dataset, where there is one, stays as it is.

        What could have been a list, or a zip whose files are known, makes the listing incomplete.
        """
        inside = any(guid != place.id for guid in self._known_at(place))
        if inside or not (is_data(place.url) or place.member or place.id in self._known):
            self.complete = False
        return broken_ref(
            error, id=place.id, name=name_of(place.url, place.member), record={"url": place.url}
        )


def _mark(said: Head | Download) -> str:
    """What a server says that changes with a file; nothing where it says too little to trust."""
    return said.etag or said.last_modified
