"""The public register, read from a loopback server in its shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ckanext.ess.identifiers.siren import Checksum
from ckanext.ess.sources import recherche_entreprises
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceRefused, SourceUnavailable
from ckanext.ess.sources.http import Http
from ckanext.ess.tests import register

HTTP = Http(allow_private=True, pause=0)


@pytest.fixture
def served() -> Iterator[tuple[str, list[str]]]:
    with register.register() as running:
        yield running


def test_what_the_register_says_of_an_association(served: tuple[str, list[str]]):
    found = recherche_entreprises.find(HTTP, served[0], "123 456 782")
    assert found == recherche_entreprises.Organisation(
        siren="123456782",
        name="EAU POUR DEMAIN",
        siret="12345678200010",
        rna="W751234567",
        legal_category="9220",
        territory="departement:75",
        is_social_economy=True,
    )
    assert served[1] == ["/search?q=123456782&per_page=1"]


@pytest.mark.parametrize(
    ("siren", "expected"),
    [
        (register.COMPANY, {"territory": "departement:2A", "legal_category": "5710", "rna": ""}),
        (register.CLOSED, {"is_closed": True, "territory": "departement:974"}),
        (register.MASKED, {"name": "", "rna": "", "legal_category": ""}),
        (register.WITHOUT_SEAT, {"name": "SANS SIÈGE", "siret": "", "territory": ""}),
    ],
)
def test_what_the_register_leaves_out_stays_empty(
    served: tuple[str, list[str]], siren: str, expected: dict[str, Any]
):
    found = recherche_entreprises.find(HTTP, served[0], siren)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize("siren", ["999999998", "666666664"])
def test_a_number_that_the_register_does_not_know(served: tuple[str, list[str]], siren: str):
    assert recherche_entreprises.find(HTTP, served[0] + "/", siren) is None


def test_a_wrong_number_is_not_asked(served: tuple[str, list[str]]):
    with pytest.raises(Checksum):
        recherche_entreprises.find(HTTP, served[0], "123456789")
    assert served[1] == []


@pytest.mark.parametrize(
    ("siren", "error"),
    [
        ("444444442", SourceUnavailable),
        ("888888880", SourceUnavailable),
        ("555555556", SourceInvalid),
        ("777777772", SourceError),
    ],
)
def test_a_register_that_goes_wrong(served: tuple[str, list[str]], siren: str, error: type[SourceError]):
    with pytest.raises(error) as raised:
        recherche_entreprises.find(HTTP, served[0], siren)
    assert raised.value.sentence("fr") != raised.value.sentence("en")


def test_a_private_address_is_refused_unless_it_is_allowed(served: tuple[str, list[str]]):
    with pytest.raises(SourceRefused):
        recherche_entreprises.find(Http(pause=0), served[0], "123456782")
    assert served[1] == []
