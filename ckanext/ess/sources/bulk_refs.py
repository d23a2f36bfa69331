"""References to the records of the Bulk Data Service's index, joined with their reporting organisations."""

from __future__ import annotations

from ckanext.ess.sources.base import DatasetDraft, Ref
from ckanext.ess.sources.broken import broken_ref, nameless_id, raise_problem
from ckanext.ess.sources.bulk_records import (
    dataset_draft,
    publisher_draft,
    shortened,
    shortened_org,
)
from ckanext.ess.sources.errors import SourceError, SourceInvalid
from ckanext.ess.sources.filters import Wanted
from ckanext.ess.sources.fingerprints import fingerprint_of
from ckanext.ess.sources.records import Record, as_record, text_of


class BulkRefs:
    """Makes references of records, in the order in which they come; organisations must come first."""

    def __init__(self) -> None:
        self._organisations: dict[tuple[str, str], Record] = {}
        self._names: dict[str, str] = {}
        self._position = 0

    def add_organisation(self, value: object) -> None:
        """Remember a reporting organisation; a broken record is passed over, its datasets then say so."""
        record = as_record(value)
        if record is None:
            return
        kept = shortened_org(record)
        for key in ("id", "short_name"):
            if word := text_of(kept, key):
                self._organisations.setdefault((key, word), kept)

    def add(self, key: str, value: object) -> Ref | None:
        """The reference of one record; nothing when it repeats an earlier one.

        Args:
            key: the record's key where the index is an object; it names the dataset when the record does not.
            value: the record.
        """
        self._position += 1
        record = as_record(value)
        if record is None:
            place = key or str(self._position)
            error = SourceInvalid("record.shape", place=place, said=type(value).__name__)
            return self._broken(error, key or nameless_id(value), place, value)
        try:
            return self._ref(shortened({"name": key, **record} if key else record))
        except SourceError as error:
            return self._broken(error, key or nameless_id(record), key or str(self._position), record)

    def wants(self, ref: Ref, wanted: Wanted) -> bool:
        """Whether a reference is wanted; a broken one is, so that it is reported."""
        return "dataset" not in ref.record or wanted.may_keep(draft_of(ref))

    def _ref(self, dataset: Record) -> Ref | None:
        record = {"dataset": dataset, "reporting_org": self._organisation_of(dataset)}
        draft = _draft(record, str(self._position))
        earlier = self._names.get(draft.id)
        if earlier == draft.name:
            return None
        if earlier is not None:
            error = SourceInvalid("record.twice", place=draft.name, id=draft.id, other=earlier)
            return self._broken(error, f"{draft.id} {draft.name}", draft.name, record)
        self._names[draft.id] = draft.name
        return Ref(draft.id, draft.name, draft.content_hash, fingerprint_of(draft), record)

    def _broken(self, error: SourceError, key: str, name: str, record: object) -> Ref | None:
        if key in self._names:
            return None
        self._names[key] = name
        return broken_ref(error, id=key, name=name, record=record)

    def _organisation_of(self, dataset: Record) -> Record | None:
        """The reporting organisation by identifier, else by name: the two indices do not always agree."""
        by_id = self._organisations.get(("id", text_of(dataset, "reporting_org_id", "publisher_id")))
        name = text_of(dataset, "reporting_org_short_name", "publisher_name")
        return by_id or self._organisations.get(("short_name", name))


def draft_of(ref: Ref) -> DatasetDraft:
    """Draft of a reference made here, in this process or another.

    Raises:
        SourceInvalid: the record was broken.
    """
    raise_problem(ref)
    return _draft(ref.record, ref.name)


def _draft(record: Record, place: str) -> DatasetDraft:
    dataset = as_record(record.get("dataset")) or {}
    org = as_record(record.get("reporting_org")) or {}
    return dataset_draft(dataset, publisher_draft(org), place)
