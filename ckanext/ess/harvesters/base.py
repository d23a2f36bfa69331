"""What our harvesters share: the three stages of ckanext-harvest around a framework-free source."""

from __future__ import annotations

import logging
import uuid
from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal
from urllib.parse import urlsplit

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest import queue
from ckanext.harvest.harvesters import HarvesterBase
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestSource

from ckanext.ess.harvesters import marks, memory, remote
from ckanext.ess.harvesters.download import Downloads
from ckanext.ess.harvesters.gather import Gathering
from ckanext.ess.harvesters.heartbeat import working_on
from ckanext.ess.harvesters.losses import TooManyLostError
from ckanext.ess.harvesters.packages import Packages
from ckanext.ess.harvesters.plan import Planner
from ckanext.ess.harvesters.preview import preview
from ckanext.ess.harvesters.settings import Settings, read_settings
from ckanext.ess.harvesters.work import Work, dumped, guids, loaded
from ckanext.ess.harvesters.write import Writer
from ckanext.ess.mapping.datasets import enriched
from ckanext.ess.sources.addresses import public_form
from ckanext.ess.sources.base import Source, SourceError, SourceRefused
from ckanext.ess.sources.http import Http
from ckanext.ess.store.harvest import HarvestedDataset
from ckanext.ess.store.harvest_preview import Preview

log = logging.getLogger(__name__)

#: Identifiers of datasets are derived in here from their upstream identifiers: the same on every portal and
#: run.
NAMESPACE = uuid.UUID("0d6b6c0e-3c0e-5b7a-9a53-1d6f3f0f8c11")

#: Two lists of a catalogue were not made together: it is being renewed, the next run finds it whole.
MISMATCH = "index.mismatch"


def N_(text: str) -> str:  # noqa: N802 - the name by which translators' tools find it
    """Mark a text that is translated where it is shown."""
    return text


