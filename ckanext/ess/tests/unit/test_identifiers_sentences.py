"""Every remark has a sentence of its own, in both languages, that says what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ckanext.ess import identifiers
from ckanext.ess.identifiers import cog_sentences, iati_org, iati_sentences, legal_category, rna, siren, siret
from ckanext.ess.identifiers.refusal import Notice, Refusal, Sentence, _sentences
from ckanext.ess.tests.unit.test_identifiers_table import BAD

MODULES = (siren, siret, rna, iati_sentences, cog_sentences, legal_category)

#: Refusals that write the right value itself, so that no other example is needed.
PROPOSES = re.compile(r"\{(proposed|organisation|siren|district|written)\}")
EXAMPLE = re.compile(
    r"123 456 782|FR-RCS-123456782|W751234567|9220|356 000 000|XM-DAC-4|pays:FR"
    r"|(?:departement|region|commune|collectivite|epci):\d"
)


def remarks(kind: type[Sentence]) -> Iterator[type[Sentence]]:
    for module in MODULES:
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, kind) and thing.__module__ == module.__name__:
                yield thing


def rules() -> set[str]:
    return {f"legal.{category.rule}" for category in legal_category.categories().values()}


def test_classes_and_sentences_match_one_to_one() -> None:
    codes = [remark.code for remark in remarks(Sentence) if remark is not legal_category.Reason]
    assert len(codes) == len(set(codes))
    assert set(codes) | rules() == set(_sentences())


@pytest.mark.parametrize("language", [0, 1], ids=["en", "fr"])
def test_no_two_remarks_share_a_sentence(language: int) -> None:
    texts = [sentences[language] for sentences in _sentences().values()]
    bare = [re.sub(r"\{\w+\}|\W+", " ", text) for text in texts]
    assert len(set(bare)) == len(bare)


@pytest.mark.parametrize("code", sorted(_sentences()))
def test_both_languages_say_the_same_things(code: str) -> None:
    english, french = _sentences()[code]
    assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", french))
    assert english.endswith((".", "?"))
    assert french.endswith((".", "?"))
    assert not re.search(r" [:;?!»]|« ", french), "French punctuation wants no-break spaces"
    assert "'" not in english + french, "typographic apostrophes"
    if not code.endswith(".empty"):
        assert "{value}" in english


@pytest.mark.parametrize("refusal", list(remarks(Refusal)), ids=lambda refusal: refusal.code)
def test_a_refusal_shows_a_good_example(refusal: type[Refusal]) -> None:
    for text in _sentences()[refusal.code]:
        assert PROPOSES.search(text) or EXAMPLE.search(text), text


def test_every_refusal_is_in_the_table() -> None:
    assert {refusal.code for refusal in remarks(Refusal)} == {case[2] for case in BAD}


@pytest.mark.parametrize(
    ("identifier", "siren_found", "codes", "french"),
    [
        ("FR-RCS-123456782", "123456782", [], ""),
        ("FR-RCS-523 369 619", "523369619", ["iati.blanks"], "il se publie FR-RCS-523369619"),
        ("FR-RCS-12345678200010", "123456782", ["iati.carries-siret"], "rapproché du SIREN 123 456 782"),
        (
            "FR-INSEE-123456782",
            "123456782",
            ["iati.withdrawn-insee"],
            "FR-RCS-123456782 pour de nouvelles publications",
        ),
        ("FR-INSEE-12345678200010", "123456782", ["iati.withdrawn-insee", "iati.carries-siret"], "type B1"),
        (
            "FR-SIRET-12345678200010",
            "123456782",
            ["iati.never-listed", "iati.carries-siret"],
            "jamais figuré",
        ),
        ("FR-SIREN-123456782", "123456782", ["iati.never-listed"], "FR-RCS-123456782 est la forme inscrite"),
        ("FR-RNA-W751234567", None, ["iati.rna-never-listed"], "demandez un SIREN à l’Insee (gratuit)"),
        ("fr-rcs-123456782", "123456782", ["iati.capitals"], "en majuscules"),
        ("FR—RCS—123456782", "123456782", ["iati.dashes"], "tirets longs"),
        ("GB-GOVUK-x", None, ["iati.withdrawn"], "GB-GOR le remplace"),
        ("SE-BLV-1", None, ["iati.withdrawn-for-good"], "rien ne le remplace"),
        ("XX-FOO-1", None, ["iati.unknown-prefix"], "règle 1.14.8"),
        ("FR-3", None, ["iati.legacy-agency"], "XM-DAC-4-3 est la forme actuelle"),
        ("US-1", None, ["iati.legacy-agency"], "XM-DAC-302-1"),
        ("41122", None, ["iati.legacy-channel"], "XM-DAC-41122"),
        ("XM-DAC-4-3", None, [], ""),
        ("  FR-RCS-123456782  ", "123456782", [], ""),
    ],
)
def test_notices(identifier: str, siren_found: str | None, codes: list[str], french: str) -> None:
    verdict = iati_org.check(identifier)
    assert verdict.siren == siren_found == iati_org.siren_of(identifier)
    assert [notice.code for notice in verdict.warnings] == codes
    said = " ".join(notice.sentence("fr") for notice in verdict.warnings).replace("\u00a0", " ")
    assert french in said
    assert all(notice.sentence("en") != notice.sentence("fr") for notice in verdict.warnings)
    assert all(isinstance(notice, Notice) for notice in verdict.warnings)


def test_an_association_is_told_why_it_writes_rcs() -> None:
    (notice,) = iati_org.check("FR-RCS-123456782", association=True).warnings
    assert "although it is not in the commerce register" in notice.sentence("en")
    assert "bien qu’elle ne soit pas au registre du commerce" in notice.sentence("fr")
    assert iati_org.check("GB-CHC-202918", association=True).warnings == ()


def test_alsace_moselle_is_told() -> None:
    (notice,) = rna.check("W671234567").notices
    assert "Bas-Rhin" in notice.sentence("fr")
    assert rna.check("W751234567").notices == ()


def test_propose() -> None:
    assert iati_org.propose("123 456 782") == iati_org.propose("12345678200010") == "FR-RCS-123456782"
    with pytest.raises(siren.Checksum):
        iati_org.propose("123456789")


def test_long_and_hostile_values_are_shown_short() -> None:
    said = siren.refusal("<b>" + "x\n\x1b" * 500).sentence("en")  # type: ignore[union-attr]
    assert len(said) < 1200
    assert "\n" not in said
    assert "\x1b" not in said


def test_identifiers_need_no_framework() -> None:
    import subprocess
    import sys

    folder = Path(identifiers.__file__).parent
    names = [
        f"ckanext.ess.identifiers.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"
    ]
    banned = {"ckan", "flask", "sqlalchemy", "requests", "lxml"}
    script = f"import sys, {', '.join(names)}; print({banned} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [("en", "1 digit out", "2 digits out"), ("fr", "1 chiffre sur", "2 chiffres sur")],
)
def test_one_digit_is_no_plural(language: str, one: str, two: str) -> None:
    for number, said in (("7", one), ("73", two)):
        with pytest.raises(Refusal) as refused:
            siren.validate(number)
        assert said in refused.value.sentence(language)
