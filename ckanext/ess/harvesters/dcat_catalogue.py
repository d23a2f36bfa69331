"""What ckanext-dcat's RDF harvester asks of plugins: our fields, our guard."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit as tk
from ckanext.dcat.interfaces import IDCATRDFHarvester
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectError

from ckanext.ess import config
from ckanext.ess.harvesters import others
from ckanext.ess.sources.guarded import guard


class DcatCatalogue(p.SingletonPlugin):
    """Beside ``dcat_rdf_harvester``: its datasets get our fields, and it reads no private address."""

    p.implements(IDCATRDFHarvester, inherit=True)

    def before_download(self, url: str, harvest_job: HarvestJob) -> tuple[str, list[str]]:  # noqa: ARG002
        """Web addresses only: the harvester would also open files of this machine."""
        if url.lower().startswith(("http://", "https://")):
            return url, []
        return "", [
            tk._("{url}: only addresses that begin with http:// or https:// are read.").format(url=url)
        ]

    def update_session(self, session: Any) -> Any:
        """Put our guard against private addresses under its requests, redirections included."""
        return guard(session, allow_private=config.http_allow_private())

    def before_create(
        self,
        harvest_object: HarvestObject,  # noqa: ARG002 - ckanext-dcat's signature
        dataset_dict: dict[str, Any],
        temp_dict: dict[str, Any],  # noqa: ARG002
    ) -> None:
        """Complete a new dataset."""
        others.complete(dataset_dict)

    def before_update(
        self,
        harvest_object: HarvestObject,
        dataset_dict: dict[str, Any],
        temp_dict: dict[str, Any],  # noqa: ARG002
    ) -> None:
        """Complete a dataset again, unless it came from another source: an emptied dictionary is left out."""
        refused = others.stranger(dataset_dict["id"], harvest_object.source.id)
        if not refused:
            others.complete(dataset_dict)
            return
        others.give_back(harvest_object, dataset_dict["id"])
        model.Session.add(HarvestObjectError(message=refused, object=harvest_object, stage="Import"))
        dataset_dict.clear()
