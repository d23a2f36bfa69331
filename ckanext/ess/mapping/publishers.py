"""A publisher of a catalogue as an organisation of the portal."""

from __future__ import annotations

from typing import Any

from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.identifiers import iati_org
from ckanext.ess.sources.base import PublisherDraft

#: ESS family of an IATI organisation type, where the type leaves no doubt.
_FAMILIES = {"10": "public", "11": "public", "15": "public", "21": "ong-internationale", "60": "fondation"}
_NATIONAL_NGO = {"22", "23", "24"}


def to_organisation(publisher: PublisherDraft) -> dict[str, Any]:
    """Fields of an organisation, without its CKAN ``name`` and ``id``.

    ``""`` where the catalogue says nothing.
    """
    return {
        "title": publisher.title or publisher.name,
        "description": publisher.description,
        "ess_publisher_uid": publisher.id,
        "ess_iati_identifier": publisher.iati_identifier,
        "ess_former_identifiers": list(publisher.former_identifiers),
        "ess_siren": publisher.siren or siren_of(publisher.iati_identifier),
        "ess_siret": publisher.siret,
        "ess_organisation_type": _code(publisher.organisation_type, "OrganisationType"),
        "ess_family": _family(publisher),
        "ess_country": _code(publisher.country, "Country"),
        "ess_website": publisher.website,
        "ess_contact_email": publisher.contact_email,
        "ess_source_type": publisher.source_type,
        "ess_exclusions": publisher.exclusions_url,
    }


def siren_of(identifier: str) -> str:
    """SIREN within a French IATI organisation identifier, or nothing."""
    if not identifier:
        return ""
    try:
        return iati_org.check(identifier).siren or ""
    except ValueError:  # every refusal of an identifier is one: it has no SIREN that could be trusted
        return ""


def _family(publisher: PublisherDraft) -> str:
    if publisher.family:
        return publisher.family
    if publisher.organisation_type in _NATIONAL_NGO and publisher.country == "FR":
        return "association"
    return _FAMILIES.get(publisher.organisation_type, "")


def _code(value: str, list_name: str) -> str:
    return value if value in codelist(list_name).codes else ""
