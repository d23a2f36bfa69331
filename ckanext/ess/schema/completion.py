"""An organisation form completed with what the public register says of its SIREN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.ess.identifiers import iati_org, legal_category
from ckanext.ess.schema.sections import is_empty
from ckanext.ess.sources.recherche_entreprises import Organisation


def fields(found: Organisation) -> dict[str, Any]:
    """Values that the register gives to fields of the form; fields without one are left out."""
    values: dict[str, Any] = {
        "title": found.name,
        "ess_siren": found.siren,
        "ess_siret": found.siret,
        "ess_rna": found.rna,
        "ess_legal_category": found.legal_category,
        "ess_family": _family(found),
        "ess_territory": [found.territory] if found.territory else [],
        "ess_country": "FR",
        "ess_iati_identifier": iati_org.propose(found.siren),
    }
    return {name: value for name, value in values.items() if not is_empty(value)}


def complete(form: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The form with its empty fields filled, and their names: what a person wrote is never replaced."""
    added = {name: value for name, value in values.items() if is_empty(form.get(name))}
    return {**form, **added}, list(added)


def _family(found: Organisation) -> str:
    """By the legal category; a company of the social economy is one by its statutes, which the flag tells."""
    proposed = legal_category.propose(found.legal_category).family if found.legal_category else ""
    return proposed or ("societe-commerciale" if found.is_social_economy else "")
