"""Territories of a dataset or an organisation: ``region:11``, ``departement:2A``, ``commune:75056``.

The codes are INSEE's (code officiel géographique, COG). Regions, departments and overseas collectivities
are checked against the list; communes and groupings of communes (EPCI) by their shape, since they change
each year.

>>> validate("Région:11")
'region:11'
>>> label("departement:2A", "fr")
'Corse-du-Sud (2A)'
>>> [part.value for part in within("commune:75056")]
['departement:75', 'region:11', 'pays:FR']
>>> refusal("75").sentence("en")[:61]
'“75” may be several territories: write region:75 (Nouvelle-Aq'
"""

from __future__ import annotations

import re
from collections.abc import Callable

from . import cog_sentences as say
from . import siren, territories, text
from .refusal import Refusal
from .territories import (
    COLLECTIVITY,
    COMMUNE,
    COUNTRY,
    DEPARTMENT,
    FORMER_REGION,
    GROUPING,
    LEVELS,
    REGION,
    Territory,
)

_COMMUNE_LENGTH = 5
_FRANCE = "FR"
_LEVEL_SPELLINGS = {
    "reg": REGION,
    "dep": DEPARTMENT,
    "dept": DEPARTMENT,
    "department": DEPARTMENT,
    "com": COMMUNE,
    "collectivity": COLLECTIVITY,
    "country": COUNTRY,
}

#: Postal codes of Paris look like commune codes and are none: 75001 to 75020, and 75116.
_PARIS_POSTAL = re.compile(r"750(?:0[1-9]|1\d|20)|75116", re.ASCII)
_PARIS_DISTRICT = re.compile(r"751(?:0[1-9]|1\d|20)", re.ASCII)
_PARIS = "75056"


def compact(value: str) -> str:
    """Level in small letters without accents, code in capitals, no blanks.

    >>> compact(" Département : 2a ")
    'departement:2A'
    """
    level, colon, code = text.without_blanks(value).partition(":")
    if not colon:
        return text.compact(level, separators="")
    level = territories.plain(level)
    return f"{_LEVEL_SPELLINGS.get(level, level)}:{text.compact(code)}"


def _without_level(value: str, code: str) -> Refusal:
    """The refusal of a code or a name alone, with what it may stand for."""
    candidates = territories.by_code(code) or territories.by_name(value)
    if len(candidates) > 1:
        written = [f"{place.value} ({place.name})" for place in candidates]
        return say.SeveralTerritories(value, proposed=" / ".join(written))
    if candidates:
        return say.LevelMissing(value, proposed=candidates[0].value, name=candidates[0].name)
    if len(code) == _COMMUNE_LENGTH and _commune(value, code) is None:
        return say.CommuneWithoutLevel(value, proposed=f"{COMMUNE}:{code}")
    return say.NoLevel(value)


def _country(value: str, code: str) -> Refusal | None:
    return None if code == _FRANCE else say.ForeignCountry(value)


def _elsewhere(value: str, level: str, code: str) -> Refusal | None:
    """The refusal of a code that exists at another level only."""
    others = [place for place in territories.by_code(code) if place.level != level]
    return say.OtherLevel(value, proposed=others[0].value, name=others[0].name) if others else None


def _region(value: str, code: str) -> Refusal | None:
    if territories.find(REGION, code):
        return None
    if former := territories.find(FORMER_REGION, code):
        successor = territories.find(REGION, former.region)
        return say.FormerRegion(
            value,
            name=former.name,
            proposed=f"{REGION}:{former.region}",
            successor=successor.name if successor else "",
        )
    return _elsewhere(value, REGION, code) or _padded(value, REGION, code) or say.UnknownRegion(value)


def _padded(value: str, level: str, code: str) -> Refusal | None:
    """The refusal of a code that lost the zero it begins with."""
    found = territories.find(level, f"0{code}") if len(code) == 1 else None
    return say.LeadingZero(value, proposed=found.value, name=found.name) if found else None


