"""Whatever is typed: our own refusals and nothing else, and stable results."""

from __future__ import annotations

import doctest
import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.ess.identifiers import cog, iati_org, legal_category, rna, siren, siret, territories
from ckanext.ess.identifiers.refusal import Refusal

MODULES = (cog, iati_org, legal_category, rna, siren, siret)

#: Near misses: pieces of real identifiers, blanks of all kinds, other scripts' digits and letters.
PIECES = st.sampled_from(
    [
        *[
            "FR-RCS-",
            "FR-INSEE-",
            "FR-SIRET-",
            "FR-RNA-",
            "fr-rcs-",
            "FR",
            "RCS",
            "XM-DAC-",
            "GB-CHC-",
            "FR_",
            "-",
            "–",
        ],
        *[
            "123456782",
            "12345678200010",
            "356000000",
            "W751234567",
            "W2A",
            "00",
            "1",
            "9",
            "75",
            "2A",
            "98",
            "E+13",
        ],
        *[
            "region:",
            "département:",
            "commune:",
            "epci:",
            "pays:",
            ":",
            "Paris",
            "La Réunion",
            "ß",
            "ﬁ",
            "İ",
            "\u0301",
            "９",
        ],
        *[
            " ",
            "\u00a0",
            "\u202f",
            "\u200b",
            "\ufeff",
            "\n",
            "\x00",
            "/",
            "&",
            "{value}",
            "{",
            "}",
            "%s",
            "A",
            "O",
            "w",
        ],
    ]
)
VALUES = st.one_of(
    st.text(max_size=80), st.lists(PIECES, max_size=8).map("".join), st.text("0123456789 -.", max_size=20)
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
@given(value=VALUES)
def test_only_our_refusals_and_each_can_speak(module: ModuleType, value: str) -> None:
    try:
        kept = module.validate(value)
    except Refusal as refusal:
        assert not module.is_valid(value)
        english, french = refusal.sentence("en"), refusal.sentence("fr")
        assert english != french
        assert "\n" not in english + french
    else:
        assert module.is_valid(value)
        assert module.validate(kept) == kept
        assert module.validate(module.format(kept)) == kept


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
@given(value=VALUES)
def test_compact_is_idempotent(module: ModuleType, value: str) -> None:
    once = module.compact(value)
    assert module.compact(once) == once


@given(value=VALUES)
def test_check_agrees_with_validate(value: str) -> None:
    assert iati_org.is_valid(value) == (iati_org.siren_of(value) is not None or _accepted(value))
    cog.label(value, "fr")
    cog.within(value)
    legal_category.label(value)


def _accepted(value: str) -> bool:
    try:
        return bool(iati_org.validate(value))
    except Refusal:
        return False


@given(digits=st.integers(min_value=1, max_value=99_999_999).map("{:08d}".format))
def test_every_siren_makes_an_identifier_that_leads_back_to_it(digits: str) -> None:
    from stdnum import luhn

    number = digits + luhn.calc_check_digit(digits)
    assert siren.validate(number) == number
    assert iati_org.siren_of(iati_org.propose(number)) == number
    assert iati_org.siren_of(f"FR-RCS-{siren.format(number)}") == number


@given(digits=st.integers(min_value=1, max_value=99_999_999).map("{:08d}".format), place=st.integers(0, 8))
def test_one_wrong_digit_is_always_seen(digits: str, place: int) -> None:
    from stdnum import luhn

    number = digits + luhn.calc_check_digit(digits)
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert not siren.is_valid(wrong)


@pytest.mark.parametrize(
    "name",
    [
        "siren",
        "siret",
        "rna",
        "iati_org",
        "cog",
        "legal_category",
        "prefixes",
        "refusal",
        "territories",
        "text",
    ],
)
def test_examples_in_the_documentation(name: str) -> None:
    module = importlib.import_module(f"ckanext.ess.identifiers.{name}")
    results = doctest.testmod(module)
    assert results.attempted
    assert not results.failed


def test_territories_hold_together() -> None:
    current = territories.current()
    levels = [place.level for place in current]
    assert [levels.count(level) for level in ("pays", "region", "departement", "collectivite")] == [
        1,
        18,
        101,
        8,
    ]
    for place in current:
        assert cog.validate(place.value) == place.value
        assert place.name in cog.label(place.value, "fr")
        if place.level == "departement":
            assert [larger.level for larger in cog.within(place.value)] == ["region", "pays"]
    titles = [place.title("fr") for place in current]
    assert len(set(titles)) == len(titles)


def test_legal_families_follow_the_law() -> None:
    families = {code: legal_category.propose(code) for code in legal_category.categories()}
    assert len(families) == 259
    assert sum(1 for proposal in families.values() if proposal.family == "cooperative") == 52
    assert {code for code in families if families[code].family == "fondation"} == {"9300"}
    assert families["9224"].excluded
    assert not families["9210"].certain
    assert not families["5499"].certain
    assert all(
        families[code].family == "public" and families[code].excluded for code in families if code[0] == "7"
    )
    for proposal in families.values():
        assert proposal.category.code in proposal.reason("fr")
        assert proposal.reason("fr") != proposal.reason("en")


def test_our_territories_are_those_of_the_published_package() -> None:
    """The npm package @etalab/decoupage-administratif, unpacked in the folder named by ``ESS_DECOUPAGE``."""
    import os

    folder = os.environ.get("ESS_DECOUPAGE")
    if not folder:
        pytest.skip("ESS_DECOUPAGE names no unpacked @etalab/decoupage-administratif")
    ours = {(place.level, place.code): place for place in territories.current()}
    for theirs in json.loads((Path(folder) / "data/departements.json").read_text(encoding="utf-8")):
        place = ours.get(("departement", theirs["code"])) or ours["collectivite", theirs["code"]]
        if place.level == "departement":
            assert (place.region, territories.plain(place.name)) == (
                theirs["region"],
                territories.plain(theirs["nom"]),
            )
    for theirs in json.loads((Path(folder) / "data/communes.json").read_text(encoding="utf-8")):
        assert cog.is_valid(f"commune:{theirs['code']}")
