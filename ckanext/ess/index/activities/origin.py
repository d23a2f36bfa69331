"""Where a file's activities come from, and what their documents take from the portal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ckan import model

from ckanext.ess import config
from ckanext.ess.index import organizations
from ckanext.ess.index.activities.exchange import rates
from ckanext.ess.index.activities.fields import DOCUMENTS_VERSION


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The file, its dataset and its organisation.

    ``engine`` stands for everything but the file that its documents depend on: with another one, they are
    made anew.
    """

    dataset_id: str
    resource_id: str
    organization_id: str = ""
    organization_title: str = ""
    family: str = ""
    territories: tuple[str, ...] = ()

    @property
    def engine(self) -> str:
        """Version of our code, of the documents, of the rates, and the organisation's facts as a hash."""
        facts = "|".join(
            (self.organization_id, self.organization_title, self.family, *sorted(self.territories))
        )
        digest = hashlib.blake2b(facts.encode(), digest_size=6).hexdigest()
        return f"{config.release()}/{DOCUMENTS_VERSION}/{rates().last_day}/{digest}"


def origin_of(resource_id: str, dataset_id: str, organization_id: str | None) -> Origin:
    """Return the origin of a file; the organisation is read in the session."""
    group = model.Session.get(model.Group, organization_id) if organization_id else None
    facts = organizations.facts(organization_id)
    return Origin(
        dataset_id=dataset_id,
        resource_id=resource_id,
        organization_id=organization_id or "",
        organization_title=(group.title or group.name or "") if group else "",
        family=facts.family[0] if facts.family else "",
        territories=tuple(facts.territories),
    )
