"""What a dataset's search document takes from its organisation, and when that is out of date.

A dataset is found by its publisher's family, and by its publisher's territories when it names none itself.
Each document keeps a fingerprint of what it took; an organisation that has changed is one whose datasets
carry another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ckan import model
from ckan.lib.search import index_for, make_connection
from ckan.lib.search import rebuild as rebuild_index
from ckan.plugins import toolkit as tk

from ckanext.ess.index import clauses
from ckanext.ess.index.stored import values

FIELD = "ess_publisher_facts"
_PAGE = 500


class Facts(NamedTuple):
    """What datasets take from their organisation."""

    family: list[str]
    territories: list[str]

    @property
    def fingerprint(self) -> str:
        """One text for all of it, as indexed."""
        return f"{','.join(self.family)}|{','.join(sorted(self.territories))}"


def facts(organization_id: str | None) -> Facts:
    """Return what the datasets of an organisation take from it.

    The organisation was just read to show the dataset, so the session still has it: this costs no query.
    """
    group = model.Session.get(model.Group, organization_id) if organization_id else None
    if group is None:
        return Facts([], [])
    extras = group.extras or {}
    return Facts(values(extras.get("ess_family")), values(extras.get("ess_territory")))


def is_outdated(organization_id: str) -> bool:
    """Whether datasets in the index still carry other facts than their organisation has now."""
    return next(_outdated(organization_id), None) is not None


def reindex(organization_id: str) -> int:
    """Index the datasets again that carry outdated facts of their organisation; return how many."""
    names = list(_outdated(organization_id))
    if names:
        rebuild_index(package_ids=names, defer_commit=True)
        index_for(model.Package).commit()
    return len(names)


def _outdated(organization_id: str) -> Iterator[str]:
    """Yield the ids of the datasets whose facts are outdated, whoever may see them."""
    fingerprint = clauses.quote(facts(organization_id).fingerprint)
    filters = [
        f"+site_id:{clauses.quote(tk.config['ckan.site_id'])}",
        f"+owner_org:{clauses.quote(organization_id)} +dataset_type:dataset",
        f"-{FIELD}:{fingerprint}",
    ]
    start = 0
    while True:
        found = make_connection().search(
            "*:*", fq=filters, fl="id", rows=_PAGE, start=start, sort="id asc", df="text"
        )
        yield from (document["id"] for document in found)
        start += _PAGE
        if start >= found.hits:
            return
