"""Good and bad identifiers, each bad one with what it is told in both languages."""

from __future__ import annotations

from types import ModuleType

import pytest
from stdnum.exceptions import ValidationError

from ckanext.ess.identifiers import cog, iati_org, legal_category, rna, siren, siret
from ckanext.ess.identifiers.refusal import Refusal

NBSP, NNBSP, ZERO_WIDTH = "\u00a0", "\u202f", "\u200b"

GOOD = [
    (siren, "123456782", "123456782"),
    (siren, "123 456 782", "123456782"),
    (siren, f" 123{NBSP}456{NNBSP}782{ZERO_WIDTH}\n", "123456782"),
    (siren, "123.456.782", "123456782"),
    (siren, "123-456-782", "123456782"),
    (siren, "１２３４５６７８２", "123456782"),
    (siren, "356000000", "356000000"),
    (siren, "005520135", "005520135"),
    (siret, "12345678200010", "12345678200010"),
    (siret, "123 456 782 00010", "12345678200010"),
    (siret, "123 456 782 000 28", "12345678200028"),
    (siret, "35600000000048", "35600000000048"),
    (siret, "356 000 000 49837", "35600000049837"),
    (rna, "W751234567", "W751234567"),
    (rna, "w 751 234 567", "W751234567"),
    (rna, "W2A1000123", "W2A1000123"),
    (rna, "W2B3001234", "W2B3001234"),
    (rna, "w9r1002345", "W9R1002345"),
    (rna, "W9G2000001", "W9G2000001"),
    (rna, "W671234567", "W671234567"),
    (iati_org, "FR-RCS-123456782", "FR-RCS-123456782"),
    (iati_org, "FR-RCS-123 456 782", "FR-RCS-123456782"),
    (iati_org, "fr–rcs–123456782", "FR-RCS-123456782"),
    (iati_org, "FR-RCS-12345678200010", "FR-RCS-12345678200010"),
    (iati_org, "FR-INSEE-123456782", "FR-INSEE-123456782"),
    (iati_org, "FR-SIRET-12345678200010", "FR-SIRET-12345678200010"),
    (iati_org, "FR-SIREN-123456782", "FR-SIREN-123456782"),
    (iati_org, "FR-RNA-W751234567", "FR-RNA-W751234567"),
    (iati_org, "FR-COA-123", "FR-COA-123"),
    (iati_org, "GB-CHC-202918", "GB-CHC-202918"),
    (iati_org, "CA_AB-ABT-Xy1", "CA_AB-ABT-Xy1"),
    (iati_org, "XM-DAC-4-3", "XM-DAC-4-3"),
    (iati_org, "XM-DAC-41122", "XM-DAC-41122"),
    (iati_org, "XI-IATI-EBRD", "XI-IATI-EBRD"),
    (iati_org, "FR-3", "FR-3"),
    (iati_org, "44000", "44000"),
    (iati_org, "XX-EXAMPLE-1", "XX-EXAMPLE-1"),
    (cog, "region:11", "region:11"),
    (cog, "Région : 11", "region:11"),
    (cog, "departement:2a", "departement:2A"),
    (cog, "Département:01", "departement:01"),
    (cog, "dept:974", "departement:974"),
    (cog, "collectivite:987", "collectivite:987"),
    (cog, "commune:75056", "commune:75056"),
    (cog, "commune:75116", "commune:75116"),
    (cog, "commune:2A004", "commune:2A004"),
    (cog, "commune:97411", "commune:97411"),
    (cog, "commune:98735", "commune:98735"),
    (cog, "pays:FR", "pays:FR"),
    (cog, "epci:200054781", "epci:200054781"),
    (legal_category, "9220", "9220"),
    (legal_category, " 92 20 ", "9220"),
    (legal_category, "5458", "5458"),
]

