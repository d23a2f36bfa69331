"""What can be wrong with an IATI organisation identifier, and what should be known about an accepted one."""

from __future__ import annotations

from .refusal import Notice, Refusal


class Empty(Refusal):
    """Nothing was given."""

    code = "iati.empty"


class TooLong(Refusal):
    """More characters than any register's number."""

    code = "iati.too-long"


class ForbiddenCharacter(Refusal):
    """A character that the standard bans from identifiers, or an invisible one."""

    code = "iati.forbidden-character"


class BareSiren(Refusal):
    """A SIREN without the prefix that says so."""

    code = "iati.bare-siren"


class BareSiret(Refusal):
    """A SIRET without a prefix."""

    code = "iati.bare-siret"


class BareRna(Refusal):
    """An RNA number, for which there is no prefix."""

    code = "iati.bare-rna"


class Separator(Refusal):
    """FR and the register are not separated by hyphens."""

    code = "iati.separator"


class MissingRegister(Refusal):
    """The country and a number, without the register."""

    code = "iati.missing-register"


class MissingCountry(Refusal):
    """The register and a number, without the country."""

    code = "iati.missing-country"


class NoPrefix(Refusal):
    """A number or name without any prefix."""

    code = "iati.no-prefix"


class NothingAfterPrefix(Refusal):
    """A prefix alone."""

    code = "iati.nothing-after-prefix"


class ActivityIdentifier(Refusal):
    """An activity's identifier, which goes on after the organisation's."""

    code = "iati.activity-identifier"


class CommerceRegister(Refusal):
    """The commerce register's own way of writing: a town, a letter, a SIREN."""

    code = "iati.commerce-register"


class RnaAfterSirenPrefix(Refusal):
    """An RNA number after a prefix for SIREN numbers."""

    code = "iati.rna-after-siren-prefix"


class NumberLength(Refusal):
    """After the prefix come neither 9 nor 14 digits."""

    code = "iati.number-length"


class NumberCharacters(Refusal):
    """After the prefix comes something else than digits."""

    code = "iati.number-characters"


class SirenChecksum(Refusal):
    """The nine digits are no SIREN."""

    code = "iati.siren-checksum"


class SiretChecksum(Refusal):
    """The fourteen digits are no SIRET."""

    code = "iati.siret-checksum"


class RnaShape(Refusal):
    """What follows FR-RNA is no RNA number."""

    code = "iati.rna-shape"


class DacShape(Refusal):
    """What follows XM-DAC is no agency or channel number."""

    code = "iati.dac-shape"


class Blanks(Notice):
    """Spaces inside were removed."""

    code = "iati.blanks"


class Dashes(Notice):
    """Long dashes became hyphens."""

    code = "iati.dashes"


class Capitals(Notice):
    """The prefix was put in capitals."""

    code = "iati.capitals"


class CarriesSiret(Notice):
    """The number is a SIRET: one establishment."""

    code = "iati.carries-siret"


class WithdrawnInsee(Notice):
    """FR-INSEE, withdrawn in favour of FR-RCS."""

    code = "iati.withdrawn-insee"


class Withdrawn(Notice):
    """A prefix withdrawn in favour of another."""

    code = "iati.withdrawn"


class WithdrawnForGood(Notice):
    """A prefix withdrawn without a successor."""

    code = "iati.withdrawn-for-good"


class NeverListed(Notice):
    """FR-SIRET, FR-SIREN: in use, but on no list."""

    code = "iati.never-listed"


class RnaNeverListed(Notice):
    """FR-RNA: in use, but on no list, and without a SIREN."""

    code = "iati.rna-never-listed"


class UnknownPrefix(Notice):
    """A prefix that no list knows."""

    code = "iati.unknown-prefix"


class LegacyAgency(Notice):
    """A country and an agency number, the OECD's way before prefixes."""

    code = "iati.legacy-agency"


class LegacyChannel(Notice):
    """An OECD channel code alone."""

    code = "iati.legacy-channel"


class RcsForAssociations(Notice):
    """Why an association writes FR-RCS without being in the commerce register."""

    code = "iati.rcs-for-associations"