class EssHarvester(HarvesterBase):
    """A harvester of ours. A class per source says what the source is; everything else is here.

    Attributes:
        source_type: name of the source type in ckanext-harvest.
        title: what people call it.
        description: one sentence for the form of a new source.
        identity: catalogues with the same word give the same dataset the same identifier.
        key_header: in which the catalogue wants a key, where it wants one.
        force_import: ckanext-harvest sets it to have objects written again though nothing changed.
    """

    source_type: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    identity: ClassVar[str]
    key_header: ClassVar[str] = "Authorization"
    force_import = False

    @abstractmethod
    def source(self, url: str, http: Http, settings: Settings) -> Source:
        """The catalogue at an address."""

    def info(self) -> dict[str, str]:
        """What ckanext-harvest shows of the source type."""
        return {
            "name": self.source_type,
            "title": self.title,
            "description": tk._(self.description),
            "form_config_interface": "Text",
        }

    def validate_config(self, text: str | None) -> str | None:
        """Check the configuration of a source.

        Raises:
            ValueError: with a sentence for each fault.
        """
        read_settings(text, self.source_type)
        return text

    def get_original_url(self, harvest_object_id: str) -> str | None:
        """Address of the file that a harvest object stands for."""
        entry = HarvestObject.get(harvest_object_id)
        works = [work for work in loaded(entry.content) if work.guid == entry.guid] if entry else []
        if not works or not works[0].dataset:
            return None
        draft = works[0].draft()
        return draft.source_url or draft.cached_url or None

    def gather_stage(self, harvest_job: HarvestJob) -> list[str] | None:
        """List, compare, and hand out what changed; nothing of the unchanged is touched."""
        try:
            settings, gathering = self._gathering(harvest_job)
        except Exception as error:
            # no table, no valid setting: a gather stage that raises would end ckanext-harvest's consumer
            log.exception("Gathering of source %s", harvest_job.source.id)
            return self._failed(None, harvest_job, _said(error))
        try:
            with working_on(queue.get_gather_routing_key(), harvest_job.id):
                _refuse_password(harvest_job.source.url)
                return gathering.gather()
        except SourceError as error:
            log.warning("Source %s could not be listed: %s", harvest_job.source.id, error)
            if error.code == MISMATCH:
                model.Session.rollback()
                gathering.skip(error.sentence(settings.language))
                return []
            return self._failed(gathering, harvest_job, error.sentence(settings.language))
        except TooManyLostError as error:
            log.warning("Source %s: %d of %d datasets lost", harvest_job.source.id, error.lost, error.known)
            return self._failed(gathering, harvest_job, error.sentence(), lost=error.lost)
        except Exception as error:
            log.exception("Gathering of source %s", harvest_job.source.id)
            return self._failed(gathering, harvest_job, _said(error))

    def _gathering(self, harvest_job: HarvestJob) -> tuple[Settings, Gathering]:
        settings = read_settings(harvest_job.source.config, self.source_type)
        run = memory.begun(harvest_job.id, harvest_job.source.id)
        catalogue = self.catalogue(harvest_job.source, settings, afresh=bool(run.only))
        planner = self.planner(harvest_job.source, settings, run.only)
        return settings, Gathering(harvest_job, settings, catalogue, planner, self._get_user_name(), run)

    def catalogue(self, source: HarvestSource, settings: Settings, *, afresh: bool = False) -> Source:
        """The catalogue of a harvest source; unless asked afresh, it knows what earlier runs saw."""
        found = self.source(source.url, self.http(), settings)
        if found.remembers and not afresh:
            found.recall(marks.known(source.id))
        return found

    def planner(self, source: HarvestSource, settings: Settings, only: Sequence[str] = ()) -> Planner:
        """Compares what a harvest source has with what was last seen of it."""
        return Planner(settings, memory.seen(source.id), self._package_id, memory.utcnow(), only)

    def preview(self, source: HarvestSource, look: int) -> Preview:
        """What a run of a harvest source would do; see :func:`ckanext.ess.harvesters.preview.preview`."""
        _refuse_password(source.url)
        settings = read_settings(source.config, self.source_type)
        catalogue, planner = self.catalogue(source, settings), self.planner(source, settings)
        return preview(source, catalogue, planner, self.http(), look)

    def _failed(
        self, gathering: Gathering | None, harvest_job: HarvestJob, said: str, *, lost: int = 0
    ) -> None:
        model.Session.rollback()
        if gathering is not None:
            gathering.fail(said, stopped="loss" if lost else "", lost=lost)
        HarvestGatherError.create(said, harvest_job)

    def fetch_stage(self, harvest_object: HarvestObject) -> bool:
        """Read the files of a batch; what cannot be read is noted, and its dataset goes on without."""
        settings = read_settings(harvest_object.source.config, self.source_type)
        with working_on(queue.get_fetch_routing_key(), harvest_object.id):
            works = self._left_of(harvest_object)
            model.Session.commit()  # no transaction is kept open while others' servers are waited for
            Downloads(self.http(), settings).read(works)
        harvest_object.content = dumped(works)
        return True

    def import_stage(self, harvest_object: HarvestObject) -> bool | Literal["unchanged"]:
        """Write the datasets of a batch; the answer is that of the dataset whose object this is."""
        settings = read_settings(harvest_object.source.config, self.source_type)
        lead = harvest_object.guid
        # set for one call; left as it is, later runs of the process would overwrite what people edit
        forced, self.force_import = self.force_import, False
        with working_on(queue.get_fetch_routing_key(), harvest_object.id):
            works = self._left_of(harvest_object, forced=forced)
            before = memory.rows(harvest_object.source.id, guids(works))
            for work in works:
                if work.facts is None and work.guid in before:
                    work.facts = before[work.guid].facts
                work.restore = work.guid in before and before[work.guid].removed_how != ""
            run = memory.run_of(harvest_object.harvest_job_id)
            run_id = run.id if run and not forced else ""
            works = self._without_filtered(harvest_object, settings, works, run_id)
            packages = Packages(self._get_user_name(), settings, {} if forced else before)
            outcome = Writer(harvest_object, run_id, packages).write(works)
            memory.finish_with(run_id, harvest_object.harvest_job_id, harvest_object.id)
        if lead in outcome.failed:
            return False
        if outcome.done.get(lead, "not modified") == "not modified":
            return True if harvest_object.package_id else "unchanged"
        return True

    def _left_of(self, harvest_object: HarvestObject, *, forced: bool = False) -> list[Work]:
        """Works of a batch without those that an earlier delivery of the same message already did."""
        works = loaded(harvest_object.content)
        known = memory.rows(harvest_object.source.id, guids(works))
        if forced:
            for work in works:
                work.action = "update" if work.guid in known else work.action
            return [work for work in works if work.dataset]
        return [work for work in works if _is_left(work, known.get(work.guid), harvest_object.job.created)]

    def _without_filtered(
        self, harvest_object: HarvestObject, settings: Settings, works: Sequence[Work], run_id: str
    ) -> list[Work]:
        """Leave out new datasets of which only the file could tell that they are not wanted."""
        wanted = settings.wanted
        out = [
            work
            for work in works
            if work.action == "add" and not wanted.keeps(enriched(work.draft(), work.file_facts()))
        ]
        if out:
            planner = Planner(settings, {}, self._package_id, memory.utcnow())
            memory.remember_filtered(
                harvest_object.source.id,
                [(work.guid, work.content, planner.left_out_stamp(work.fingerprint)) for work in out],
            )
            memory.count(run_id, filtered=len(out), to_add=-len(out))
            model.Session.commit()
        gone = {work.guid for work in out}
        return [work for work in works if work.guid not in gone]

    def _package_id(self, guid: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self.identity}:{guid}"))

    def http(self) -> Http:
        """How remote files are read."""
        return remote.http(self.key_header)


def _is_left(work: Work, row: HarvestedDataset | None, since: datetime) -> bool:
    """Whether there is something left to do, which may be less than was planned.

    A consumer may have been killed after it saved a dataset and before the search index had it.
    """
    if work.removes:
        return row is not None and row.gone_since is not None and row.removed is None
    if row is None or row.package_id is None:
        return True
    same = (row.content, row.fingerprint) == (work.content, work.fingerprint)
    if work.action == "index" or (same and row.written is not None and row.written >= since):
        work.action = "index"
        return not row.indexed
    if work.action == "add":
        work.action = "update"
    return True


def _refuse_password(url: str) -> None:
    """A source's address is read by everybody.

    Raises:
        SourceRefused: it holds a user or a password.
    """
    if urlsplit(url).username is not None:
        raise SourceRefused("address.password", url=public_form(url))


def _said(error: Exception) -> str:
    """An unexpected error in one sentence; with what to do where our tables are missing."""
    if isinstance(error, sa.exc.ProgrammingError) and "ess_harvest" in str(error):
        return tk._("The tables of this harvester are missing: run “ckan db upgrade -p ess”.")
    return f"{type(error).__name__}: {error}"[:1000]