#: Module, value, code of the refusal, words that the English and the French sentence must hold.
BAD = [
    (siren, "", "siren.empty", "write nine digits", "écrivez neuf chiffres"),
    (siren, f" {NBSP}.", "siren.empty", "is empty", "est vide"),
    (
        siren,
        "FR83123456782",
        "siren.is-vat",
        "last nine digits, 123456782",
        "neuf derniers chiffres, 123456782",
    ),
    (
        siren,
        "FR-RCS-123456782",
        "siren.is-iati-identifier",
        "it holds, 123456782",
        "qu’il contient, 123456782",
    ),
    (siren, "W751234567", "siren.is-rna", "move it to the RNA field", "portez-le dans le champ RNA"),
    (siren, "12345678A", "siren.characters", "cannot have: A.", "étrangers à un SIREN : A."),
    (siren, "١٢٣٤٥٦٧٨٢", "siren.characters", "cannot have: ١ ٢", "étrangers à un SIREN : ١ ٢"),
    (siren, "SIREN 123456782", "siren.characters", "S I R E N", "S I R E N"),
    (
        siren,
        "12345678200010",
        "siren.is-siret",
        "first nine digits, 123 456 782",
        "premiers chiffres, 123 456 782",
    ),
    (siren, "12345678", "siren.too-short", "has 8 digits out of nine", "n’a que 8 chiffres sur neuf"),
    (siren, "1234567820", "siren.too-long", "has 10 digits", "a 10 chiffres"),
    (siren, "000000000", "siren.placeholder", "is a filler", "est un bouche-trou"),
    (siren, "123456789", "siren.checksum", "two are swapped", "deux sont inversés"),
    (siren, "132456782", "siren.checksum", "A right one: 123 456 782", "Un SIREN juste : 123 456 782"),
    (siret, "", "siret.empty", "write 14 digits", "écrivez 14 chiffres"),
    (
        siret,
        "1,23457E+13",
        "siret.spreadsheet",
        "format the column as text",
        "mettez la colonne au format texte",
    ),
    (siret, "1.23457e13", "siret.spreadsheet", "last digits are lost", "derniers chiffres sont perdus"),
    (
        siret,
        "FR83123456782",
        "siret.other-identifier",
        "only a SIREN, 123 456 782",
        "qu’un SIREN, 123 456 782",
    ),
    (
        siret,
        "FR-RCS-123456782",
        "siret.other-identifier",
        "adds the five digits",
        "y ajoute les cinq chiffres",
    ),
    (siret, "W751234567", "siret.is-rna", "RNA number, not a SIRET", "numéro RNA, pas un SIRET"),
    (siret, "1234567820001O", "siret.characters", "cannot have: O.", "étrangers à un SIRET : O."),
    (siret, "123456782", "siret.is-siren", "add the five digits", "ajoutez les cinq chiffres"),
    (siret, "1234567820001", "siret.too-short", "has 13 digits out of 14", "n’a que 13 chiffres sur 14"),
    (siret, "123456789", "siret.too-short", "has 9 digits out of 14", "n’a que 9 chiffres sur 14"),
    (siret, "123456782000100", "siret.too-long", "remove those beyond 14", "retirez ceux qui dépassent 14"),
    (siret, "00000000000000", "siret.placeholder", "is a filler, not a SIRET", "bouche-trou, pas un SIRET"),
    (siret, "35600000049838", "siret.la-poste-checksum", "multiple of five", "multiple de cinq"),
    (
        siret,
        "12345678200011",
        "siret.establishment-checksum",
        "the last five digits are not",
        "pas les cinq derniers",
    ),
    (
        siret,
        "12345678900007",
        "siret.siren-checksum",
        "first nine, 123 456 789",
        "neuf premiers, 123 456 789",
    ),
    (
        siret,
        "12345678900010",
        "siret.checksum",
        "a digit of the SIREN is mistyped",
        "un chiffre du SIREN est faux",
    ),
    (rna, "", "rna.empty", "write W and nine characters", "écrivez W et neuf caractères"),
    (rna, "123456782", "rna.is-siren", "move it to the SIREN field", "portez-le dans le champ SIREN"),
    (rna, "12345678200010", "rna.is-siret", "(SIREN 123 456 782)", "(SIREN 123 456 782)"),
    (rna, "vol. 92 folio 12", "rna.local-law", "leave this field empty", "laissez ce champ vide"),
    (rna, "751234567", "rna.no-letter", "is it W751234567?", "est-ce W751234567 ?"),
    (rna, "0751234567", "rna.first-letter", "begins with 0", "commence par 0"),
    (rna, "RNA W751234567", "rna.first-letter", "begins with R", "commence par R"),
    (rna, "W75123456O", "rna.lookalike", "is it W751234560?", "est-ce W751234560 ?"),
    (rna, "W75I234567", "rna.lookalike", "is it W751234567?", "est-ce W751234567 ?"),
    (rna, "W7512345X7", "rna.characters", "cannot stand there: X.", "ne peut s’y trouver : X."),
    (rna, "WA51234567", "rna.characters", "cannot stand there: A.", "ne peut s’y trouver : A."),
    (rna, "W75123456", "rna.too-short", "has 9 characters out of ten", "n’a que 9 caractères sur dix"),
    (rna, "W7512345678", "rna.too-long", "has 11 characters", "a 11 caractères"),
    (iati_org, "", "iati.empty", "write the register’s prefix", "écrivez le préfixe du registre"),
    (iati_org, "X" * 201, "iati.too-long", "has 201 characters", "a 201 caractères"),
    (
        iati_org,
        "FR-RCS-123456782/1",
        "iati.forbidden-character",
        "may not have: /.",
        "interdit dans un identifiant : /.",
    ),
    (
        iati_org,
        "GB-CHC-1|2",
        "iati.forbidden-character",
        "may not have: |.",
        "interdit dans un identifiant : |.",
    ),
    (iati_org, "FR-RCS-\x00", "iati.forbidden-character", "U+0000", "U+0000"),
    (iati_org, "123456782", "iati.bare-siren", "write FR-RCS-123456782", "écrivez FR-RCS-123456782"),
    (
        iati_org,
        "123 456 782 00010",
        "iati.bare-siret",
        "so write FR-RCS-123456782",
        "écrivez FR-RCS-123456782",
    ),
    (iati_org, "W751234567", "iati.bare-rna", "ask INSEE for a SIREN", "demandez un SIREN à l’Insee"),
    (iati_org, "FR_RCS_123456782", "iati.separator", "write FR-RCS-123456782", "écrivez FR-RCS-123456782"),
    (iati_org, "FR RCS 123456782", "iati.separator", "with single hyphens", "par un seul tiret"),
    (iati_org, "FR-RCS:123456782", "iati.separator", "write FR-RCS-123456782", "écrivez FR-RCS-123456782"),
    (iati_org, "FR-123456782", "iati.missing-register", "lacks the register", "le registre entre le pays"),
    (iati_org, "SIREN-123456782", "iati.missing-country", "lacks the country", "le pays au début"),
    (
        iati_org,
        "Association X",
        "iati.no-prefix",
        "find yours on org-id.guide",
        "cherchez le vôtre sur org-id.guide",
    ),
    (iati_org, "FR-RCS-", "iati.nothing-after-prefix", "(FR-RCS)", "(FR-RCS)"),
    (iati_org, "GB-CHC", "iati.nothing-after-prefix", "stops after the prefix", "s’arrête après le préfixe"),
    (
        iati_org,
        "FR-RCS-123456782-P1",
        "iati.activity-identifier",
        "keep only FR-RCS-123456782",
        "que FR-RCS-123456782",
    ),
    (
        iati_org,
        "FR-RCS-Paris B 123 456 782",
        "iati.commerce-register",
        "the town or letter",
        "la ville ou la lettre",
    ),
    (
        iati_org,
        "FR-RCS-W751234567",
        "iati.rna-after-siren-prefix",
        "is for SIREN numbers",
        "qui attend un SIREN",
    ),
    (
        iati_org,
        "FR-RCS-12345678",
        "iati.number-length",
        "has 8 digits after FR-RCS",
        "a 8 chiffres après FR-RCS",
    ),
    (iati_org, "FR-INSEE-12", "iati.number-length", "after FR-INSEE", "après FR-INSEE"),
    (iati_org, "FR-RCS-ABC", "iati.number-characters", "cannot have: A B C", "étrangers à un SIREN : A B C"),
    (
        iati_org,
        "FR-RCS-123456789",
        "iati.siren-checksum",
        "123 456 789 is no SIREN",
        "123 456 789 n’est pas un SIREN",
    ),
    (iati_org, "FR-SIRET-12345678200011", "iati.siret-checksum", "is no SIRET", "n’est pas un SIRET"),
    (
        iati_org,
        "FR-RNA-751234567",
        "iati.rna-shape",
        "751234567 is no RNA number",
        "751234567 n’est pas un numéro RNA",
    ),
    (iati_org, "XM-DAC-AFD", "iati.dac-shape", "has AFD after XM-DAC", "a AFD après XM-DAC"),
    (cog, "", "cog.empty", "write a level and a code", "écrivez un niveau et un code"),
    (cog, "Bretagna", "cog.no-level", "names no territory we know", "ne désigne aucun territoire connu"),
    (cog, "departement:", "cog.no-code", "the level departement", "le niveau departement"),
    (cog, "75", "cog.several-territories", "region:75 (Nouvelle-Aquitaine)", "departement:75 (Paris)"),
    (cog, "guadeloupe", "cog.several-territories", "region:01", "departement:971"),
    (cog, "2B", "cog.level-missing", "departement:2B (Haute-Corse)", "departement:2B (Haute-Corse)"),
    (cog, "ile de france", "cog.level-missing", "write region:11", "écrivez region:11"),
    (cog, "33063", "cog.commune-without-level", "write commune:33063", "écrivez commune:33063"),
    (cog, "canton:3301", "cog.unknown-level", "begins with canton", "commence par canton"),
    (cog, "region:971", "cog.other-level", "departement:971 (Guadeloupe)", "departement:971 (Guadeloupe)"),
    (cog, "departement:988", "cog.other-level", "write collectivite:988", "écrivez collectivite:988"),
    (cog, "pays:SN", "cog.foreign-country", "recipient countries", "pays bénéficiaires"),
    (cog, "region:99", "cog.unknown-region", "is no region", "n’est pas une région"),
    (cog, "region:82", "cog.former-region", "is Rhône-Alpes", "est Rhône-Alpes"),
    (cog, "region:23", "cog.former-region", "region:28 (Normandie)", "region:28 (Normandie)"),
    (cog, "departement:1", "cog.leading-zero", "departement:01 (Ain)", "departement:01 (Ain)"),
    (cog, "region:4", "cog.leading-zero", "region:04 (La Réunion)", "region:04 (La Réunion)"),
    (cog, "departement:96", "cog.unknown-department", "is no department", "n’est pas un département"),
    (cog, "departement:20", "cog.corsica", "departement:2A", "departement:2B"),
    (cog, "collectivite:999", "cog.unknown-collectivity", "986 to 989", "986 à 989"),
    (cog, "commune:750", "cog.commune-shape", "five characters", "cinq caractères"),
    (cog, "commune:Lyon", "cog.commune-shape", "has no commune’s code", "n’a pas un code de commune"),
    (cog, "commune:1004", "cog.commune-leading-zero", "write commune:01004", "écrivez commune:01004"),
    (cog, "commune:96001", "cog.commune-department", "begins with 96", "commence par 96"),
    (cog, "commune:97999", "cog.commune-department", "begins with 979", "commence par 979"),
    (cog, "commune:20004", "cog.commune-of-corsica", "2A or 2B", "2A ou 2B"),
    (cog, "commune:75011", "cog.postal-code", "commune:75111", "commune:75111"),
    (cog, "epci:200054780", "cog.grouping-siren", "valid check digit", "dont la clé est juste"),
    (legal_category, "", "legal.empty", "write INSEE’s four digits", "écrivez les quatre chiffres"),
    (legal_category, "92AB", "legal.characters", "cannot have: A B.", "catégorie juridique : A B."),
    (legal_category, "92", "legal.length", "has 2 digits", "a 2 chiffres"),
    (legal_category, "9999", "legal.unknown", "not one of INSEE’s", "n’est pas une catégorie juridique"),
]


