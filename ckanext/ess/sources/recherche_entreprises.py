"""The French State's public search of organisations: name, RNA, legal category and place of a SIREN.

The service, *recherche-entreprises*, is open and needs no key. What it answers is checked here like any other
remote text: unknown shapes are left out, masked values ("non diffusible") too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ckanext.ess.identifiers import legal_category, rna, siren, siret, territories
from ckanext.ess.sources.http import Http, Limits

#: A person waits for the answer, and it is small.
LIMITS = Limits(max_bytes=1024 * 1024, seconds=8, connect=4, silence=6, redirects=1, tries=1)

_MASKED = "[NON-DIFFUSIBLE]"
_LONGEST = 300
_CLOSED = "C"


@dataclass(frozen=True)
class Organisation:
    """What the register says of a SIREN; empty where it says nothing that we understand.

    ``territory`` is a department or an overseas collectivity, such as ``departement:75``.
    ``is_social_economy`` is the register's own flag. ``is_closed`` means that the organisation has ended.
    """

    siren: str
    name: str = ""
    siret: str = ""
    rna: str = ""
    legal_category: str = ""
    territory: str = ""
    is_social_economy: bool = False
    is_closed: bool = False


def find(http: Http, base_url: str, number: str) -> Organisation | None:
    """Look a SIREN up.

    Args:
        http: reads the service.
        base_url: its address, without ``/search``.
        number: the SIREN, however it is spaced.

    Returns:
        The organisation, or None when the register has no such number.

    Raises:
        Refusal: the number is no SIREN; nothing is asked.
        SourceError: the service could not be read.
    """
    wanted = siren.validate(number)
    answer = http.get_json(f"{base_url.rstrip('/')}/search", {"q": wanted, "per_page": 1}, limits=LIMITS)
    results = _mapping(answer).get("results")
    entries = cast("list[Any]", results) if isinstance(results, list) else []
    found = (entry for entry in map(_mapping, entries) if entry.get("siren") == wanted)
    return next((_organisation(wanted, entry) for entry in found), None)


def _organisation(number: str, entry: Mapping[str, Any]) -> Organisation:
    seat, more = _mapping(entry.get("siege")), _mapping(entry.get("complements"))
    category, association = _text(entry, "nature_juridique"), _text(more, "identifiant_association")
    establishment = _text(seat, "siret")
    return Organisation(
        siren=number,
        name=_text(entry, "nom_raison_sociale") or _text(entry, "nom_complet"),
        siret=establishment if siret.is_valid(establishment) else "",
        rna=association if rna.is_valid(association) else "",
        legal_category=category if legal_category.is_valid(category) else "",
        territory=_territory(_text(seat, "departement")),
        is_social_economy=more.get("est_ess") is True,
        is_closed=_text(entry, "etat_administratif") == _CLOSED,
    )


def _territory(code: str) -> str:
    place = territories.find(territories.DEPARTMENT, code) or territories.find(territories.COLLECTIVITY, code)
    return place.value if place else ""


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or value == _MASKED:
        return ""
    return " ".join(value.split())[:_LONGEST]


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
