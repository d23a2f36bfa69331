"""References to the Registry's datasets, joined with their publishers."""

from __future__ import annotations

from collections.abc import Callable

from ckanext.ess.sources.base import DatasetDraft, Ref
from ckanext.ess.sources.broken import broken_ref, nameless_id, raise_problem
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceUnavailable
from ckanext.ess.sources.filters import EVERYTHING, Wanted
from ckanext.ess.sources.fingerprints import fingerprint_of
from ckanext.ess.sources.records import Record, as_record, text_of
from ckanext.ess.sources.registry_records import dataset_draft, publisher_draft, shortened, shortened_org


class RegistryRefs:
    """Makes references of rows, in the order in which they come.

    Args:
        organization: asks the Registry for a publisher, by identifier or name; it is asked once for each.
        wanted: which datasets; publishers of those that cannot be wanted are not asked for.

    Attributes:
        count: different rows so far, broken ones included.
    """

    def __init__(self, organization: Callable[[str], Record | None], wanted: Wanted = EVERYTHING) -> None:
        self.count = 0
        self._wanted = wanted
        self._ask = organization
        self._organizations: dict[str, Record | SourceUnavailable | None] = {}
        self._names: dict[str, str] = {}

    def add(self, value: object) -> Ref | None:
        """The reference of one row; nothing when it repeats an earlier one or is not wanted.

        A broken row always gives one, so that it is reported.
        """
        record = as_record(value)
        if record is None:
            place = str(self.count + 1)
            error = SourceInvalid("record.shape", place=place, said=type(value).__name__)
            return self._broken(error, nameless_id(value), record=value)
        identifier, name = text_of(record, "id"), text_of(record, "name")
        known = self._names.get(identifier or name)
        if known == (name or identifier) != "":
            return None
        if known is not None:
            error = SourceInvalid("record.twice", place=name, id=identifier, other=known)
            return self._broken(error, f"{identifier} {name}", record=record)
        return self._fresh(record, identifier, name)

    def _fresh(self, record: Record, identifier: str, name: str) -> Ref | None:
        package, place = shortened(record), name or identifier or str(self.count + 1)
        try:
            draft = dataset_draft(package, None, place)
            if not self._wanted.may_keep_file(draft):
                self._passed(draft)
                return None
            row = {"package": package, "organization": self._organization_of(package, place)}
            draft = _draft(row, place)
        except SourceError as error:
            key = identifier or name or nameless_id(package)
            return self._broken(error, key, name=name, record=package)
        self._passed(draft)
        if not self._wanted.may_keep(draft):
            return None
        return Ref(draft.id, draft.name, draft.content_hash, fingerprint_of(draft), row)

    def _passed(self, draft: DatasetDraft) -> None:
        self._names[draft.id] = draft.name
        self.count += 1

    def _broken(self, error: SourceError, key: str, *, record: object, name: str = "") -> Ref | None:
        if key in self._names:
            return None
        self._names[key] = name or key
        self.count += 1
        return broken_ref(error, id=key, name=name or key, record=record)

    def _organization_of(self, package: Record, place: str) -> Record | None:
        """The publisher's record, asked for once."""
        identifier = text_of(package["organization"], "id") or text_of(package, "owner_org")
        if not identifier:
            return None
        if identifier not in self._organizations:
            self._organizations[identifier] = self._asked(identifier)
        found = self._organizations[identifier]
        if isinstance(found, SourceUnavailable):
            publisher = text_of(package["organization"], "name") or identifier
            raise SourceUnavailable("record.publisher", place=place, publisher=publisher, said=found)
        return found

    def _asked(self, identifier: str) -> Record | SourceUnavailable | None:
        try:
            found = self._ask(identifier)
        except SourceUnavailable as error:
            return error
        return shortened_org(found) if found is not None else None


def draft_of(ref: Ref) -> DatasetDraft:
    """Draft of a reference made here, in this process or another.

    Raises:
        SourceInvalid: the record was broken.
        SourceUnavailable: its publisher could not be read when it was listed.
    """
    raise_problem(ref)
    return _draft(ref.record, ref.name)


def _draft(record: Record, place: str) -> DatasetDraft:
    package = as_record(record.get("package")) or {}
    organization = as_record(record.get("organization")) or {}
    return dataset_draft(package, publisher_draft(organization), place)
