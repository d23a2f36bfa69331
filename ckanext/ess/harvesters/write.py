"""Writes datasets in batches through CKAN's own actions: one transaction, then one commit of the index.

``package_create`` and ``package_update`` with ``defer_commit`` and ``return_id_only`` validate, save, and
call every plugin's hooks, but neither commit nor index; both are done here once per batch. When anything in
a batch is refused, CKAN rolls the whole transaction back: the batch is then written dataset by dataset, so
that one bad dataset costs its neighbours time and nothing else.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ckan import logic, model
from ckan.lib import search
from ckan.plugins import toolkit as tk
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectError

from ckanext.ess.harvesters import changes, losses, memory
from ckanext.ess.harvesters.packages import Packages
from ckanext.ess.harvesters.refusals import sentence
from ckanext.ess.harvesters.work import Work, dumped, guids
from ckanext.ess.index import shown

log = logging.getLogger(__name__)

#: What ckanext-harvest calls it.
REPORT = {
    "add": "added",
    "update": "updated",
    "index": "not modified",
    "delete": "deleted",
    "archive": "updated",
}
COUNTED = {"add": "added", "update": "updated", "delete": "deleted", "archive": "archived"}


@dataclass
class Outcome:
    """What became of each work of a batch."""

    done: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class Writer:
    """Writes the works of one batch.

    Args:
        lead: the harvest object whose message brought the batch; it stands for its first dataset.
        run_id: the run to count in.
        packages: makes and changes datasets.
    """

    def __init__(self, lead: HarvestObject, run_id: str, packages: Packages) -> None:
        self._lead_id: str = lead.id
        self._lead_guid: str = lead.guid
        self._job_id: str = lead.harvest_job_id
        self._source_id: str = lead.harvest_source_id
        self._run_id = run_id
        self._packages = packages

    def write(self, works: Sequence[Work]) -> Outcome:
        """Save, make searchable, and count; never raises for what is wrong with a dataset."""
        outcome = Outcome()
        for work in works:
            if work.action == "delete":
                self._delete(work, outcome)
        works = [work for work in works if work.action != "delete"]
        try:
            outcome.done.update(self._together(works) if works else {})
        except Exception as error:  # noqa: BLE001 - a refusal, the database's, any plugin's: then one by one
            model.Session.rollback()
            log.info("Batch of %d written one by one: %s", len(works), _said(error))
            for work in works:
                self._alone(work, outcome)
        self._make_searchable()
        return outcome

    def _together(self, works: Sequence[Work]) -> dict[str, str]:
        """Save works in one transaction, then index them."""
        with shown.once():
            return self._save(works)

    def _save(self, works: Sequence[Work]) -> dict[str, str]:
        notes = {work.guid: self._packages.save(work) for work in works}
        self._enter_objects(works, notes)
        memory.remember([self._row(work) for work in works if work.action in ("add", "update")])
        losses.mark_removed(self._source_id, works)
        self._note_changes(works)
        model.Session.flush()
        context = {"ignore_auth": True, "user": self._packages.user, "session": model.Session}
        documents = [shown.both(context, work.package_id) for work in works]
        memory.count(self._run_id, **_counts(works))
        model.repo.commit()
        self._index(works, documents)
        return {work.guid: REPORT[work.action] for work in works}

    def _delete(self, work: Work, outcome: Outcome) -> None:
        """Delete one dataset; what we note of it is committed by the same commit."""
        try:
            self._enter_objects([work], {work.guid: ""})
            losses.mark_removed(self._source_id, [work])
            self._note_changes([work])
            memory.count(self._run_id, **_counts([work]))
            model.Session.flush()
            self._packages.delete(work)
        except Exception as error:
            model.Session.rollback()
            said = outcome.failed[work.guid] = _said(error)
            log.warning("%s: %s", work.guid, said, exc_info=True)
            self._enter_failure(work, said)
        else:
            outcome.done[work.guid] = REPORT[work.action]

    def _note_changes(self, works: Sequence[Work]) -> None:
        changes.note(
            self._run_id,
            [
                (
                    work.guid,
                    work.package_id,
                    "restore" if work.restore else work.action,
                    self._packages.changed.get(work.guid, {}),
                )
                for work in works
                if work.action != "index"
            ],
        )

    def _alone(self, work: Work, outcome: Outcome) -> None:
        said = ""
        for lenient in (False, True):
            self._packages.lenient = lenient
            try:
                outcome.done.update(self._together([work]))
            except Exception as error:
                model.Session.rollback()
                said = _said(error)
                log.log(
                    logging.WARNING if lenient else logging.INFO, "%s: %s", work.guid, said, exc_info=True
                )
            else:
                return
            finally:
                self._packages.lenient = False
        self._enter_failure(work, said)
        outcome.failed[work.guid] = said

    def _index(self, works: Sequence[Work], documents: Iterable[Any]) -> None:
        """Hand documents to the search index.

        What it does not take stays marked, and the next run does it.
        """
        indexed: list[Work] = []
        try:
            for work, document in zip(works, documents, strict=True):
                logic.index_update_package_dicts(document, defer_commit=True)
                indexed.append(work)
        except search.SearchIndexError as error:
            log.warning("Saved but not yet searchable: %s", error)
            said = tk._("Some datasets are saved but not yet searchable; the next run makes them so. {error}")
            memory.note(self._run_id, said.format(error=str(error)[:300]))
        memory.mark_indexed(self._source_id, guids(indexed))
        model.repo.commit()

    def _make_searchable(self) -> None:
        try:
            search.commit()
        except search.SearchIndexError:
            log.warning("The search index did not commit; it will with the next batch", exc_info=True)

    def _enter_objects(self, works: Sequence[Work], notes: dict[str, str]) -> None:
        """One harvest object per dataset, current, with what went wrong short of not writing it."""
        model.Session.execute(
            sa.update(HarvestObject)
            .where(HarvestObject.package_id.in_([work.package_id for work in works]), HarvestObject.current)
            .values(current=False)
            .execution_options(synchronize_session="fetch")
        )
        for work in works:
            entry = self._object(work)
            entry.package_id, entry.current = work.package_id, work.action != "delete"
            entry.content = dumped([work])
            model.Session.add(entry)
            for stage, said in (("Fetch", work.problem), ("Import", notes[work.guid])):
                if said:
                    model.Session.add(HarvestObjectError(message=said, object=entry, stage=stage))

    def _object(self, work: Work) -> HarvestObject:
        """The harvest object of a dataset: the batch's own for its first, a finished one for each other."""
        if work.guid == self._lead_guid:
            return model.Session.get(HarvestObject, self._lead_id)
        now = memory.utcnow()
        return HarvestObject(
            guid=work.guid,
            job=model.Session.get(HarvestJob, self._job_id),
            harvest_source_id=self._source_id,
            state="COMPLETE",
            report_status=REPORT[work.action],
            fetch_started=now,
            fetch_finished=now,
            import_started=now,
            import_finished=now,
        )

    def _enter_failure(self, work: Work, said: str) -> None:
        entry = self._object(work)
        entry.state, entry.report_status = "ERROR", "errored"
        entry.content = dumped([work])
        model.Session.add(entry)
        model.Session.add(HarvestObjectError(message=said, object=entry, stage="Import"))
        memory.count(self._run_id, failed=1)
        model.repo.commit()

    def _row(self, work: Work) -> dict[str, Any]:
        return {
            "source_id": self._source_id,
            "guid": work.guid,
            "package_id": work.package_id,
            "content": work.content,
            "fingerprint": work.fingerprint,
            "indexed": False,
            "problem": work.problem,
            "retry_after": memory.next_try(later=work.later) if work.problem else None,
            "gone_since": None,
            "removed": None,
            "removed_how": "",
            "mark": work.mark,
            "reuses": (work.dataset or {}).get("reuses"),
            "facts": work.facts,
            "harvested": self._packages.written[work.guid],
            "written": memory.utcnow(),
        }


def _counts(works: Sequence[Work]) -> dict[str, int]:
    counts = Counter(COUNTED[work.action] for work in works if work.action in COUNTED)
    counts["unreadable"] = sum(bool(work.problem) for work in works)
    counts["restored"] = sum(work.restore for work in works)
    return dict(counts)


def _said(error: Exception) -> str:
    """An error in one line that a person can use."""
    if isinstance(error, tk.ValidationError):
        return sentence(error.error_dict)
    return str(getattr(error, "orig", None) or error or type(error).__name__).strip()[:1000]
