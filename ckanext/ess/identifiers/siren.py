"""SIREN: the nine digits by which France's Sirene register knows an organisation.

The check is python-stdnum's; what is added is a refusal that says what was given instead.

>>> validate("123 456 782")
'123456782'
>>> format("123456782")
'123 456 782'
>>> is_valid("123456789")
False
>>> refusal("12345678").code
'siren.too-short'
"""

from __future__ import annotations

import re

from stdnum import luhn

from . import text
from .refusal import Refusal

LENGTH = 9
SIRET_LENGTH = 14

_VAT = re.compile(r"FR[0-9A-HJ-NP-Z]{2}(\d{9})", re.ASCII)
_IATI = re.compile(r"FR(?:RCS|INSEE|SIRET|SIREN)(\d{9})(?:\d{5})?", re.ASCII)
_RNA = re.compile(r"W\d[A-Z\d]\d{7}", re.ASCII)


class Empty(Refusal):
    """Nothing was given."""

    code = "siren.empty"


class IsVat(Refusal):
    """A French VAT number, which ends with the SIREN."""

    code = "siren.is-vat"


class IsIati(Refusal):
    """An IATI organisation identifier, which holds the SIREN."""

    code = "siren.is-iati-identifier"


class IsRna(Refusal):
    """An association's RNA number."""

    code = "siren.is-rna"


class Characters(Refusal):
    """Something else than digits."""

    code = "siren.characters"


class IsSiret(Refusal):
    """Fourteen digits: the SIRET of one establishment."""

    code = "siren.is-siret"


class TooShort(Refusal):
    """Fewer than nine digits."""

    code = "siren.too-short"


class TooLong(Refusal):
    """More than nine digits, and not a SIRET's fourteen."""

    code = "siren.too-long"


class Placeholder(Refusal):
    """Zeros only, which pass the checksum."""

    code = "siren.placeholder"


class Checksum(Refusal):
    """The Luhn check digit does not match."""

    code = "siren.checksum"


def compact(number: str) -> str:
    """Without spaces, dots, hyphens; letters in capitals.

    >>> compact(" 123.456-782 ")
    '123456782'
    """
    return text.compact(number)


def other_identifier(number: str, compacted: str) -> Refusal | None:
    """The refusal of a value that is another kind of identifier; also used for the SIRET."""
    if match := _VAT.fullmatch(compacted):
        return IsVat(number, siren=match[1])
    if match := _IATI.fullmatch(compacted):
        return IsIati(number, siren=match[1])
    if _RNA.fullmatch(compacted):
        return IsRna(number)
    return None


def _length(number: str, digits: str) -> Refusal | None:
    if len(digits) == SIRET_LENGTH:
        return IsSiret(number, siren=format(digits[:LENGTH]))
    if len(digits) < LENGTH:
        return TooShort(number, count=str(len(digits)))
    if len(digits) > LENGTH:
        return TooLong(number, count=str(len(digits)))
    return None


def refusal(number: str) -> Refusal | None:
    """Why this is no SIREN; None when it is one."""
    digits = compact(number)
    if not digits:
        return Empty(number)
    if other := other_identifier(number, digits):
        return other
    if not text.is_digits(digits):
        return Characters(number, found=text.odd_characters(digits))
    if wrong := _length(number, digits):
        return wrong
    if not int(digits):
        return Placeholder(number)
    return None if luhn.is_valid(digits) else Checksum(number)


def validate(number: str) -> str:
    """Return the nine digits, or raise the ``Refusal`` that fits."""
    if wrong := refusal(number):
        raise wrong
    return compact(number)


def is_valid(number: str) -> bool:
    """Whether this is a SIREN, however it is spaced."""
    return refusal(number) is None


def format(number: str) -> str:  # noqa: A001 - python-stdnum's verb
    """In threes, as printed on official papers."""
    digits = compact(number)
    return " ".join(part for part in (digits[:3], digits[3:6], digits[6:]) if part)
