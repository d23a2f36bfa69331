"""Values as other catalogues write them, in ours: lists, languages, rhythms, places, days, numbers.

Nothing here raises: what cannot be read gives nothing, as a validator would refuse the whole dataset for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from babel.core import get_global

from ckanext.ess.identifiers import cog
from ckanext.ess.sources.records import address_of, clean, number_of
from ckanext.ess.sources.udata_words import FREQUENCIES

#: Those of a list's values that it has, by the list's name.
Known = Callable[[str, Iterable[str]], list[str]]

MOST = 500
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?(?=$|[T ])")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_INSEE = re.compile(r"https?://id\.insee\.fr/geo/(region|departement|commune|collectiviteDOutreMer)/(\w+)")
_COUNTRY = re.compile(r"https?://publications\.europa\.eu/resource/authority/country/([A-Z]{3})")
#: Rhythms as ISO 8601 repeats and as common words; those of the European list and of udata are known besides.
_RHYTHMS = {
    "r/p1y": "ANNUAL",
    "r/p6m": "ANNUAL_2",
    "r/p3m": "QUARTERLY",
    "r/p2m": "BIMONTHLY",
    "r/p1m": "MONTHLY",
    "r/p1w": "WEEKLY",
    "r/p1d": "DAILY",
    "r/pt1h": "HOURLY",
    "annually": "ANNUAL",
    "yearly": "ANNUAL",
    "half-yearly": "ANNUAL_2",
    "continual": "CONT",
    "asneeded": "AS_NEEDED",
}


def words(value: Any) -> list[str]:
    """Texts of a list, of JSON in a text, of a text with commas, or of one text.

    >>> words('["fr", "en"]'), words("SN, ML"), words({"a": 1}), words(None)
    (['fr', 'en'], ['SN', 'ML'], [], [])
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if isinstance(value, str):
        value = value.strip("{}").split(",") if not value.startswith("http") else value.split()
    if not isinstance(value, list):
        value = [value]
    return [word for one in value[:MOST] if (word := clean(one))]


def languages(value: Any) -> list[str]:
    """Two-letter codes, from codes of two or three letters, tags and European addresses.

    >>> languages(["http://publications.europa.eu/resource/authority/language/FRA", "en-GB", "wo"])
    ['fr', 'en', 'wo']
    """
    codes = (re.split(r"[/#]", word)[-1].lower().partition("-")[0] for word in words(value))
    aliases: Mapping[str, str] = get_global("language_aliases")
    return list(dict.fromkeys(aliases.get(code, code) for code in codes))


def rhythm(value: Any) -> str:
    """A code of the European list, or nothing.

    >>> rhythm("http://purl.org/cld/freq/annual"), rhythm("R/P1M"), rhythm("BIENNIAL"), rhythm("")
    ('ANNUAL', 'MONTHLY', 'BIENNIAL', '')
    """
    text = clean(value)
    if text.lower() in _RHYTHMS:
        return _RHYTHMS[text.lower()]
    last = re.split(r"[/#]", text)[-1]
    return FREQUENCIES.get(last) or _RHYTHMS.get(last.lower()) or last.upper()


def day(value: Any) -> str:
    """A day, month or year, from a day or a moment.

    >>> day("2026-03-01T10:00:00+02:00"), day("2026-03"), day("1 mars 2026")
    ('2026-03-01', '2026-03', '')
    """
    found = _DAY.match(clean(value))
    return found.group() if found else ""


def places(value: Any) -> tuple[list[str], list[str]]:
    """Territories of INSEE and codes of countries that addresses or our own words stand for.

    >>> places(["http://id.insee.fr/geo/departement/75", "departement:93", "nowhere"])
    (['departement:75', 'departement:93'], [])
    """
    territories: list[str] = []
    countries: list[str] = []
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    for word in words(value):
        insee, state = _INSEE.fullmatch(word), _COUNTRY.fullmatch(word)
        place = f"{insee[1].replace('DOutreMer', '')}:{insee[2]}" if insee else word
        if state:
            countries += aliases.get(state[1], [])[:1]
        elif cog.is_valid(place):
            territories.append(place)
    return territories, countries


def address(value: Any) -> str:
    """A web address, or nothing."""
    return address_of(clean(value))


def email(value: Any) -> str:
    """An address of electronic mail, without ``mailto:``, or nothing.

    >>> email("mailto:a@example.org"), email("a at example")
    ('a@example.org', '')
    """
    text = clean(value).removeprefix("mailto:")
    return text if _EMAIL.fullmatch(text) else ""


def count(value: Any) -> int | str:
    """A natural number, or empty text."""
    number = number_of(clean(value))
    return "" if number is None else number
