"""What a run would do, without doing it: read upstream, compared with memory, written nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckanext.harvest.model import HarvestSource

from ckanext.ess.harvesters import adoption, changes, losses, memory
from ckanext.ess.harvesters.download import Downloads
from ckanext.ess.harvesters.losses import TooManyLostError
from ckanext.ess.harvesters.plan import Planner
from ckanext.ess.harvesters.settings import read_settings
from ckanext.ess.harvesters.work import Work, guids
from ckanext.ess.mapping.datasets import enriched, to_package
from ckanext.ess.schema.licences import from_harvested
from ckanext.ess.sources.base import Source
from ckanext.ess.sources.http import Http
from ckanext.ess.store.harvest_preview import Preview


def preview(source: HarvestSource, catalogue: Source, planner: Planner, http: Http, look: int) -> Preview:
    """Find out what a run of a source would do; the database refuses to be written to meanwhile.

    Args:
        source: the source.
        catalogue: what it stands for.
        planner: compares its listing with what was last seen.
        http: how to read files.
        look: how many datasets to compare field by field, their files read.

    Raises:
        SourceError: the listing cannot be read.
    """
    model.Session.rollback()
    model.Session.execute(sa.text("SET TRANSACTION READ ONLY"))
    try:
        return _Look(source, catalogue, planner, http).preview(look)
    finally:
        model.Session.rollback()


class _Look:
    """One preview."""

    def __init__(self, source: HarvestSource, catalogue: Source, planner: Planner, http: Http) -> None:
        self._source = source
        self._source_id: str = source.id
        self._catalogue = catalogue
        self._planner = planner
        self._http = http
        self._settings = read_settings(source.config, source.type)

    def preview(self, look: int) -> Preview:
        catalogue = self._catalogue
        try:
            plan = self._planner.plan(catalogue, catalogue.refs(), losses.confirmed(self._source_id))
        except TooManyLostError as error:
            return Preview(stopped=error.sentence(), gone=error.lost)
        adoption.adopt(self._source, self._settings, plan.works)
        found = Preview(
            found=max(plan.found, catalogue.total or 0), unchanged=plan.unchanged, gone=len(plan.gone)
        )
        found.filtered = found.found - plan.found + plan.left_out
        written = [work for work in plan.works if work.action in ("add", "update")]
        fields = self._fields(written[:look])
        found.looked_at = len(fields)
        names = self._names(plan.works)
        found.entries = [self._entry(work, names, fields) for work in plan.works if work.action != "index"]
        found.entries += [
            {"action": "refuse", "guid": guid, "dataset": guid, "title": "", "fields": {}, "message": said}
            for guid, said in plan.refused
        ]
        return found

    def _fields(self, works: Sequence[Work]) -> dict[str, dict[str, list[Any]]]:
        """Fields that would differ, by upstream identifier."""
        before = memory.rows(self._source_id, guids(works))
        Downloads(self._http, self._settings).read(works)
        found: dict[str, dict[str, list[Any]]] = {}
        for work in works:
            row = before.get(work.guid)
            if work.facts is None and row is not None:
                work.facts = row.facts
            after = to_package(
                enriched(work.draft(), None),
                work.file_facts(),
                package_id=work.package_id,
                licence=from_harvested,
                lang=self._settings.language,
            )
            found[work.guid] = changes.difference((row.harvested if row else None) or {}, after)
        return found

    def _names(self, works: Sequence[Work]) -> dict[str, tuple[str, str]]:
        """Name and title of the datasets that exist here."""
        found: dict[str, tuple[str, str]] = {}
        for part in memory.chunks([work.package_id for work in works]):
            query = sa.select(model.Package.id, model.Package.name, model.Package.title)
            rows = model.Session.execute(query.where(model.Package.id.in_(part)))
            found.update({identifier: (name, title or name) for identifier, name, title in rows})
        return found

    def _entry(
        self,
        work: Work,
        names: dict[str, tuple[str, str]],
        fields: dict[str, dict[str, list[Any]]],
    ) -> dict[str, Any]:
        draft = work.draft() if work.dataset else None
        told = fields.get(work.guid, {})
        title = told.get("title", ["", ""])[1] or (draft.title if draft else "")
        name, here = names.get(work.package_id, (draft.name if draft else work.guid, title))
        return {
            "action": "adopt" if work.adopted else "restore" if work.restore else work.action,
            "guid": work.guid,
            "dataset": name,
            "title": title or here or name,
            "fields": told if work.action == "update" else {},
            "message": work.problem,
        }