def _department(value: str, code: str) -> Refusal | None:
    if territories.find(DEPARTMENT, code):
        return None
    if code == "20":
        return say.Corsica(value)
    return (
        _elsewhere(value, DEPARTMENT, code)
        or _padded(value, DEPARTMENT, code)
        or say.UnknownDepartment(value)
    )


def _collectivity(value: str, code: str) -> Refusal | None:
    if territories.find(COLLECTIVITY, code):
        return None
    return _elsewhere(value, COLLECTIVITY, code) or say.UnknownCollectivity(value)


def _commune(value: str, code: str) -> Refusal | None:
    if len(code) == _COMMUNE_LENGTH - 1 and text.is_digits(code) and territories.department_of(f"0{code}"):
        return say.CommuneLeadingZero(value, proposed=f"{COMMUNE}:0{code}")
    if len(code) != _COMMUNE_LENGTH or not text.is_digits(code[2:]):
        return say.CommuneShape(value)
    if _PARIS_POSTAL.fullmatch(code) and not _PARIS_DISTRICT.fullmatch(code):
        return say.PostalCode(value, district=f"{COMMUNE}:751{code[3:]}")
    if code.startswith("20"):
        return say.CommuneOfCorsica(value)
    if not territories.department_of(code) or code[2:] == "000":
        return say.CommuneDepartment(value, start=code[:3] if code.startswith(("97", "98")) else code[:2])
    return None


def _grouping(value: str, code: str) -> Refusal | None:
    return None if siren.is_valid(code) else say.GroupingSiren(value)


_CHECKS: dict[str, Callable[[str, str], Refusal | None]] = {
    COUNTRY: _country,
    REGION: _region,
    DEPARTMENT: _department,
    COLLECTIVITY: _collectivity,
    COMMUNE: _commune,
    GROUPING: _grouping,
}


def refusal(value: str) -> Refusal | None:
    """Why this is no territory; None when it is one."""
    compacted = compact(value)
    if not compacted or compacted == ":":
        return say.Empty(value)
    level, colon, code = compacted.partition(":")
    if not colon:
        return _without_level(value, level)
    if level not in _CHECKS:
        return say.UnknownLevel(value, level=level or ":", levels=", ".join(LEVELS))
    return _CHECKS[level](value, code) if code else say.NoCode(value, level=level)


def validate(value: str) -> str:
    """Return the territory as it is kept, or raise the ``Refusal`` that fits."""
    if wrong := refusal(value):
        raise wrong
    return compact(value)


def is_valid(value: str) -> bool:
    """Whether this is a territory, however its level is spelt."""
    return refusal(value) is None


def label(value: str, lang: str = "en") -> str:
    """Name for people; the value itself when there is no such territory.

    >>> label("region:11", "fr"), label("commune:13055", "en")
    ('Île-de-France (région)', 'commune 13055 (Bouches-du-Rhône)')
    """
    level, _colon, code = compact(value).partition(":")
    if place := territories.find(level, code):
        return place.title(lang)
    if level == COMMUNE and (department := territories.department_of(code)):
        return f"commune {code} ({department.name})"
    if level == GROUPING:
        return f"{'EPCI' if lang.startswith('fr') else 'grouping of communes'} {siren.format(code)}"
    return value


def format(value: str) -> str:  # noqa: A001 - python-stdnum's verb
    """As it is kept: level, colon, code."""
    return compact(value)


def within(value: str) -> tuple[Territory, ...]:
    """The larger territories that hold this one, the nearest first; () for what is no territory."""
    level, _colon, code = compact(value).partition(":")
    if not is_valid(value) or level == COUNTRY:
        return ()
    inner = territories.department_of(code) if level == COMMUNE else territories.find(level, code)
    found = [inner] if inner and level == COMMUNE else []
    region = territories.find(REGION, inner.region) if inner and inner.region else None
    country = territories.find(COUNTRY, _FRANCE)
    return tuple(place for place in (*found, region, country) if place)
