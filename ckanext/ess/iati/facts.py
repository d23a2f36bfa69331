"""What a catalogue wants to know of a file: facets, counts, dates, hashes, learnt in one pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ckanext.ess.iati.gather import Gathered, day, gather
from ckanext.ess.iati.read import IatiFile, Limits, parse
from ckanext.ess.iati.read.raw import Source
from ckanext.ess.iati.standard.versions import normalise
from ckanext.ess.iati.timeless import TimelessHash


@dataclass(frozen=True)
class FileFacts:
    """Facts of one file. Tuples are sorted and without repeats; empty where the file says nothing.

    ``version`` is the version of the standard that the declared text stands for (``1.0`` and nothing mean
    ``1.01``), empty where it stands for none. ``regions`` are codes of the OECD DAC list (vocabulary 1,
    absent or ``DAC``). ``sdgs`` are goals 1 to 17, from sectors (vocabularies 7 and 8) and tags (2 and 3).
    ``data_date`` is the day of the latest ``last-updated-datetime``, else of the root's
    ``generated-datetime``. ``content_hash`` is the SHA-1 of the uncompressed content without its
    ``generated-datetime``, ``file_hash`` that of the bytes as they came, ``size`` their number.
    ``problems`` are codes of the reader's problems.
    """

    file_type: str = ""
    version: str = ""
    declared_version: str = ""
    activity_count: int = 0
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    sector_groups: tuple[str, ...] = ()
    sdgs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    humanitarian: bool = False
    data_date: str = ""
    publisher_ref: str = ""
    publisher_name: str = ""
    secondary_reporter: bool = False
    content_hash: str = ""
    file_hash: str = ""
    size: int = 0
    problems: tuple[str, ...] = ()


def read_facts(source: Source, *, limits: Limits | None = None) -> FileFacts:
    """Read a file once and return its facts; bad content shows in ``problems``, never as an exception.

    Args:
        source: path, or binary stream at its start (not closed here).
        limits: sizes and times past which reading stops.
    """
    file_hash = hashlib.sha1(usedforsecurity=False)
    content_hash = TimelessHash()
    gathered = Gathered()
    with IatiFile(source, limits, raw=file_hash.update, content=content_hash.update) as document:
        for piece in document.pieces():
            if document.root is None or not piece.number:
                continue
            gathered.count += 1
            parsed = parse(piece, document.root, document.limits)
            for problem in parsed.problems:
                document.tell(problem)
            if parsed.element is not None:
                gather(parsed.element, gathered)
        document.drain()
        return _facts(document, gathered, content_hash.hexdigest(), file_hash.hexdigest())


def _facts(document: IatiFile, gathered: Gathered, content_hash: str, file_hash: str) -> FileFacts:
    root = document.root
    declared = (root.version or "") if root else ""
    groups = gathered.sector_groups | {code[:3] for code in gathered.sectors}
    return FileFacts(
        file_type=root.file_type if root else "",
        version=normalise(root.version or "") if root else "",
        declared_version=declared,
        activity_count=gathered.count,
        countries=tuple(sorted(gathered.countries)),
        regions=tuple(sorted(gathered.regions)),
        sectors=tuple(sorted(gathered.sectors)),
        sector_groups=tuple(sorted(groups)),
        sdgs=tuple(sorted(gathered.sdgs, key=int)),
        languages=tuple(sorted(gathered.languages)),
        humanitarian=gathered.humanitarian,
        data_date=gathered.updated or (day(root.attributes.get("generated-datetime", "")) if root else ""),
        publisher_ref=gathered.publisher_ref,
        publisher_name=gathered.publisher_name,
        secondary_reporter=gathered.secondary_reporter,
        content_hash=content_hash,
        file_hash=file_hash,
        size=document.size,
        problems=tuple(dict.fromkeys(problem.code for problem in document.problems)),
    )
