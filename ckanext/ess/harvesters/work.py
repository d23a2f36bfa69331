"""The unit of work that travels from gathering to importing: one dataset, in a batch.

A batch is one message of the queue and one ``harvest_object`` (its first dataset's); the other datasets of
the batch get theirs when they are written, in the same transaction. So nothing waits in the database that a
lost message could leave there for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ckanext.ess.iati.facts import FileFacts
from ckanext.ess.mapping.plain import as_draft, as_plain, built
from ckanext.ess.sources.base import DatasetDraft

#: Datasets per batch at most and at least, and how many batches a small run is cut into for consumers.
BATCH, SMALLEST = 50, 5
SHARES = 4


@dataclass
class Work:
    """One dataset to write.

    Attributes:
        action: ``add``, ``update``, ``delete``, ``archive``, or ``index``: saved earlier, not yet searchable.
        mark: what the file's server says of it.
        restore: whether it was removed here earlier, and is back.
        adopted: whether the dataset was here already, harvested in another way.
        fetch: whether its file has to be read again.
        facts: what its file said, as :func:`~ckanext.ess.mapping.plain.as_plain` gives it.
        problem: why the file could not be read; ``later`` when that will not mend by itself soon.
    """

    guid: str
    package_id: str
    action: Literal["add", "update", "index", "delete", "archive"]
    content: str = ""
    fingerprint: str = ""
    name: str = ""
    organization_id: str = ""
    fetch: bool = False
    dataset: dict[str, Any] | None = None
    facts: dict[str, Any] | None = None
    problem: str = ""
    later: bool = False
    mark: str = ""
    restore: bool = False
    adopted: bool = False

    @property
    def removes(self) -> bool:
        """Whether the catalogue no longer has the dataset."""
        return self.action in ("delete", "archive")

    def draft(self) -> DatasetDraft:
        """What the catalogue says."""
        return as_draft(self.dataset or {})

    def file_facts(self) -> FileFacts | None:
        """What the file says, if it was read."""
        return built(FileFacts, self.facts) if self.facts else None

    def describe(self, draft: DatasetDraft, publisher: dict[str, Any] | None = None) -> None:
        """Take in what the catalogue says.

        Args:
            draft: what it says.
            publisher: the plain form of its publisher, where datasets of one share it in memory.
        """
        self.dataset = {**as_plain(draft), "publisher": publisher or as_plain(draft.publisher)}


def dumped(works: Sequence[Work]) -> str:
    """Works as the content of a harvest object."""
    return json.dumps({"works": [asdict(work) for work in works]})


def loaded(content: str | None) -> list[Work]:
    """Works from the content of a harvest object; none when it is not ours."""
    try:
        return [Work(**work) for work in json.loads(content or "{}").get("works", [])]
    except (ValueError, TypeError, AttributeError):
        return []


def batches(works: Sequence[Work], *, size: int = 0) -> Iterator[list[Work]]:
    """Works in batches, small enough that a few consumers have something to share."""
    size = size or max(SMALLEST, min(BATCH, -(-len(works) // SHARES)))
    for start in range(0, len(works), size):
        yield list(works[start : start + size])


def guids(works: Iterable[Work]) -> list[str]:
    """Upstream identifiers of works."""
    return [work.guid for work in works]
