"""Datasets that a catalogue no longer lists: how many at once are believed, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.harvesters.memory import Seen
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.harvesters.work import Work
from ckanext.ess.store.harvest import HarvestedDataset, HarvestRun, utcnow

#: Fewer are believed whatever their share, as long as something is left.
FEW = 10
#: What a policy does: the action of a work, and how memory calls the outcome.
ACTIONS = {"delete": "delete", "archive": "archive"}
OUTCOMES = {"delete": "deleted", "archive": "archived"}


class TooManyLostError(Exception):
    """A run would lose more datasets than is believed without asking.

    Args:
        lost: how many.
        known: of how many.
        share: percent that are believed.
    """

    def __init__(self, lost: int, known: int, share: int) -> None:
        super().__init__(lost, known, share)
        self.lost, self.known, self.share = lost, known, share

    def sentence(self) -> str:
        """What happened and what to do, in the language of the moment."""
        return tk._(
            "{lost} of {known} datasets are no longer in the catalogue, which is more than {share} % "
            "(setting “max_loss”). Nothing was changed. If the catalogue is right, run it again with "
            "--confirm-loss: ckan ess harvest run NAME --confirm-loss"
        ).format(lost=self.lost, known=self.known, share=self.share)


def gone_before(settings: Settings, now: datetime) -> datetime | None:
    """What is gone since before then is removed; nothing is when the policy keeps everything."""
    return now - timedelta(days=settings.grace_days) if settings.when_gone in ACTIONS else None


def check(
    seen: Mapping[str, Seen], gone: list[str], settings: Settings, confirmed: int, *, listed: int
) -> None:
    """Refuse to believe that much is gone.

    Args:
        seen: what was last seen.
        gone: upstream identifiers of what is not listed.
        settings: of the source.
        confirmed: so many were confirmed by somebody.
        listed: how many datasets the catalogue lists.

    Raises:
        TooManyLostError: somebody has to confirm it.
    """
    known = sum(
        one.package_id is not None and not one.removed and not one.gone_since for one in seen.values()
    )
    lost = sum(not seen[guid].gone_since for guid in gone)
    believed = lost < FEW and listed > 0
    if lost and not believed and lost * 100 > known * settings.max_loss and lost > confirmed:
        raise TooManyLostError(lost, known, settings.max_loss)


def removals(seen: Mapping[str, Seen], gone: list[str], settings: Settings, now: datetime) -> list[Work]:
    """Works for what has been gone for longer than the grace period."""
    before = gone_before(settings, now)
    if before is None:
        return []
    due = [
        (guid, seen[guid].package_id)
        for guid in gone
        if not seen[guid].removed and (seen[guid].gone_since or now) <= before
    ]
    action = ACTIONS[settings.when_gone]
    return [Work(guid, package_id, action) for guid, package_id in due if package_id]  # type: ignore[arg-type]


def confirmed(source_id: str, run_id: str = "") -> int:
    """How many lost datasets somebody confirmed of the run before this one; 0 when nobody did."""
    query = (
        sa.select(HarvestRun)
        .where(HarvestRun.source_id == source_id, HarvestRun.id != run_id)
        .order_by(HarvestRun.started.desc())
    )
    last = model.Session.scalars(query.limit(1)).first()
    return last.loss if last is not None and last.stopped == "loss" and last.loss_confirmed else 0


def mark_removed(source_id: str, works: Sequence[Work]) -> None:
    """Remember what becomes of datasets that are gone; the caller commits.

    What people had already deleted is only noted: it will not come back by itself.
    """
    for action, outcome in OUTCOMES.items():
        packages = [work.package_id for work in works if work.action == action]
        if not packages:
            continue
        row, package = HarvestedDataset, model.Package
        mine = sa.and_(row.source_id == source_id, row.package_id.in_(packages))
        active = sa.select(package.id).where(package.id.in_(packages), package.state == "active")
        how = sa.case((row.package_id.in_(active), outcome), else_="")
        values = {"removed": utcnow(), "removed_how": how, "indexed": action == "delete"}
        model.Session.execute(
            sa.update(row).where(mine).values(values).execution_options(synchronize_session=False)
        )
