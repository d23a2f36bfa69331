"""Which datasets of a catalogue are wanted: by publisher, recipient country, kind of file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.ess.sources.base import DatasetDraft, PublisherDraft


@dataclass(frozen=True)
class Wanted:
    """A choice of datasets; an empty set means no choice. Compare without regard to case.

    Publishers are named by their catalogue id, short name (present or past) or IATI organisation identifier
    (present or past), countries by ISO 3166 two-letter code, kinds by ``activities`` or ``organisations``.
    """

    publishers: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    file_types: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, *, publishers: Iterable[str] = (), countries: Iterable[str] = (), file_types: Iterable[str] = ()
    ) -> Wanted:
        """A choice from words as people type them."""
        return cls(_folded(publishers), _folded(countries), _folded(file_types))

    def may_keep(self, draft: DatasetDraft) -> bool:
        """Whether what the catalogue says leaves the dataset in; what it does not say cannot exclude it."""
        return self.may_keep_file(draft) and self.keeps_publisher(draft.publisher)

    def may_keep_file(self, draft: DatasetDraft) -> bool:
        """Like :meth:`may_keep`, whoever the publisher is."""
        return (not draft.countries or _meets(self.countries, draft.countries)) and (
            not draft.file_type or _meets(self.file_types, (draft.file_type,))
        )

    def keeps(self, draft: DatasetDraft) -> bool:
        """Whether the dataset is wanted, once everything is known of it: after its file was read."""
        return (
            self.keeps_publisher(draft.publisher)
            and _meets(self.countries, draft.countries)
            and _meets(self.file_types, (draft.file_type,))
        )

    def keeps_publisher(self, publisher: PublisherDraft) -> bool:
        """Whether a publisher is wanted, under any of its names."""
        return _meets(
            self.publishers,
            (
                publisher.id,
                publisher.name,
                publisher.iati_identifier,
                *publisher.former_names,
                *publisher.former_identifiers,
            ),
        )


EVERYTHING = Wanted()


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in words if word.strip())


def _meets(choice: frozenset[str], values: Iterable[str]) -> bool:
    return not choice or not choice.isdisjoint(_folded(values))
