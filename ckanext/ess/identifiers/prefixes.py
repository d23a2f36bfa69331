"""Prefixes of IATI organisation identifiers: which registers are known, withdrawn or never were.

An identifier is ``COUNTRY-REGISTER-NUMBER``; the first two parts name the list that the number comes from.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from .tsv import rows

DATA = Path(__file__).parent / "data"

#: French prefixes that people use although no register of that name was ever listed.
NEVER_LISTED = ("FR-SIRET", "FR-SIREN", "FR-SIRENE", "FR-RNA", "FR-WALDEC")

#: French prefixes whose number is a SIREN or a SIRET.
SIREN_PREFIXES = ("FR-RCS", "FR-INSEE", "FR-SIRET", "FR-SIREN", "FR-SIRENE")

RNA_PREFIXES = ("FR-RNA", "FR-WALDEC")


@lru_cache(maxsize=1)
def registered() -> frozenset[str]:
    """Prefixes that org-id.guide confirms (also those since withdrawn)."""
    return frozenset(prefix for (prefix,) in rows(DATA / "org_id_prefixes.tsv"))


@lru_cache(maxsize=1)
def withdrawn() -> dict[str, str]:
    """Withdrawn prefixes, with the one that replaces each, "" where none does."""
    return {cells[0]: cells[1] for cells in rows(DATA / "withdrawn_prefixes.tsv")}


@lru_cache(maxsize=1)
def dac_donors() -> dict[str, str]:
    """Donor countries' numbers at the OECD's Development Assistance Committee (XM-DAC-<donor>-…)."""
    return {cells[0]: cells[1] for cells in rows(DATA / "dac_donors.tsv")}


def split(identifier: str) -> tuple[str, str]:
    """Prefix and number; the number is "" when there are fewer than three parts.

    >>> split("FR-RCS-123456782")
    ('FR-RCS', '123456782')
    >>> split("XM-DAC-4-3")
    ('XM-DAC', '4-3')
    """
    parts = identifier.split("-", 2)
    return "-".join(parts[:2]), parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - COUNTRY-REGISTER-NUMBER
