"""One key for all the ways in which an organisation is written.

>>> judge("FR-RCS-123 456 782", "")
Judged(key='FR-RCS-123456782', identified=True)
>>> judge("FR-SIRET-12345678200010", "Les Amis")
Judged(key='FR-RCS-123456782', identified=True)
>>> judge("", "Agence Française de Développement (AFD)")
Judged(key='FR-RCS-775665599', identified=True)
>>> judge("N/A", "Les  Amis de l'Été")
Judged(key='name:les amis de l ete', identified=False)
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ckanext.ess.iati.extract.values import LONGEST
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.identifiers import iati_org, text
from ckanext.ess.identifiers.refusal import Refusal
from ckanext.ess.identifiers.tsv import rows

NAME = "name:"
TABLE = Path(__file__).parent / "data" / "organisation_aliases.tsv"
#: Channel codes that stand for a kind of organisation ("national NGO"), not for one.
_KIND = re.compile(r"(?:XM-DAC-)?[0-9]{2}000")
#: What stands where a name was not known.
_NOBODY = frozenset({"", "nan", "n a", "na", "none", "null", "unknown", "inconnu", "tbd", "tbc", "x", "xxx"})
_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"\s*\([^()]*\)\s*$")
_SUCCESSORS = frozenset({"iati.legacy-agency", "iati.legacy-channel"})


class Judged(NamedTuple):
    """The key of a mention, and whether it is an identifier."""

    key: str
    identified: bool


class _Aliases(NamedTuple):
    by_ref: dict[str, str]
    by_name: dict[str, str]
    labels: dict[str, str]


@lru_cache(maxsize=1)
def _aliases() -> _Aliases:
    """Return the table of aliases, over the names of the OECD's list of channels."""
    by_ref: dict[str, str] = {}
    by_name: dict[str, str] = {}
    labels: dict[str, str] = {}
    for channel in codelist("CRSChannelCode"):
        if not _KIND.fullmatch(channel.code):
            by_name |= {_alike(folded(name)): f"XM-DAC-{channel.code}" for name in channel[1:3] if name}
    for key, label, kind, written in rows(TABLE):
        labels[key] = label
        if kind == "ref":
            by_ref[text.upper(iati_org.compact(written))] = key
        else:
            by_name[_alike(folded(written))] = key
    return _Aliases(by_ref, by_name, labels)


def label(key: str) -> str:
    """Return the usual name of an organisation of the table of aliases, "" for others."""
    return _aliases().labels.get(key, "")


@lru_cache(maxsize=16384)
def judge(ref: str, name: str) -> Judged:
    """Return the key of an organisation from its identifier and one of its names, either of them empty."""
    if key := _identifier(ref):
        return Judged(key, identified=True)
    plain = folded(name or ref)
    if plain in _NOBODY:
        return Judged("", identified=False)
    aliases = _aliases().by_name
    for known in (plain, folded(_ACRONYM.sub("", name))):
        if key := aliases.get(_alike(known), ""):
            return Judged(key, identified=True)
    return Judged(f"{NAME}{plain[:LONGEST]}" if plain else "", identified=False)


def _identifier(ref: str) -> str:
    """Return an identifier as all its spellings are written, "" where it is none."""
    if not ref:
        return ""
    compact = text.upper(iati_org.compact(ref))
    if key := _aliases().by_ref.get(compact, ""):
        return key
    if _KIND.fullmatch(compact):
        return ""
    try:
        verdict = iati_org.check(ref)
    except Refusal:
        return ""
    if verdict.siren:
        return f"FR-RCS-{verdict.siren}"
    for notice in verdict.warnings:
        if notice.code in _SUCCESSORS:
            compact = notice.params["proposed"]
    return _aliases().by_ref.get(compact, compact)


def _alike(plain: str) -> str:
    """Return a folded name in British spelling, as the list of channels has it."""
    return plain.replace("organiz", "organis")


def folded(name: str) -> str:
    """Return a name's letters and digits in words, without accents and capitals, of any script."""
    plain = name.casefold()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in letters if not unicodedata.combining(char))
    return " ".join(_WORD.findall(plain))
