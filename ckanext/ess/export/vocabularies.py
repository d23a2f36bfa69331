"""Addresses (URIs) that public vocabularies give to our codes: countries, languages, territories, goals.

>>> country("SN")
'http://publications.europa.eu/resource/authority/country/SEN'
>>> territory("departement:75")
'http://id.insee.fr/geo/departement/75'
>>> schema("iati-activities-2.03")
'http://reference.iatistandard.org/203/schema/downloads/iati-activities-schema.xsd'

A code that a vocabulary does not know has no address: the functions answer "".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from babel.core import get_global

EUROPE = "http://publications.europa.eu/resource/authority"
INSEE = "http://id.insee.fr/geo"
SPDX_ALGORITHM = "http://spdx.org/rdf/terms#checksumAlgorithm_"

#: Length of a digest in hexadecimal digits → algorithm; CKAN does not always say which it used.
ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}

#: Three-letter codes of states that are no more, which CLDR gives beside their successors', and of no state.
_NOT_NOW = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR", "ZZZ"}

#: Languages for which CLDR knows several three-letter codes; Europe's list has the one given here.
_LANGUAGES = {
    "ak": "AKA", "ar": "ARA", "ay": "AYM", "az": "AZE", "bo": "BOD", "cr": "CRE", "cs": "CES", "cy": "CYM",
    "de": "DEU", "dz": "DZO", "el": "ELL", "es": "SPA", "et": "EST", "eu": "EUS", "fa": "FAS", "ff": "FUL",
    "fr": "FRA", "gn": "GRN", "gu": "GUJ", "hr": "HRV", "hy": "HYE", "ik": "IPK", "is": "ISL", "iu": "IKU",
    "ka": "KAT", "kg": "KON", "kr": "KAU", "ku": "KUR", "kv": "KOM", "lv": "LAV", "mg": "MLG", "mi": "MRI",
    "mk": "MKD", "mn": "MON", "ms": "MSA", "my": "MYA", "ne": "NEP", "nl": "NLD", "no": "NOR", "oj": "OJI",
    "om": "ORM", "or": "ORI", "ps": "PUS", "qu": "QUE", "ro": "RON", "sa": "SAN", "sc": "SRD", "sk": "SLK",
    "sq": "SQI", "sr": "SRP", "sw": "SWA", "tl": "TGL", "tw": "TWI", "uz": "UZB", "yi": "YID", "za": "ZHA",
    "zh": "ZHO",
}  # fmt: skip

_IATI_SCHEMA = re.compile(r"iati-(activities|organisations)-(\d)\.(\d\d)")
_CATALOGUED_SCHEMA = re.compile(r"[\w.-]+/[\w.-]+")
_TERRITORY = re.compile(r"(region|departement|commune|collectivite):(\w+)")
_INSEE_LEVELS = {"collectivite": "collectiviteDOutreMer"}


def country(code: str) -> str:
    """Europe's address of a country, from its ISO 3166 two-letter code."""
    three = _three_letter_countries().get(code.upper(), "")
    return three and f"{EUROPE}/country/{three}"


def language(code: str) -> str:
    """Europe's address of a language, from its ISO 639-1 code."""
    three = _LANGUAGES.get(code) or _three_letter_languages().get(code, "").upper()
    return three and f"{EUROPE}/language/{three}"


def frequency(code: str) -> str:
    """Europe's address of an update frequency such as ``ANNUAL``."""
    return f"{EUROPE}/frequency/{code}" if re.fullmatch(r"[A-Z0-9_]+", code) else ""


def territory(code: str) -> str:
    """INSEE's address of a region, department, commune or overseas collectivity, Europe's of a country."""
    if code.startswith("pays:"):
        return country(code.removeprefix("pays:"))
    known = _TERRITORY.fullmatch(code)
    return f"{INSEE}/{_INSEE_LEVELS.get(known[1], known[1])}/{known[2]}" if known else ""


def goal(number: str) -> str:
    """The United Nations' address of a sustainable development goal, 1 to 17."""
    return f"http://metadata.un.org/sdg/{number}" if re.fullmatch(r"[1-9]|1[0-7]", number) else ""


def schema(name: str) -> str:
    """Address of a schema: of an IATI version, of a name in the French catalogue, or the address given."""
    if name.startswith(("http://", "https://")):
        return name
    if iati := _IATI_SCHEMA.fullmatch(name):
        kind, major, minor = iati.groups()
        return f"http://reference.iatistandard.org/{major}{minor}/schema/downloads/iati-{kind}-schema.xsd"
    if _CATALOGUED_SCHEMA.fullmatch(name):
        return f"https://schema.data.gouv.fr/schemas/{name}/latest/schema.json"
    return ""


def checksum_algorithm(digest: str, declared: str = "") -> str:
    """SPDX's address of the algorithm of a digest, the declared one first, else the one of its length."""
    wanted = declared.lower().rpartition("_")[2].replace("-", "")
    length = next((size for size, name in ALGORITHMS.items() if name == wanted), len(digest))
    plausible = len(digest) == length and re.fullmatch(r"[0-9a-fA-F]+", digest)
    return SPDX_ALGORITHM + ALGORITHMS[length] if plausible and length in ALGORITHMS else ""


@lru_cache(maxsize=1)
def _three_letter_countries() -> dict[str, str]:
    aliases = get_global("territory_aliases").items()
    return {
        now[0]: old
        for old, now in aliases
        if re.fullmatch(r"[A-Z]{3}", old) and len(now) == 1 and old not in _NOT_NOW
    }


@lru_cache(maxsize=1)
def _three_letter_languages() -> dict[str, str]:
    """Languages with one three-letter code, by their two-letter code."""
    pairs = list(_overlong())
    codes = [short for short, _ in pairs]
    return {short: long for short, long in pairs if codes.count(short) == 1}


def _overlong() -> Iterator[tuple[str, str]]:
    for long, short in get_global("language_aliases").items():
        if re.fullmatch(r"[a-z]{3} [a-z]{2}", f"{long} {short}"):
            yield short, long
