"""What an organisation's numbers let us propose; a person accepts it or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.ess.identifiers import iati_org, legal_category, siren, siret


def of(organization: Mapping[str, Any]) -> dict[str, str]:
    """Values proposed for fields of an organisation that are empty, by field.

    The family comes from the legal category; the SIREN from the SIRET or from the IATI identifier; the IATI
    identifier from the SIREN. Nothing is proposed from a number that is wrong.
    """
    found: dict[str, str] = {}
    number = organization.get("ess_siren") or _siren(organization)
    if number and not organization.get("ess_siren"):
        found["ess_siren"] = number
    if number and not organization.get("ess_iati_identifier") and siren.is_valid(number):
        found["ess_iati_identifier"] = iati_org.propose(number)
    family = _family(organization)
    if family and not organization.get("ess_family"):
        found["ess_family"] = family
    return found


def _family(organization: Mapping[str, Any]) -> str:
    code = str(organization.get("ess_legal_category") or "")
    return legal_category.propose(code).family if legal_category.is_valid(code) else ""


def _siren(organization: Mapping[str, Any]) -> str:
    establishment = str(organization.get("ess_siret") or "")
    if siret.is_valid(establishment):
        return siret.to_siren(establishment)
    return iati_org.siren_of(str(organization.get("ess_iati_identifier") or "")) or ""
