"""The words of udata, the software of data.gouv.fr, in ours: rhythms, places, badges, schemas, checksums."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ckanext.ess.identifiers import cog
from ckanext.ess.identifiers.cog_sentences import FormerRegion
from ckanext.ess.identifiers.territories import COUNTRY, DEPARTMENT, REGION, find
from ckanext.ess.sources.messages import doubt

#: Codes of the European list by udata's word, those of its earlier versions included.
FREQUENCIES: Mapping[str, str] = {
    "continuous": "CONT",
    "realtime": "CONT",
    "oneMinute": "CONT",
    "fiveMinutes": "CONT",
    "tenMinutes": "CONT",
    "fifteenMinutes": "CONT",
    "thirtyMinutes": "CONT",
    "severalTimesADay": "CONT",
    "fourTimesADay": "CONT",
    "hourly": "HOURLY",
    "bihourly": "OTHER",
    "trihourly": "OTHER",
    "twelveHours": "OTHER",
    "threeTimesADay": "OTHER",
    "semidaily": "OTHER",
    "daily": "DAILY",
    "fiveTimesAWeek": "OTHER",
    "threeTimesAWeek": "OTHER",
    "semiweekly": "OTHER",
    "weekly": "WEEKLY",
    "biweekly": "BIWEEKLY",
    "threeTimesAMonth": "OTHER",
    "semimonthly": "MONTHLY_2",
    "monthly": "MONTHLY",
    "bimonthly": "BIMONTHLY",
    "quarterly": "QUARTERLY",
    "threeTimesAYear": "ANNUAL_3",
    "semiannual": "ANNUAL_2",
    "biannual": "ANNUAL_2",
    "annual": "ANNUAL",
    "biennial": "BIENNIAL",
    "triennial": "TRIENNIAL",
    "quadrennial": "OTHER",
    "quinquennial": "OTHER",
    "decennial": "OTHER",
    "bidecennial": "OTHER",
    "tridecennial": "OTHER",
    "punctual": "AS_NEEDED",
    "irregular": "IRREG",
    "never": "NEVER",
    "notPlanned": "NOT_PLANNED",
    "other": "OTHER",
    "unknown": "UNKNOWN",
}
#: Our kind of data, by the name of a schema in the French catalogue.
_KINDS = {"scdl/subventions": "grants", "scdl/budget": "accounts"}
_CHECKSUMS = {"sha1": 40, "sha256": 64, "sha512": 128, "md5": 32}
_SCHEMA_ADDRESS = re.compile(r"https://schema\.data\.gouv\.fr/schemas/([\w.-]+/[\w.-]+)/[\w.-]+/[\w.-]+")
_ZONE = re.compile(r"fr:(region|departement|collectivite|commune|epci):([0-9AB]{1,9})(?:@.*)?")
_FOREIGN = re.compile(r"country:([a-z]{2})")


class Places(NamedTuple):
    """French territories, countries, and doubts about the rest."""

    territories: tuple[str, ...]
    countries: tuple[str, ...]
    doubts: tuple[str, ...]


def places(zones: Iterable[str]) -> Places:
    """What the zones of udata's geography stand for.

    >>> places(["fr:departement:75", "country:sn", "fr:commune:97411@1942-01-01", "country-group:world"])
    Places(territories=('departement:75', 'commune:97411'), countries=('SN',), doubts=())
    """
    found: dict[str, None] = {}
    countries: dict[str, None] = {}
    doubts: list[str] = []
    for zone in zones:
        if zone in {"country:fr", "country-subset:fr:metro", "country-subset:fr:drom"}:
            found[f"{COUNTRY}:FR"] = None
        elif foreign := _FOREIGN.fullmatch(zone):
            countries[foreign[1].upper()] = None
        elif territory := _territory(zone):
            found[territory] = None
        elif not zone.startswith("country-"):
            doubts.append(doubt("doubt.place", zone))
    return Places(tuple(found), tuple(countries), tuple(doubts))


def _territory(zone: str) -> str:
    """A French zone as level and code; a region of before 2016 as the one that holds it now."""
    match = _ZONE.fullmatch(zone)
    if match is None:
        return ""
    level, code = match.groups()
    if level == DEPARTMENT and not find(level, code) and cog.is_valid(f"collectivite:{code}"):
        level = "collectivite"
    refused = cog.refusal(f"{level}:{code}")
    if refused is None:
        return f"{level}:{code}"
    if level == REGION and isinstance(refused, FormerRegion):
        return str(refused.params.get("proposed", ""))
    return ""


def family(badges: Iterable[str]) -> str:
    """Our family of an organisation, where its badges leave no doubt.

    >>> family(["certified", "association"]), family(["public-service"]), family(["company"])
    ('association', 'public', '')
    """
    kinds = set(badges)
    if "association" in kinds:
        return "association"
    return "public" if kinds & {"public-service", "local-authority"} else ""


def schema_of(name: str, version: str, address: str) -> str:
    """Name or address of a schema as we keep it; a catalogued address is as good as its name.

    >>> schema_of("", "", "https://schema.data.gouv.fr/schemas/scdl/subventions/latest/schema.json")
    'scdl/subventions'
    """
    if iati := re.fullmatch(r"(?:iati[/-])?iati-(activities|organisations)(?:-schema)?", name.lower()):
        return f"iati-{iati[1]}-{version}" if version else f"iati-{iati[1]}"
    match = _SCHEMA_ADDRESS.fullmatch(address)
    return name or (match[1] if match else address)


def kind_of(schemas: Iterable[str]) -> str:
    """Kind of data of the first schema that tells one, else nothing."""
    return next((_KINDS[schema] for schema in schemas if schema in _KINDS), "")


def checksum_of(kind: str, value: str) -> tuple[str, str]:
    """A digest and its algorithm as we name it; both empty when they do not go together.

    >>> checksum_of("sha2", "a" * 64)[1], checksum_of("crc", "12345678")
    ('sha256', ('', ''))
    """
    if not re.fullmatch(r"[0-9a-fA-F]+", value):
        return "", ""
    lengths = {length: name for name, length in _CHECKSUMS.items()}
    name = lengths.get(len(value), "")
    if not name or kind.lower() not in {name, "sha2" if name in {"sha256", "sha512"} else name}:
        return "", ""
    return value.lower(), name
