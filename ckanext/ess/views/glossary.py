"""The glossary's page."""

from __future__ import annotations

from flask import Blueprint

from ckan.plugins import toolkit as tk

from ckanext.ess.schema import glossary, language

ess_glossary = Blueprint("ess_glossary", __name__, url_prefix="/ess/glossary")


@ess_glossary.get("")
def index() -> str:
    """Every term, those of the open-data meeting first, each with an anchor of its own."""
    lang = language.current()
    families = [(name, glossary.family(name, lang)) for name in ("report", "technical")]
    return tk.render("ess/glossary.html", {"families": families, "terms": glossary.terms(), "lang": lang})
