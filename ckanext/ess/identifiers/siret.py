"""SIRET: the SIREN of an organisation and the five digits of one of its establishments.

The check is python-stdnum's, with its exception for La Poste, whose establishments do not follow Luhn.

>>> validate("123 456 782 00010")
'12345678200010'
>>> format("12345678200010")
'123 456 782 00010'
>>> to_siren("123 456 782 00010")
'123456782'
>>> is_valid("35600000049837")
True
>>> refusal("12345678200011").code
'siret.establishment-checksum'
"""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.fr import siret as stdnum_siret

from . import siren, text
from .refusal import Refusal

LENGTH = siren.SIRET_LENGTH

LA_POSTE = "356000000"

#: What a spreadsheet makes of fourteen digits in a column that is too narrow or not text.
_SPREADSHEET = re.compile(r"\d[.,]?\d*E\+?\d+", re.ASCII | re.IGNORECASE)


class Empty(Refusal):
    """Nothing was given."""

    code = "siret.empty"


class Spreadsheet(Refusal):
    """A number in scientific notation, whose last digits are lost."""

    code = "siret.spreadsheet"


class OtherIdentifier(Refusal):
    """A VAT number or an IATI identifier, which hold the SIREN only."""

    code = "siret.other-identifier"


class IsRna(Refusal):
    """An association's RNA number."""

    code = "siret.is-rna"


class Characters(Refusal):
    """Something else than digits."""

    code = "siret.characters"


class IsSiren(Refusal):
    """Nine digits: the SIREN, without the establishment."""

    code = "siret.is-siren"


class TooShort(Refusal):
    """Fewer than fourteen digits."""

    code = "siret.too-short"


class TooLong(Refusal):
    """More than fourteen digits."""

    code = "siret.too-long"


class Placeholder(Refusal):
    """Zeros only, which pass the checksum."""

    code = "siret.placeholder"


class LaPosteChecksum(Refusal):
    """An establishment of La Poste whose digits do not add up to a multiple of five."""

    code = "siret.la-poste-checksum"


class EstablishmentChecksum(Refusal):
    """The SIREN is right, the establishment's five digits are not."""

    code = "siret.establishment-checksum"


class SirenChecksum(Refusal):
    """The fourteen digits pass the check, their first nine do not."""

    code = "siret.siren-checksum"


class Checksum(Refusal):
    """Neither the nine nor the fourteen digits pass the check."""

    code = "siret.checksum"


def compact(number: str) -> str:
    """Without spaces, dots, hyphens; letters in capitals."""
    return text.compact(number)


def _other(number: str, digits: str) -> Refusal | None:
    if _SPREADSHEET.fullmatch(text.without_blanks(number)):
        return Spreadsheet(number)
    other = siren.other_identifier(number, digits)
    if isinstance(other, siren.IsRna):
        return IsRna(number)
    if other:
        return OtherIdentifier(number, siren=siren.format(other.params["siren"]))
    return None if text.is_digits(digits) else Characters(number, found=text.odd_characters(digits))


def _length(number: str, digits: str) -> Refusal | None:
    if len(digits) == siren.LENGTH and siren.is_valid(digits):
        return IsSiren(number)
    if len(digits) < LENGTH:
        return TooShort(number, count=str(len(digits)))
    if len(digits) > LENGTH:
        return TooLong(number, count=str(len(digits)))
    return None if int(digits) else Placeholder(number)


def _checksum(number: str, digits: str) -> Refusal | None:
    if stdnum_siret.is_valid(digits):
        return None
    if digits.startswith(LA_POSTE):
        return LaPosteChecksum(number)
    if siren.is_valid(digits[: siren.LENGTH]):
        return EstablishmentChecksum(number, siren=siren.format(digits[: siren.LENGTH]))
    if luhn.is_valid(digits):
        return SirenChecksum(number, siren=siren.format(digits[: siren.LENGTH]))
    return Checksum(number)


def refusal(number: str) -> Refusal | None:
    """Why this is no SIRET; None when it is one."""
    digits = compact(number)
    if not digits:
        return Empty(number)
    return _other(number, digits) or _length(number, digits) or _checksum(number, digits)


def validate(number: str) -> str:
    """Return the fourteen digits, or raise the ``Refusal`` that fits."""
    if wrong := refusal(number):
        raise wrong
    return compact(number)


def is_valid(number: str) -> bool:
    """Whether this is a SIRET, however it is spaced."""
    return refusal(number) is None


def to_siren(number: str) -> str:
    """The SIREN of the organisation; raises like ``validate``."""
    return validate(number)[: siren.LENGTH]


def format(number: str) -> str:  # noqa: A001 - python-stdnum's verb
    """The SIREN in threes, then the establishment, as printed on official papers."""
    digits = compact(number)
    return " ".join(part for part in (siren.format(digits[: siren.LENGTH]), digits[siren.LENGTH :]) if part)
