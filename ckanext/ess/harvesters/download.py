"""Reads the files of a batch, a few at a time, each within limits and without keeping it."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.harvesters.work import Work
from ckanext.ess.iati.facts import FileFacts, read_facts
from ckanext.ess.iati.read.kinds import Kind, sniff
from ckanext.ess.iati.read.problems import FATAL, Problem
from ckanext.ess.iati.read.sentences import sentence
from ckanext.ess.mapping.plain import as_plain
from ckanext.ess.sources.addresses import public_form
from ckanext.ess.sources.base import DatasetDraft, SourceError, SourceInvalid, SourceUnavailable
from ckanext.ess.sources.http import FILE_LIMITS, Http, Limits

log = logging.getLogger(__name__)

#: A file of this size is still kept in memory while it is read, a larger one on disk.
IN_MEMORY = 4 * 1024 * 1024
MEGABYTE = 1024 * 1024
#: Bytes from which the kind of a file can be told.
HEAD = 4096


class NotIatiError(SourceInvalid):
    """The file was read and is not IATI."""


class Downloads:
    """Reads what files say.

    Args:
        http: how to read remote files.
        settings: of the source.
    """

    def __init__(self, http: Http, settings: Settings) -> None:
        self._http = http
        self._lang = settings.language
        self._threads = settings.downloads
        size = settings.max_megabytes * MEGABYTE or FILE_LIMITS.max_bytes
        self._limits: Limits = replace(FILE_LIMITS, max_bytes=size, tries=2)

    def read(self, works: Sequence[Work]) -> None:
        """Put into each work that asks for it what its file says, or why it could not be read."""
        wanted = [work for work in works if work.fetch]
        if len(wanted) == 1:
            self._read_one(wanted[0])
        elif wanted:
            with ThreadPoolExecutor(min(self._threads, len(wanted)), "ess-download") as pool:
                list(pool.map(self._read_one, wanted))

    def _read_one(self, work: Work) -> None:
        draft, said = work.draft(), list[str]()
        for url in addresses(draft):
            try:
                facts = self._facts(url)
            except SourceError as error:  # noqa: PERF203
                if isinstance(error, NotIatiError) and not draft.surely_iati:
                    work.problem, work.fetch = "", False
                    return
                said.append(error.sentence(self._lang))
                work.later = not isinstance(error, SourceUnavailable)
            except Exception as error:
                log.exception("Reading of %s", url)
                said.append(f"{public_form(url)}: {type(error).__name__}: {error}"[:1000])
            else:
                work.facts, work.problem, work.fetch = as_plain(facts), "", False
                return
        work.problem = " ".join(dict.fromkeys(said)) or self._no_address(draft)

    def _facts(self, url: str) -> FileFacts:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as stream:
            self._http.download(url, stream, limits=self._limits)  # type: ignore[arg-type]
            stream.seek(0)
            kind = sniff(stream.read(HEAD))
            stream.seek(0)
            facts = read_facts(stream)  # type: ignore[arg-type]
        if not facts.file_type:
            raise NotIatiError(f"{public_form(url)}: {self._why_not(facts, kind)}")
        return facts

    def _why_not(self, facts: FileFacts, kind: Kind) -> str:
        code = next((code for code in facts.problems if code in FATAL), "wrong-root")
        said = sentence(Problem(code, params={"kind": kind.value}), self._lang)
        # the explanation may lack the details that facts do not carry; the title stands alone
        return said.explanation if code == "not-xml" else f"{said.title}."

    def _no_address(self, draft: DatasetDraft) -> str:
        if self._lang == "fr":
            return f"{draft.name} : le catalogue ne donne aucune adresse de fichier."
        return f"{draft.name}: the catalogue gives no address of a file."


def addresses(draft: DatasetDraft) -> Iterator[str]:
    """Where a file may be read, best first.

    The catalogue's copy spares the publisher's server and always answers.
    """
    yield from dict.fromkeys(url for url in (draft.cached_url, draft.source_url) if url)
