"""One key for all the ways in which an organisation is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ckanext.ess.iati.extract.document import Organisation
from ckanext.ess.iati.extract.draft import Draft
from ckanext.ess.iati.extract.naming import NAME, TABLE, judge, label
from ckanext.ess.iati.extract.organisations import read
from ckanext.ess.iati.read import IatiFile, parse
from ckanext.ess.identifiers import iati_org, siren
from ckanext.ess.identifiers.tsv import rows
from ckanext.ess.tests.shared import shared_files

AFD = "FR-RCS-775665599"
#: key → identifiers and names that mean it
SPELLINGS = {
    AFD: [
        ("FR-3", ""), ("fr-3", "whoever"), ("XM-DAC-4-3", ""), ("FR-RCS-775665599", ""),
        ("FR-RCS-775 665 599", ""), ("FR-SIREN-775665599", ""), ("fr–rcs–775665599", ""), ("", "AFD"),
        ("", "Agence Française de Développement"), ("", "AGENCE FRANCAISE DE DEVELOPPEMENT"),
        ("", "agence française de développement (AFD)"), ("", "French Development Agency"),
        ("N/A", "AFD - Agence Française de Développement"),
    ],
    "GB-GOV-1": [
        ("GB-1", "DFID"), ("GB-GOV-1", ""), ("XM-DAC-12-1", ""),
        ("", "Department for International Development"),
    ],
    "US-GOV-1": [
        ("US-1", ""), ("US-GOV-1", ""),
        ("US-USAGOV", "UNITED STATES AGENCY FOR INTERNATIONAL DEVELOPMENT (USAID)"),
    ],
    "XM-DAC-41114": [
        ("41114", ""), ("XM-DAC-41114", ""), ("", "UNDP"), ("'002100", "UN Development Programme"),
        ("", "Programme des Nations Unies pour le développement (PNUD)"),
    ],
    "XM-DAC-47066": [
        ("", "International Organization for Migration"),
        ("", "International Organisation for Migration (IOM)"),
    ],
    "XM-DAC-41502": [("41AAA", "United Nations Office for Project Services"), ("41000", "UNOPS")],
    "name:les amis de l eau": [
        ("", "Les Amis de l'Eau"), ("", "LES AMIS DE L’EAU"), ("", " les  amis de l'eau. "),
        ("N/A", "Les amis de l'eau"), ("52000", "Les amis de l'eau"), ("XM-DAC-22000", "Les amis de l'eau"),
        ("FR-RCS-123456789", "Les amis de l'eau"),
    ],
    "name:министерство финансов": [("", "Министерство Финансов")],
    "name:وزارة المالية": [("", "وزارة المالية")],
    "": [("", ""), ("", "nan"), ("", "N/A"), ("0", "'"), ("", "Unknown"), ("", "—")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("ref", "name", "key"), [(ref, name, key) for key, said in SPELLINGS.items() for ref, name in said]
)
def test_spelling(ref: str, name: str, key: str):
    """The key, and whether it is an identifier."""
    judged = judge(ref, name)
    assert judged.key == key
    assert judged.identified == (bool(key) and not key.startswith(NAME))


def test_the_table_can_be_reviewed():
    """Keys are identifiers that can be kept, each with one label; no spelling means two of them."""
    table = rows(TABLE)
    labels: dict[str, set[str]] = {}
    for key, name, kind, _ in table:
        assert kind in {"ref", "name"}
        assert iati_org.is_valid(key)
        assert not key.startswith("FR-RCS-") or siren.is_valid(key.removeprefix("FR-RCS-"))
        labels.setdefault(key, set()).add(name)
    assert all(len(names) == 1 for names in labels.values())
    for key, _, kind, said in table:
        assert judge(said if kind == "ref" else "", said if kind == "name" else "").key == key
    assert label(AFD) == "Agence française de développement"
    assert label("FR-RCS-123456782") == ""


def mentions(path: Path) -> Iterator[Organisation]:
    """Every organisation that a file names, in the activity or a transaction."""
    with IatiFile(path) as file:
        for piece in file.pieces():
            if not piece.number or file.root is None:
                continue
            element = parse(piece, file.root, file.limits).element
            if element is not None:
                found = element.iter("participating-org", "provider-org", "receiver-org")
                yield from [read(one, Draft("", "")) for one in found]


def test_most_spellings_of_real_files_come_together():
    """In the samples, keys make fewer organisations than there are spellings, and lose no mention."""
    spellings: Counter[tuple[str, str]] = Counter()
    keys: Counter[str] = Counter()
    for path in shared_files("samples/real/*.xml"):
        for organisation in mentions(path):
            spellings[organisation.ref, organisation.name] += 1
            keys[organisation.key] += 1
    if not spellings:
        pytest.skip("no samples here")
    assert sum(keys.values()) == sum(spellings.values())
    assert len(keys) < 0.9 * len(spellings)
    assert keys[""] < 0.05 * sum(keys.values())
