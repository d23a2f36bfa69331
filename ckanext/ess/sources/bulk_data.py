"""The IATI Bulk Data Service: two JSON indices and a copy of every file."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import BinaryIO, ClassVar

from ckanext.ess.sources.base import DatasetDraft, Ref, Source
from ckanext.ess.sources.bulk_refs import BulkRefs, draft_of
from ckanext.ess.sources.errors import SourceMissing, SourceRefused, SourceUnavailable
from ckanext.ess.sources.filters import EVERYTHING, Wanted
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.json_listing import JsonListing
from ckanext.ess.sources.records import clean

#: Where datasets are listed, newest generation first, and where their organisations then are.
INDICES = (("datasets-full", "reporting-orgs"), ("dataset-index-full.json", ""))
MAX_DATASETS = 200_000
_STAMP = "index_created_unix_timestamp"


class BulkData(Source):
    """IATI Bulk Data Service.

    Args:
        url: address of the service, or of one of its dataset indices.
        http: how to read it.
        wanted: which datasets; what the index does not tell (the countries) cannot exclude one here.
        max_datasets: more than these are refused.
    """

    name: ClassVar[str] = "iati-bulk"
    title: ClassVar[str] = "IATI Bulk Data Service"

    def __init__(
        self, url: str, http: Http, *, wanted: Wanted = EVERYTHING, max_datasets: int = MAX_DATASETS
    ) -> None:
        self._url = url.strip().rstrip("/")
        self._http = http
        self._wanted = wanted
        self._max = max_datasets

    def refs(self) -> Iterator[Ref]:
        """Yield one reference per wanted dataset, in the index's order.

        Raises:
            SourceError: an index cannot be read, or (SourceUnavailable) the two were not made together.
        """
        self.complete, self.total = False, None
        with self._dataset_index() as (stream, url, orgs_url):
            stamp = self._survey(stream, url)
            refs = BulkRefs()
            if orgs_url:
                self._read_organisations(refs, orgs_url, stamp)
            stream.seek(0)
            for key, value in JsonListing(stream, "datasets", url).records():
                ref = refs.add(key, value)
                if ref is not None and refs.wants(ref, self._wanted):
                    yield ref
        self.complete = True

    def draft(self, ref: Ref) -> DatasetDraft:
        """Build the draft of one dataset from its reference, without network."""
        return draft_of(ref)

    def state(self) -> str:
        """ETags of both indices, or empty where the service gives none."""
        missing: SourceMissing | None = None
        for url, orgs_url in self._addresses():
            try:
                etag = self._http.head(url).etag
            except SourceMissing as error:
                missing = missing or error
                continue
            orgs_etag = self._http.head(orgs_url).etag if orgs_url else "none"
            return f"{url} {etag} {orgs_etag}" if etag and orgs_etag else ""
        raise missing or SourceMissing("http.address", url=self._url)

    def _addresses(self) -> Iterator[tuple[str, str]]:
        """Addresses of the dataset index and of the organisations to try, best first."""
        base, _, last = self._url.rpartition("/")
        if last.startswith(("datasets-", "dataset-index-")):
            legacy = last.startswith("dataset-index-")
            yield self._url, "" if legacy else f"{base}/{INDICES[0][1]}"
            return
        for datasets, organisations in INDICES:
            yield f"{self._url}/{datasets}", f"{self._url}/{organisations}" if organisations else ""

    @contextmanager
    def _dataset_index(self) -> Generator[tuple[BinaryIO, str, str]]:
        """The dataset index in a temporary file, its address, and that of the organisations."""
        with tempfile.TemporaryFile() as stream:
            missing: SourceMissing | None = None
            for url, orgs_url in self._addresses():
                try:
                    self._http.download(url, stream)
                except SourceMissing as error:
                    missing = missing or error
                    continue
                yield stream, url, orgs_url
                return
            raise missing or SourceMissing("http.address", url=self._url)

    def _survey(self, stream: BinaryIO, url: str) -> str:
        """Read the index once without keeping it: how many records, made when."""
        stream.seek(0)
        listing = JsonListing(stream, "datasets", url)
        total = 0
        for _ in listing.records():
            total += 1
            if total > self._max:
                raise SourceRefused("index.many", url=url, count=self._max)
        self.total = total
        return clean(listing.scalars.get(_STAMP))

    def _read_organisations(self, refs: BulkRefs, url: str, stamp: str) -> None:
        with tempfile.TemporaryFile() as stream:
            self._http.download(url, stream)
            stream.seek(0)
            listing = JsonListing(stream, "reporting_orgs", url)
            for count, (_, value) in enumerate(listing.records()):
                if count > self._max:
                    raise SourceRefused("index.many", url=url, count=self._max)
                refs.add_organisation(value)
        own = clean(listing.scalars.get(_STAMP))
        if own and stamp and own != stamp:
            raise SourceUnavailable("index.mismatch", url=url, datasets=stamp, organisations=own)
