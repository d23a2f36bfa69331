"""What has to be done: a listing compared with what was last seen, without a query per dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ckanext.ess.harvesters import losses
from ckanext.ess.harvesters.memory import Seen
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.harvesters.work import Work
from ckanext.ess.mapping.datasets import VERSION
from ckanext.ess.mapping.plain import as_plain
from ckanext.ess.sources.base import DatasetDraft, PublisherDraft, Ref, Source, SourceError

Verdict = Literal["new", "changed", "index", "unchanged", "filtered"]


@dataclass
class Plan:
    """What one run has to do.

    ``refused`` holds records of which no dataset can be made, and the sentence why. ``marks`` are those of
    unchanged datasets whose server says something new.
    """

    works: list[Work] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    filtered: list[tuple[str, str, str]] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    found: int = 0
    left_out: int = 0
    unchanged: int = 0

    def count(self, *actions: str) -> int:
        """How many works there are of some kinds."""
        return sum(work.action in actions for work in self.works)


class Planner:
    """Compares references with memory.

    Args:
        settings: of the source.
        memory: what was last seen, by upstream identifier.
        package_id: gives the identifier here of a dataset by its upstream identifier.
        now: the present moment, naive UTC.
        only: upstream identifiers of the datasets to take in again, changed or not; none: the whole listing.
    """

    def __init__(
        self,
        settings: Settings,
        memory: Mapping[str, Seen],
        package_id: Callable[[str], str],
        now: datetime,
        only: Collection[str] = (),
    ) -> None:
        self._settings = settings
        self._wanted = settings.wanted
        self._memory = memory
        self._package_id = package_id
        self._now = now
        self._only = frozenset(only)
        self._publishers: dict[PublisherDraft, dict[str, Any]] = {}
        chosen = repr((sorted(settings.publishers), sorted(settings.countries), sorted(settings.file_types)))
        self._choice = hashlib.sha1(chosen.encode(), usedforsecurity=False).hexdigest()[:12]

    def plan(self, source: Source, refs: Iterable[Ref], confirmed: int = 0) -> Plan:
        """Read a listing to its end.

        Args:
            source: the catalogue.
            refs: its listing.
            confirmed: so many lost datasets were confirmed by somebody.

        Raises:
            SourceError: the listing cannot be read.
            TooManyLostError: more is gone than is believed.
        """
        plan, listed = Plan(), set[str]()
        for ref in refs:
            if ref.id in listed:
                continue
            listed.add(ref.id)
            plan.found += 1
            self._consider(plan, source, ref)
        if source.complete and not self._only:
            plan.gone = [guid for guid, old in self._memory.items() if guid not in listed and old.package_id]
            losses.check(self._memory, plan.gone, self._settings, confirmed, listed=plan.found)
            plan.works += losses.removals(self._memory, plan.gone, self._settings, self._now)
        return plan

    def stamp(self, ref: Ref, *, left_out: bool = False) -> str:
        """The fingerprint that we keep: upstream's, our mapping's and language.

        For what is left out, the choice.
        """
        mine = f"{VERSION}{self._settings.language}.{ref.fingerprint}"
        return self.left_out_stamp(mine) if left_out else mine

    def left_out_stamp(self, stamp: str) -> str:
        """A fingerprint for what the filters leave out: other filters, another stamp."""
        return f"{stamp}.{self._choice}"

    def _consider(self, plan: Plan, source: Source, ref: Ref) -> None:
        old = self._memory.get(ref.id)
        if old and old.gone_since:
            plan.back.append(ref.id)
        verdict = self._verdict(ref, old)
        if verdict == "unchanged":
            plan.unchanged += 1
            if old and ref.mark != old.mark:
                plan.marks[ref.id] = ref.mark
        elif verdict == "filtered":
            plan.left_out += 1
        elif verdict == "index" and old and old.package_id:
            plan.works.append(Work(ref.id, old.package_id, "index"))
        else:
            self._draft(plan, source, ref, old)

    def _verdict(self, ref: Ref, old: Seen | None) -> Verdict:
        if old is None:
            return "new"
        if old.package_id is None:
            same = old.content == ref.content and old.fingerprint == self.stamp(ref, left_out=True)
            return "filtered" if same else "new"
        changed = old.content != ref.content or old.fingerprint != self.stamp(ref)
        if changed or old.removed or self._again(old) or ref.id in self._only:
            return "changed"
        return "unchanged" if old.indexed else "index"

    def _again(self, old: Seen) -> bool:
        """Whether it is time to try once more to read a file that could not be read."""
        return bool(old.problem) and (old.retry_after is None or old.retry_after <= self._now)

    def _draft(self, plan: Plan, source: Source, ref: Ref, old: Seen | None) -> None:
        try:
            draft = source.draft(ref)
        except SourceError as error:
            plan.refused.append((ref.id, error.sentence(self._settings.language)))
            return
        package_id = old.package_id if old else None
        if package_id is None and not self._wanted.may_keep(draft):
            plan.left_out += 1
            plan.filtered.append((ref.id, ref.content, self.stamp(ref, left_out=True)))
            return
        work = Work(
            ref.id,
            package_id or self._package_id(ref.id),
            "update" if package_id else "add",
            content=ref.content,
            fingerprint=self.stamp(ref),
            fetch=self._must_read(ref, draft, old),
            mark=ref.mark,
            restore=bool(old and old.restorable),
        )
        work.describe(draft, self._publishers.setdefault(draft.publisher, as_plain(draft.publisher)))
        facts = source.facts(ref)
        if facts is not None:
            work.facts, work.fetch = as_plain(facts), False
        plan.works.append(work)

    def _must_read(self, ref: Ref, draft: DatasetDraft, old: Seen | None) -> bool:
        if draft.is_general and not draft.source_url:
            return False
        asked = self._again(old) if old else True
        return old is None or old.content != ref.content or not old.read or asked or ref.id in self._only
