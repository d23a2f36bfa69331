"""Blueprints."""

from __future__ import annotations

from flask import Blueprint

from ckanext.ess.views import charset, fragments
from ckanext.ess.views.glossary import ess_glossary
from ckanext.ess.views.organization import ess_organization

ess = Blueprint("ess", __name__)
ess.after_app_request(fragments.vary)
ess.after_app_request(charset.declare)

__all__ = ["ess", "ess_glossary", "ess_organization"]
