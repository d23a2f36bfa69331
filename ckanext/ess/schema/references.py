"""An organisation's identifiers as a page shows them: spaced, linked to their register, explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ckanext.ess.identifiers import iati_org, prefixes, rna, siren, siret
from ckanext.ess.identifiers.refusal import Notice, Refusal
from ckanext.ess.schema import language

_COMPANY = "https://annuaire-entreprises.data.gouv.fr/entreprise/{}"
_ESTABLISHMENT = "https://annuaire-entreprises.data.gouv.fr/etablissement/{}"
_REGISTER = "https://org-id.guide/list/{}"


@dataclass(frozen=True)
class Reference:
    """One identifier.

    ``url`` leads to the register and is empty where there is none. ``notes`` are sentences in the reader's
    language. ``valid`` says that its form is right, not that the organisation exists.
    """

    value: str
    text: str
    url: str = ""
    valid: bool = True
    notes: tuple[str, ...] = ()


def of(kind: str, value: str, *, association: bool = False) -> Reference:
    """The reference of a ``siren``, ``siret``, ``rna`` or ``iati`` identifier.

    For an association a note says why ``FR-RCS`` is right, though it is not in the trade register.
    """
    try:
        return _iati(value, association=association) if kind == "iati" else _READERS[kind](value)
    except Refusal as refusal:
        return Reference(value, value, valid=False, notes=(refusal.sentence(language.current()),))


def _siren(value: str) -> Reference:
    number = siren.validate(value)
    return Reference(number, siren.format(number), _COMPANY.format(number))


def _siret(value: str) -> Reference:
    number = siret.validate(value)
    return Reference(number, siret.format(number), _ESTABLISHMENT.format(number))


def _rna(value: str) -> Reference:
    checked = rna.check(value)
    return Reference(checked.value, rna.format(checked.value), notes=_sentences(checked.notices))


def _iati(value: str, *, association: bool) -> Reference:
    verdict = iati_org.check(value, association=association)
    prefix, _number = prefixes.split(verdict.value)
    url = _REGISTER.format(prefix) if prefix in prefixes.registered() else ""
    return Reference(value, value, url, notes=_sentences(verdict.warnings))


def _sentences(notices: tuple[Notice, ...]) -> tuple[str, ...]:
    return tuple(notice.sentence(language.current()) for notice in notices)


_READERS: Mapping[str, Callable[[str], Reference]] = {
    "siren": _siren,
    "siret": _siret,
    "rna": _rna,
}
