"""What can be wrong with a territory's value."""

from __future__ import annotations

from .refusal import Refusal


class Empty(Refusal):
    """Nothing was given."""

    code = "cog.empty"


class NoLevel(Refusal):
    """Neither a level nor a code or name that says it."""

    code = "cog.no-level"


class NoCode(Refusal):
    """A level alone."""

    code = "cog.no-code"


class SeveralTerritories(Refusal):
    """A code or name that several territories have."""

    code = "cog.several-territories"


class LevelMissing(Refusal):
    """A code or name that one territory has."""

    code = "cog.level-missing"


class CommuneWithoutLevel(Refusal):
    """Five characters that look like a commune's code."""

    code = "cog.commune-without-level"


class UnknownLevel(Refusal):
    """A level that is none of ours."""

    code = "cog.unknown-level"


class OtherLevel(Refusal):
    """A code that exists at another level."""

    code = "cog.other-level"


class ForeignCountry(Refusal):
    """A country that is not France."""

    code = "cog.foreign-country"


class UnknownRegion(Refusal):
    """A region that does not exist."""

    code = "cog.unknown-region"


class FormerRegion(Refusal):
    """A region from before 2016."""

    code = "cog.former-region"


class LeadingZero(Refusal):
    """A code that lost its zero."""

    code = "cog.leading-zero"


class UnknownDepartment(Refusal):
    """A department that does not exist."""

    code = "cog.unknown-department"


class Corsica(Refusal):
    """Department 20, two departments since 1976."""

    code = "cog.corsica"


class UnknownCollectivity(Refusal):
    """An overseas collectivity that does not exist."""

    code = "cog.unknown-collectivity"


class CommuneShape(Refusal):
    """Not five characters, or letters where digits must be."""

    code = "cog.commune-shape"


class CommuneLeadingZero(Refusal):
    """A commune's code that lost its zero."""

    code = "cog.commune-leading-zero"


class CommuneDepartment(Refusal):
    """A commune in no department."""

    code = "cog.commune-department"


class CommuneOfCorsica(Refusal):
    """A commune's code that begins with 20."""

    code = "cog.commune-of-corsica"


class PostalCode(Refusal):
    """A postal code of Paris."""

    code = "cog.postal-code"


class GroupingSiren(Refusal):
    """A grouping of communes whose SIREN is wrong."""

    code = "cog.grouping-siren"
