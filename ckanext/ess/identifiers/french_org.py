"""French organisation identifiers: what stands after ``FR-`` and what people write instead."""

from __future__ import annotations

import re

from . import iati_sentences as say
from . import prefixes, rna, siren, siret, text
from .refusal import Notice, Refusal

_REGISTERS = "RCS|SIRET|SIRENE|SIREN|INSEE|RNA|WALDEC"

#: FR and the register with something else than one hyphen between them or after them.
_SEPARATOR = re.compile(rf"FR[-_.:,;]*({_REGISTERS})[-_.:,;]*(.+)", re.ASCII)
_NO_REGISTER = re.compile(r"FR-?(\d{9})(\d{5})?", re.ASCII)
_NO_COUNTRY = re.compile(rf"({_REGISTERS})[-_.:,;]*(\d{{9}})(\d{{5}})?", re.ASCII)
_TOWN = re.compile(r"[^\d-]*[A-Z][AB]?-?(\d{9})", re.ASCII)
_ACTIVITY = re.compile(r"(\d{9}|\d{14})[-_.:].+", re.ASCII)


def misspelt(identifier: str, value: str) -> Refusal | None:
    """The refusal of an identifier whose two first parts are not written ``FR-REGISTER-``."""
    if value.upper().startswith(
        tuple(f"{prefix}-" for prefix in (*prefixes.SIREN_PREFIXES, "FR-RNA", "FR-WALDEC"))
    ):
        return None
    capital = text.upper(value)
    if match := _SEPARATOR.fullmatch(capital):
        return say.Separator(identifier, proposed=f"FR-{match[1]}-{match[2]}")
    if (match := _NO_REGISTER.fullmatch(capital)) and siren.is_valid(match[1]):
        return say.MissingRegister(identifier, proposed=f"FR-RCS-{match[1]}")
    if (match := _NO_COUNTRY.fullmatch(capital)) and siren.is_valid(match[2]):
        return say.MissingCountry(identifier, proposed=f"FR-RCS-{match[2]}")
    return None


def _not_digits(identifier: str, prefix: str, number: str) -> Refusal:
    """The refusal of what should be a SIREN or a SIRET and holds other characters."""
    if (match := _ACTIVITY.fullmatch(number)) and siren.is_valid(match[1][: siren.LENGTH]):
        return say.ActivityIdentifier(identifier, organisation=f"{prefix}-{match[1]}")
    if rna.is_valid(number):
        return say.RnaAfterSirenPrefix(identifier, prefix=prefix)
    if (match := _TOWN.fullmatch(text.upper(number))) and siren.is_valid(match[1]):
        return say.CommerceRegister(identifier, proposed=f"FR-RCS-{match[1]}")
    return say.NumberCharacters(identifier, prefix=prefix, found=text.odd_characters(number))


def _wrong_number(identifier: str, prefix: str, number: str) -> Refusal | None:
    if not text.is_digits(number):
        return _not_digits(identifier, prefix, number)
    if len(number) == siren.LENGTH:
        return None if siren.is_valid(number) else say.SirenChecksum(identifier, number=siren.format(number))
    if len(number) == siret.LENGTH:
        return None if siret.is_valid(number) else say.SiretChecksum(identifier, number=siret.format(number))
    return say.NumberLength(identifier, prefix=prefix, count=str(len(number)))


def siren_number(identifier: str, prefix: str, number: str) -> tuple[str, list[Notice]]:
    """The SIREN after a prefix for SIREN or SIRET numbers, with notices; raises a ``Refusal``."""
    number = number.replace(".", "")
    if wrong := _wrong_number(identifier, prefix, number):
        raise wrong
    organisation = number[: siren.LENGTH]
    proposed = f"FR-RCS-{organisation}"
    notices: list[Notice] = []
    if prefix == "FR-INSEE":
        notices.append(say.WithdrawnInsee(identifier, proposed=proposed))
    if prefix in prefixes.NEVER_LISTED:
        notices.append(say.NeverListed(identifier, prefix=prefix, proposed=proposed))
    if len(number) == siret.LENGTH:
        notices.append(say.CarriesSiret(identifier, siren=siren.format(organisation), proposed=proposed))
    return organisation, notices


def rna_number(identifier: str, prefix: str, number: str) -> list[Notice]:
    """Notices on an RNA number after a prefix that was never listed; raises a ``Refusal``."""
    if not rna.is_valid(number):
        raise say.RnaShape(identifier, number=number)
    return [say.RnaNeverListed(identifier, prefix=prefix)]
