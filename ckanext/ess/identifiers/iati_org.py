"""IATI organisation identifiers, as they should be and as they are found in French data.

``FR-RCS-<SIREN>`` is the form to propose. Most identifiers in use carry a SIRET, a withdrawn prefix
(``FR-INSEE``) or one that was never listed (``FR-SIRET``): they are kept as they are, since an identifier
that was published is not rewritten (an activity that must change says so in ``other-identifier`` type B1),
matched to the SIREN, and a notice says what is unusual.

>>> verdict = check("FR-RCS-123 456 782")
>>> verdict.value, verdict.siren, [notice.code for notice in verdict.warnings]
('FR-RCS-123456782', '123456782', ['iati.blanks'])
>>> check("FR-INSEE-12345678200010").siren
'123456782'
>>> propose("123 456 782")
'FR-RCS-123456782'
>>> is_valid("FR-RCS-123456789")
False
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from . import french_org, prefixes, rna, siren, siret, text
from . import iati_sentences as say
from .refusal import Notice, Refusal

MAX_LENGTH = 200

_FORBIDDEN = "/&|?"
_LEGACY_AGENCY = re.compile(r"([A-Z]{2})-(\d{1,3})", re.ASCII)
_LEGACY_CHANNEL = re.compile(r"[1-9]\d{4}", re.ASCII)
_DAC = re.compile(r"\d{1,5}(-\d{1,5})?", re.ASCII)


class Verdict(NamedTuple):
    """An accepted identifier: as it should be written, the SIREN it stands for, and what should be known."""

    value: str
    siren: str | None
    warnings: tuple[Notice, ...]


class _Numbered(NamedTuple):
    """What a number says once its prefix is known."""

    siren: str | None
    notices: list[Notice]


def compact(identifier: str) -> str:
    """Without blanks, with plain hyphens and a known prefix in capitals; the number's letters are kept.

    >>> compact(" fr–rcs–123 456 782 ")
    'FR-RCS-123456782'
    >>> compact("gb-chc-Ab1")
    'GB-CHC-Ab1'
    """
    value = text.plain_dashes(text.without_blanks(identifier))
    prefix, number = prefixes.split(value)
    capital = text.upper(prefix)
    if capital != prefix and (capital in prefixes.registered() or capital.startswith("FR-")):
        return f"{capital}-{number}" if number else capital
    return value


def _rewritten(identifier: str, value: str) -> Iterator[Notice]:
    """Notices about what ``compact`` changed, beyond blanks at both ends."""
    given = identifier.strip()
    if text.without_blanks(given) != given:
        yield say.Blanks(identifier, written=value)
    if text.plain_dashes(given) != given:
        yield say.Dashes(identifier, written=value)
    if text.plain_dashes(text.without_blanks(given)) != value:
        yield say.Capitals(identifier, written=value)


def _form(identifier: str, value: str) -> Refusal | None:
    """Faults that do not depend on the register."""
    if not value:
        return say.Empty(identifier)
    if len(value) > MAX_LENGTH:
        return say.TooLong(identifier, count=str(len(value)))
    for character in value:
        if character in _FORBIDDEN or unicodedata.category(character)[0] == "C":
            name = character if character in _FORBIDDEN else f"U+{ord(character):04X}"
            return say.ForbiddenCharacter(identifier, found=name)
    return None


def _without_prefix(identifier: str, value: str) -> Refusal:
    """The refusal of a value without a hyphen."""
    if siren.is_valid(value):
        return say.BareSiren(identifier, proposed=propose(value))
    if siret.is_valid(value):
        return say.BareSiret(identifier, proposed=propose(siret.to_siren(value)))
    if rna.is_valid(value):
        return say.BareRna(identifier)
    return say.NoPrefix(identifier)


def _known_prefix(identifier: str, prefix: str, number: str) -> _Numbered:
    if prefix == "XM-DAC" and not _DAC.fullmatch(number):
        raise say.DacShape(identifier, number=number)
    if prefix in prefixes.withdrawn():
        successor = prefixes.withdrawn()[prefix]
        if successor:
            return _Numbered(None, [say.Withdrawn(identifier, prefix=prefix, successor=successor)])
        return _Numbered(None, [say.WithdrawnForGood(identifier, prefix=prefix)])
    if prefix not in prefixes.registered():
        return _Numbered(None, [say.UnknownPrefix(identifier, prefix=prefix)])
    return _Numbered(None, [])


def _legacy(identifier: str, value: str) -> _Numbered | None:
    """Identifiers of the time before prefixes, still in use for public agencies."""
    if _LEGACY_CHANNEL.fullmatch(value):
        return _Numbered(None, [say.LegacyChannel(identifier, proposed=f"XM-DAC-{value}")])
    match = _LEGACY_AGENCY.fullmatch(value)
    donor = prefixes.dac_donors().get(match[1]) if match else None
    if match and donor:
        proposed = f"XM-DAC-{donor}-{int(match[2])}"
        return _Numbered(None, [say.LegacyAgency(identifier, proposed=proposed)])
    return None


def _numbered(identifier: str, value: str) -> _Numbered:
    """Judge the number after its prefix; raises a ``Refusal``."""
    if legacy := _legacy(identifier, value):
        return legacy
    if wrong := french_org.misspelt(identifier, value):
        raise wrong
    if "-" not in value:
        raise _without_prefix(identifier, value)
    prefix, number = prefixes.split(value)
    if not number:
        raise say.NothingAfterPrefix(identifier, prefix=prefix.rstrip("-"))
    if prefix in prefixes.SIREN_PREFIXES:
        return _Numbered(*french_org.siren_number(identifier, prefix, number))
    if prefix in prefixes.RNA_PREFIXES:
        return _Numbered(None, french_org.rna_number(identifier, prefix, number))
    return _known_prefix(identifier, prefix, number)


def check(identifier: str, *, association: bool = False) -> Verdict:
    """Judge an identifier; raises the ``Refusal`` that fits.

    With ``association``, a notice explains why ``FR-RCS`` is right for an association that is not in the
    commerce register.
    """
    value = compact(identifier)
    if wrong := _form(identifier, value):
        raise wrong
    numbered = _numbered(identifier, value)
    notices = [*_rewritten(identifier, value), *numbered.notices]
    if association and value.startswith("FR-RCS-"):
        notices.append(say.RcsForAssociations(identifier))
    return Verdict(value, numbered.siren, tuple(notices))


def validate(identifier: str) -> str:
    """Return the identifier as it should be written, or raise the ``Refusal`` that fits."""
    return check(identifier).value


def is_valid(identifier: str) -> bool:
    """Whether the identifier can be kept, if need be with a notice."""
    try:
        return bool(check(identifier))
    except Refusal:
        return False


def format(identifier: str) -> str:  # noqa: A001 - python-stdnum's verb
    """As it is published: in one piece."""
    return compact(identifier)


def propose(number: str) -> str:
    """The identifier to publish under, from a SIREN or a SIRET; raises that number's ``Refusal``."""
    digits = text.compact(number)
    return f"FR-RCS-{siret.to_siren(digits) if len(digits) == siret.LENGTH else siren.validate(digits)}"


def siren_of(identifier: str) -> str | None:
    """The SIREN that an identifier stands for; None when it has none or cannot be kept.

    >>> siren_of("FR-SIRET-12345678200010")
    '123456782'
    """
    try:
        return check(identifier).siren
    except Refusal:
        return None
