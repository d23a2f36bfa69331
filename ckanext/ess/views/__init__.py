"""Blueprints."""

from __future__ import annotations

from flask import Blueprint

from ckanext.ess.views import charset, fragments, refused
from ckanext.ess.views.activity_api import ess_activity_api
from ckanext.ess.views.check import ess_check
from ckanext.ess.views.glossary import ess_glossary
from ckanext.ess.views.harvests import ess_harvest
from ckanext.ess.views.metrics import ess_metrics
from ckanext.ess.views.notifications import ess_notification
from ckanext.ess.views.organization import ess_organization
from ckanext.ess.views.projects.show import ess_projects
from ckanext.ess.views.projects.subjects import ess_subjects
from ckanext.ess.views.publish import ess_publish
from ckanext.ess.views.published import ess_published
from ckanext.ess.views.validation import ess_validation

ess = Blueprint("ess", __name__)
ess.after_app_request(fragments.vary)
ess.after_app_request(charset.declare)
ess.after_app_request(refused.status)

__all__ = [
    "ess",
    "ess_activity_api",
    "ess_check",
    "ess_glossary",
    "ess_harvest",
    "ess_metrics",
    "ess_notification",
    "ess_organization",
    "ess_projects",
    "ess_publish",
    "ess_published",
    "ess_subjects",
    "ess_validation",
]
