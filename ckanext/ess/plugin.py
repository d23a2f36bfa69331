"""Connects the extension to CKAN; behaviour lives in the modules it names."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan import plugins as p
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckan.plugins import toolkit as tk

from ckanext.ess.index import facets, packages
from ckanext.ess.jobs import notifying, reindexing, schedule, watching
from ckanext.ess.schema import mirror, secrets, setup


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class EssPlugin(p.SingletonPlugin, DefaultTranslation):
    """Schema, search and pages of the social economy's open data."""

    p.implements(p.IConfigurer)
    p.implements(p.IDomainObjectModification, inherit=True)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IOrganizationController, inherit=True)
    p.implements(p.ITranslation)

    def update_config(self, config: CKANConfig) -> None:
        """Register templates, assets and the portal's defaults."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "ess")
        setup.apply_defaults(config)

    def dataset_facets(self, facets_dict: dict[str, Any], package_type: str) -> dict[str, Any]:
        """See :func:`ckanext.ess.index.facets.dataset`."""
        return facets.dataset(facets_dict, package_type)

    def organization_facets(
        self, facets_dict: dict[str, Any], organization_type: str, package_type: str | None
    ) -> dict[str, Any]:
        """See :func:`ckanext.ess.index.facets.organization`."""
        return facets.organization(facets_dict)

    def after_dataset_show(self, context: Any, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """See :func:`ckanext.ess.schema.mirror.into_extras` and :mod:`ckanext.ess.schema.secrets`."""
        secrets.hide_from_others(context, pkg_dict)
        return mirror.into_extras(context, pkg_dict)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """See :func:`ckanext.ess.index.packages.document`."""
        return packages.document(pkg_dict)

    def edit(self, entity: Any) -> None:
        """See :func:`ckanext.ess.jobs.reindexing.organization_changed`; called for datasets too."""
        if isinstance(entity, model.Group) and entity.is_organization:
            reindexing.organization_changed(entity.id)

    def notify(self, entity: Any, operation: str) -> None:
        """See :mod:`ckanext.ess.jobs.watching`."""
        is_gone = operation == model.DomainObjectOperation.deleted
        if isinstance(entity, model.Resource):
            watching.resource_changed(entity, is_gone=is_gone)
        elif isinstance(entity, model.Package):
            watching.dataset_changed(entity, is_gone=is_gone)

    def tick(self) -> int:
        """See :func:`ckanext.ess.jobs.schedule.tick`; called by whatever is the portal's clock."""
        due = schedule.tick()
        notifying.remind()
        return due

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """See :func:`ckanext.ess.index.packages.query`."""
        return packages.query(search_params)

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """See :func:`ckanext.ess.index.packages.results` and :mod:`ckanext.ess.schema.secrets`."""
        secrets.hide_found(search_results)
        return packages.results(search_results)
