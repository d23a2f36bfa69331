"""Puts a file's activities into their index while the file is checked: one reading feeds both.

Nothing that goes wrong here touches the verdict. It is logged and kept with the file, which is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ckan import model

from ckanext.ess.iati.extract import extract
from ckanext.ess.iati.extract.relations import Relations
from ckanext.ess.iati.read import Piece, Root
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.index.activities import writer
from ckanext.ess.index.activities.client import is_configured
from ckanext.ess.index.activities.documents import Documents
from ckanext.ess.index.activities.errors import ActivityIndexError
from ckanext.ess.index.activities.exchange import rates
from ckanext.ess.index.activities.money_documents import CHILDREN, corrected
from ckanext.ess.index.activities.origin import Origin
from ckanext.ess.index.activities.spool import Spool, encoded
from ckanext.ess.store import activity_locks, activity_state

log = logging.getLogger(__name__)

#: What IATI's root names call a file of activities.
ACTIVITIES = "activities"
FAULT, DISK, CHANGED = "fault", "disk", "changed"


class Indexing:
    """What one check of one file gives to the index. Called with each piece of the file, then :meth:`finish`.

    Args:
        origin: the file, its dataset and its publisher.
        is_ours: asked before the first document is written: whether this worker still may.
    """

    def __init__(self, origin: Origin, is_ours: Callable[[], bool] = lambda: True) -> None:
        self._origin = origin
        self._is_ours = is_ours
        self._run = uuid4().hex
        self._documents = Documents(origin, self._run)
        self._relations = Relations(rates())
        # the same few sets for all activities of a file
        self._kinds: list[frozenset[str]] = []
        self._known_kinds: dict[frozenset[str], frozenset[str]] = {}
        self._spool = Spool()
        self._money = self._problems = 0
        self._failure: dict[str, Any] | None = None

    def __call__(self, piece: Piece, element: Element | None, findings: Sequence[Finding]) -> None:
        """Take one piece of the file, parsed, with what was found in it."""
        if self._failure or not piece.number:
            return
        if element is None:
            self._problems += 1
            return
        if element.tag != "iati-activity":
            return
        try:
            self._take(piece, element, findings)
        except OSError as error:
            self._fail(DISK, error)
        except Exception as error:
            log.exception("Activity %d of resource %s", piece.number, self._origin.resource_id)
            self._fail(FAULT, error)

    def _take(self, piece: Piece, element: Element, findings: Sequence[Finding]) -> None:
        document = extract(element, _root(element), piece)
        self._relations.add(document)
        kinds = frozenset(row.type for row in document.money)
        self._kinds.append(self._known_kinds.setdefault(kinds, kinds))
        activity = self._documents.of(document, findings, piece.raw)
        self._money += len(activity.get(CHILDREN, ()))
        self._problems += len(document.problems)
        self._spool.add(activity)

    def finish(self, report: Report, content_hash: str) -> None:
        """Write the file's activities, or take out those of a file that has none any more.

        Args:
            report: the verdict's; only a file of activities has any.
            content_hash: of the file.
        """
        try:
            self._finish(report, content_hash)
        except ActivityIndexError as error:
            log.warning("Resource %s is not indexed: %s", self._origin.resource_id, error)
            self._failure = {"code": error.code, "params": error.params}
            self._note_failure()
        except (OSError, sa.exc.SQLAlchemyError) as error:
            log.exception("Resource %s is not indexed", self._origin.resource_id)
            self._fail(DISK if isinstance(error, OSError) else FAULT, error)
            self._note_failure()

    def close(self) -> None:
        """Let go of what was set aside."""
        self._spool.close()

    def _finish(self, report: Report, content_hash: str) -> None:
        if report.file_type != ACTIVITIES:
            activity_state.leave([self._origin.resource_id])
            return
        if self._failure:
            self._note_failure()
            return
        known = activity_state.known(self._origin.resource_id)
        if known and activity_state.holds(known, content_hash, self._origin.engine):
            return
        dataset = model.Session.get(model.Package, self._origin.dataset_id)
        if dataset is None or not self._is_ours():
            return
        writing = writer.Writing(
            run=self._run,
            resource_id=self._origin.resource_id,
            dataset=dataset,
            content_hash=content_hash,
            engine=self._origin.engine,
            activities=self._spool.count,
            money=self._money,
            problems=self._problems,
        )
        writer.write(writing, self._spool.lines(self._counted_once))

    def _counted_once(self, number: int, line: bytes) -> bytes:
        factors = {kind: self._relations.factor(number, kind) for kind in self._kinds[number]}
        reduced = {kind: factor for kind, factor in factors.items() if factor < 1}
        return encoded(corrected(line, reduced)) if reduced else line

    def _fail(self, code: str, error: BaseException) -> None:
        self._failure = {"code": code, "params": {"said": type(error).__name__}}

    def _note_failure(self) -> None:
        file = {"resource_id": self._origin.resource_id, "dataset_id": self._origin.dataset_id}
        try:
            with activity_locks.engine().begin() as connection:
                activity_state.fail(connection, file, self._failure or {})
        except sa.exc.SQLAlchemyError:
            log.exception("The failure of resource %s could not be kept", self._origin.resource_id)


def _root(element: Element) -> Root | None:
    """The root that the reader parsed an activity in, for its version and language."""
    root = element.getparent()
    if root is None:
        return None
    return Root(root.tag, ACTIVITIES, b"iati-activity", root.get("version"), dict(root.attrib))


def is_on() -> bool:
    """Whether the portal has an index, and the tables that go with it."""
    return is_configured() and activity_state.tables_exist()
