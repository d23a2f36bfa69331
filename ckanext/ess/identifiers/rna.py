"""RNA: the number of an association in France's national register (répertoire national des associations).

W, a digit, a digit or a letter, seven digits; there is no check digit. The letter is found in the numbers
of Corsica and of some overseas prefectures, which the often-quoted "W and nine digits" refuses.
Associations under the local law of Bas-Rhin, Haut-Rhin and Moselle are in a court's register and have
no RNA number.

>>> validate("w 751 234 567")
'W751234567'
>>> validate("W2A1000123")
'W2A1000123'
>>> is_valid("751234567")
False
>>> [notice.code for notice in check("W671234567").notices]
['rna.alsace-moselle']
"""

from __future__ import annotations

import re
from typing import NamedTuple

from . import siren, siret, text
from .refusal import Notice, Refusal

LENGTH = 10

_PATTERN = re.compile(r"W\d[A-Z\d]\d{7}", re.ASCII)
_LOCAL_LAW = re.compile(r"VOL(?:UME)?\d*[A-Z]*\d*FOL(?:IO)?\d*.*", re.ASCII)
_LOOKALIKES = str.maketrans("OIL", "011")
_ALSACE_MOSELLE = ("W57", "W67", "W68")


class Empty(Refusal):
    """Nothing was given."""

    code = "rna.empty"


class IsSiren(Refusal):
    """Nine digits that are a SIREN."""

    code = "rna.is-siren"


class IsSiret(Refusal):
    """Fourteen digits that are a SIRET."""

    code = "rna.is-siret"


class LocalLaw(Refusal):
    """A volume and folio of a court's register (Alsace-Moselle)."""

    code = "rna.local-law"


class NoLetter(Refusal):
    """Nine digits: the W was left out."""

    code = "rna.no-letter"


class FirstLetter(Refusal):
    """The value does not begin with W."""

    code = "rna.first-letter"


class Lookalike(Refusal):
    """A letter O, I or L stands where a digit must be."""

    code = "rna.lookalike"


class Characters(Refusal):
    """A character that does not belong where it stands."""

    code = "rna.characters"


class TooShort(Refusal):
    """Fewer than ten characters."""

    code = "rna.too-short"


class TooLong(Refusal):
    """More than ten characters."""

    code = "rna.too-long"


class AlsaceMoselle(Notice):
    """The number begins like one of the three departments under local law."""

    code = "rna.alsace-moselle"


class Checked(NamedTuple):
    """An accepted number and what should be known about it."""

    value: str
    notices: tuple[Notice, ...]


def compact(number: str) -> str:
    """Without spaces, dots, hyphens; letters in capitals.

    >>> compact("w751-234-567")
    'W751234567'
    """
    return text.compact(number)


def _other_identifier(number: str, value: str) -> Refusal | None:
    if siren.is_valid(value):
        return IsSiren(number)
    if siret.is_valid(value):
        return IsSiret(number, siren=siren.format(value[: siren.LENGTH]))
    if _LOCAL_LAW.fullmatch(value):
        return LocalLaw(number)
    return None


def _beginning(number: str, value: str) -> Refusal | None:
    if value.startswith("W"):
        return None
    if len(value) == LENGTH - 1 and text.is_digits(value):
        return NoLetter(number, proposed=f"W{value}")
    return FirstLetter(number, found=value[0])


def _shape(number: str, value: str) -> Refusal | None:
    if len(value) < LENGTH:
        return TooShort(number, count=str(len(value)))
    if len(value) > LENGTH:
        return TooLong(number, count=str(len(value)))
    if _PATTERN.fullmatch(value):
        return None
    proposed = value[:3] + value[3:].translate(_LOOKALIKES)
    if _PATTERN.fullmatch(proposed):
        return Lookalike(number, proposed=proposed)
    allowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    odd = [
        character
        for place, character in enumerate(value[1:], start=1)
        if not (text.is_digits(character) or (place == 2 and character in allowed))  # noqa: PLR2004 - W2A…
    ]
    return Characters(number, found=" ".join(dict.fromkeys(odd)))


def refusal(number: str) -> Refusal | None:
    """Why this is no RNA number; None when it is one."""
    value = compact(number)
    if not value:
        return Empty(number)
    return _other_identifier(number, value) or _beginning(number, value) or _shape(number, value)


def validate(number: str) -> str:
    """Return the ten characters, or raise the ``Refusal`` that fits."""
    if wrong := refusal(number):
        raise wrong
    return compact(number)


def check(number: str) -> Checked:
    """Like ``validate``, with what should be known about an accepted number."""
    value = validate(number)
    local = value.startswith(_ALSACE_MOSELLE)
    return Checked(value, (AlsaceMoselle(number),) if local else ())


def is_valid(number: str) -> bool:
    """Whether this is an RNA number, however it is spaced."""
    return refusal(number) is None


def format(number: str) -> str:  # noqa: A001 - python-stdnum's verb
    """As the register prints it: in one piece."""
    return compact(number)