def _name(case: object) -> str | None:
    return case.__name__.rpartition(".")[2] if isinstance(case, ModuleType) else None


@pytest.mark.parametrize(("module", "value", "kept"), GOOD, ids=_name)
def test_good(module: ModuleType, value: str, kept: str) -> None:
    assert module.validate(value) == kept
    assert module.is_valid(value)
    assert module.validate(module.format(value)) == kept


@pytest.mark.parametrize(("module", "value", "code", "english", "french"), BAD, ids=_name)
def test_bad(module: ModuleType, value: str, code: str, english: str, french: str) -> None:
    assert not module.is_valid(value)
    with pytest.raises(Refusal) as caught:
        module.validate(value)
    refusal = caught.value
    assert refusal.code == code
    assert isinstance(refusal, ValidationError)
    assert english in refusal.sentence("en")
    assert french in refusal.sentence("fr-FR").replace(NBSP, " ")
    if value.strip(f" {NBSP}.") and value.isprintable() and len(value) < 60:
        assert f"“{value}”" in refusal.sentence("en")
        assert f"«{NBSP}{value}{NBSP}»" in refusal.sentence("fr")


def test_the_table_is_long_enough() -> None:
    assert len(GOOD) + len(BAD) >= 100
    assert {case[0] for case in GOOD} == {case[0] for case in BAD}
