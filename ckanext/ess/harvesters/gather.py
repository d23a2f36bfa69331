"""First stage of a run: read the listing, compare, settle the organisations, hand out batches."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from ckan import model
from ckan.lib import search
from ckan.plugins import toolkit as tk
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectError, HarvestSource

from ckanext.ess.harvesters import adoption, changes, losses, marks, memory
from ckanext.ess.harvesters.names import free_name
from ckanext.ess.harvesters.organisations import Organisations
from ckanext.ess.harvesters.plan import Plan, Planner
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.harvesters.work import batches, dumped
from ckanext.ess.mapping.datasets import tag_names
from ckanext.ess.sources.base import Ref, Source
from ckanext.ess.store.harvest import HarvestRun

log = logging.getLogger(__name__)


class Gathering:
    """One gather stage.

    Args:
        job: the harvest job; its source must be of ours.
        settings: of the source.
        source: the catalogue.
        planner: compares its listing with what was last seen.
        user: name of the user who makes organisations.
        run: what to count in; it may be for a few datasets only.
    """

    def __init__(
        self,
        job: HarvestJob,
        settings: Settings,
        source: Source,
        planner: Planner,
        user: str,
        run: HarvestRun,
    ) -> None:
        self._job_id: str = job.id
        self._source_id: str = job.source.id
        self._settings = settings
        self._source = source
        self._planner = planner
        self._user = user
        self.run = run

    def gather(self) -> list[str]:
        """Do it.

        Returns:
            Harvest objects to process, one per batch; none when nothing changed.

        Raises:
            SourceError: the listing cannot be read.
            TooManyLostError: more is gone than is believed.
        """
        listing = "" if self.run.only else self._source.state()
        due = losses.gone_before(self._settings, memory.utcnow())
        if listing and memory.nothing_left(self._source_id, listing, due):
            self._same_as_before(listing)
            return []
        plan = self._planner.plan(self._source, self._refs(), losses.confirmed(self._source_id, self.run.id))
        self._adopt(plan)
        self._leave_others(plan)
        self._enter_plan(plan, listing)
        self._settle_organisations(plan)
        self._give_names(plan)
        self._make_tags(plan)
        ids = self._hand_out(plan)
        self._finish(over=not ids)
        return ids

    def fail(self, said: str, *, stopped: str = "", lost: int = 0) -> None:
        """Note that the listing could not be read, or was not believed."""
        self.run.error, self.run.stopped, self.run.loss = said, stopped, lost
        self._finish(over=True)

    def skip(self, said: str) -> None:
        """Note that there is nothing to be read just now, which is nobody's fault."""
        self.run.notes, self.run.stopped = [said], "mismatch"
        self._finish(over=True)

    def _refs(self) -> Iterator[Ref]:
        """The listing; of a run for a few datasets, these."""
        if not self.run.only:
            yield from self._source.refs()
            return
        for guid in self.run.only:
            ref = self._source.find(guid)
            if ref is not None:
                yield ref
                continue
            said = tk._("{dataset}: the catalogue does not list this dataset.").format(dataset=guid)
            self.run.notes = [*self.run.notes, said]

    def _same_as_before(self, listing: str) -> None:
        before = memory.last_whole(self._source_id)
        if before is not None:
            self.run.found, self.run.filtered = before.found, before.filtered
            self.run.unchanged, self.run.gone = before.found - before.filtered, before.gone
        self.run.listing, self.run.complete = listing, True
        self._finish(over=True)

    def _adopt(self, plan: Plan) -> None:
        source = model.Session.get(HarvestSource, self._source_id)
        adopted = adoption.adopt(source, self._settings, plan.works)
        if adopted:
            said = tk._(
                "{count} datasets that were here already are taken over. Stop the source that brought them: "
                "it would write them as well."
            )
            self.run.notes = [*self.run.notes, said.format(count=len(adopted))]

    def _leave_others(self, plan: Plan) -> None:
        """Two catalogues may list one dataset: the first that brought it keeps it."""
        new = {work.package_id: work for work in plan.works if work.action == "add"}
        taken = memory.owners(new, self._source_id)
        if taken:
            plan.works = [work for work in plan.works if work.package_id not in taken]
            plan.left_out += len(taken)
            said = tk._("{count} datasets are left out: another source already brings them.")
            self.run.notes = [*self.run.notes, said.format(count=len(taken))]
        for package_id in memory.existing(set(new) - set(taken)):
            new[package_id].action = "update"

    def _enter_plan(self, plan: Plan, listing: str) -> None:
        run = self.run
        run.listing, run.complete = listing, self._source.complete
        run.found = plan.found if run.only else max(plan.found, self._source.total or 0)
        run.filtered, run.unchanged = run.found - plan.found + plan.left_out, plan.unchanged
        run.to_add, run.to_update, run.gone = plan.count("add"), plan.count("update"), len(plan.gone)
        run.to_index, run.to_remove = plan.count("index"), plan.count("delete", "archive")
        if not (run.complete or run.only):
            said = tk._("The list of datasets could not be read as a whole; nothing is taken for gone.")
            run.notes = [*run.notes, said]
        memory.remember_filtered(self._source_id, plan.filtered)
        memory.mark_back(self._source_id, plan.back)
        memory.mark_gone(self._source_id, plan.gone)
        marks.keep_marks(self._source_id, plan.marks)
        if plan.works:
            changes.forget_older(self._source_id)
        for guid, said in plan.refused:
            entry = HarvestObject(
                guid=guid,
                job=model.Session.get(HarvestJob, self._job_id),
                state="ERROR",
                report_status="errored",
            )
            model.Session.add(entry)
            model.Session.add(HarvestObjectError(message=said, object=entry, stage="Import"))
        run.failed = run.refused = len(plan.refused)
        model.Session.commit()

    def _settle_organisations(self, plan: Plan) -> None:
        organisations = Organisations(self._source_id, self._user, frozenset(self._settings.keep))
        for work in plan.works:
            if work.dataset:
                work.organization_id = organisations.of(work.draft().publisher)
        self.run.publishers_added, self.run.publishers_updated = organisations.added, organisations.updated
        self.run.notes = [*self.run.notes, *organisations.notes]
        model.Session.commit()
        if organisations.updated:
            search.commit()

    def _give_names(self, plan: Plan) -> None:
        """Names in one place and one go: two consumers could not agree on them."""
        new = [work for work in plan.works if work.action == "add"]
        if not new:
            return
        taken = memory.taken_names()
        for work in new:
            draft = work.draft()
            work.name = free_name(draft.name or draft.title, draft.publisher.name, taken)
            taken.add(work.name)

    def _make_tags(self, plan: Plan) -> None:
        """Make the missing tags now: CKAN lets two consumers make the same one twice."""
        names = {name for work in plan.works if work.dataset for name in tag_names(work.draft().tags)}
        for part in memory.chunks(sorted(names)):
            query = sa.select(model.Tag.name).where(
                model.Tag.name.in_(part), model.Tag.vocabulary_id.is_(None)
            )
            model.Session.add_all(
                model.Tag(name=name) for name in set(part) - set(model.Session.scalars(query))
            )
        model.Session.commit()

    def _hand_out(self, plan: Plan) -> list[str]:
        """One harvest object per batch, all in one transaction, none kept in memory once it is sent."""
        works, plan.works = plan.works, []
        ids: list[str] = []
        for batch in batches(works):
            lead = {
                "id": str(uuid.uuid4()),
                "guid": batch[0].guid,
                "harvest_job_id": self._job_id,
                "harvest_source_id": self._source_id,
                "content": dumped(batch),
            }
            model.Session.execute(sa.insert(HarvestObject).values(lead))
            ids.append(lead["id"])
            for work in batch:
                work.dataset = None
        model.Session.commit()
        return ids

    def _finish(self, *, over: bool) -> None:
        self.run.gathered = memory.utcnow()
        if over:
            self.run.finished = self.run.gathered
        model.Session.add(self.run)
        model.Session.commit()
