"""France's territories: regions, departments and overseas collectivities, with INSEE's codes (COG).

Region and department codes overlap (75 is Nouvelle-Aquitaine and Paris), so a territory's value carries its
level: ``region:75``, ``departement:75``.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .tsv import rows

COUNTRY, REGION, DEPARTMENT, COLLECTIVITY = "pays", "region", "departement", "collectivite"
COMMUNE, GROUPING = "commune", "epci"
FORMER_REGION = "ancienne-region"

LEVELS = (COUNTRY, REGION, DEPARTMENT, COLLECTIVITY, COMMUNE, GROUPING)

#: How a level is called after a name, in English and French.
_LEVEL_NAMES = {REGION: ("region", "région"), FORMER_REGION: ("former region", "ancienne région")}


class Territory(NamedTuple):
    """A territory; ``region`` is the code of the region that a department (or a former region) is part of."""

    level: str
    code: str
    name: str
    region: str

    @property
    def value(self) -> str:
        """Level and code, as they are kept."""
        return f"{self.level}:{self.code}"

    def title(self, lang: str = "en") -> str:
        """Name with what tells it from its namesakes: "Paris (75)", "Guadeloupe (region)", "France"."""
        if self.level == COUNTRY:
            return self.name
        english, french = _LEVEL_NAMES.get(self.level, (self.code, self.code))
        return f"{self.name} ({french if lang.startswith('fr') else english})"


@lru_cache(maxsize=1)
def _all() -> dict[str, Territory]:
    table = rows(Path(__file__).parent / "data" / "territories.tsv")
    return {f"{cells[0]}:{cells[1]}": Territory(*cells) for cells in table}


def current() -> tuple[Territory, ...]:
    """The country, its regions, departments and collectivities, in INSEE's order; former regions left out."""
    return tuple(territory for territory in _all().values() if territory.level != FORMER_REGION)


def find(level: str, code: str) -> Territory | None:
    """A territory by level and code."""
    return _all().get(f"{level}:{code}")


def department_of(commune: str) -> Territory | None:
    """The department or collectivity that a commune's code begins with."""
    code = commune[:3] if commune.startswith(("97", "98")) else commune[:2]
    return find(DEPARTMENT, code) or find(COLLECTIVITY, code)


def plain(name: str) -> str:
    """A name for comparing: small letters without accents, hyphens or apostrophes.

    >>> plain("Provence-Alpes-Côte d’Azur") == plain("provence alpes cote d'azur")
    True
    """
    letters = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def by_name(name: str) -> list[Territory]:
    """Current territories of this name, in INSEE's order."""
    wanted = plain(name)
    return [territory for territory in current() if plain(territory.name) == wanted] if wanted else []


def by_code(code: str) -> list[Territory]:
    """Current territories of this code, whatever their level."""
    return [territory for territory in current() if territory.code == code]
