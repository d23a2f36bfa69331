"""Activities, places, sectors and money of a file, counted with lxml and fractions alone.

Written beside ``iati.extract`` and from the published definitions: nothing of it is used here, so that
agreement of the two says something.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from lxml import etree

LETTERS = {
    "IF": "1", "C": "2", "D": "3", "E": "4", "IR": "5", "LR": "6", "R": "7", "QP": "8", "QS": "9", "CG": "10",
}  # fmt: skip
NUMBERS = {str(number) for number in range(1, 14)}
LIMIT = Fraction(10**15)

Key = tuple[str, int | None, str]


class Counts:
    """What one file says; ``money`` is by type, year and currency, ``shared`` by country as well."""

    def __init__(self) -> None:
        self.activities = 0
        self.identifiers: Counter[str] = Counter()
        self.countries: Counter[str] = Counter()
        self.sectors: Counter[str] = Counter()
        self.money: defaultdict[Key, Fraction] = defaultdict(Fraction)
        self.shared: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)


def count(path: Path, currencies: set[str]) -> Counts:
    """Count a well-formed file; ``currencies`` are the codes that exist."""
    counts = Counts()
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False, remove_comments=True, remove_pis=True)
    for activity in etree.parse(str(path), parser).getroot().findall("iati-activity"):
        _activity(activity, counts, currencies)
    return counts


def _activity(activity: Any, counts: Counts, currencies: set[str]) -> None:
    counts.activities += 1
    counts.identifiers[(activity.xpath("string(iati-identifier)") or "").strip()] += 1
    countries = activity.xpath("recipient-country") + activity.xpath("transaction/recipient-country")
    counts.countries.update({_country(element) for element in countries} - {""})
    sectors = activity.xpath("sector") + activity.xpath("transaction/sector")
    counts.sectors.update({_sector(element) for element in sectors} - {""})
    default = _currency(activity.get("default-currency"), "", currencies)
    for kind, year, holder in [*_periods(activity), *_transactions(activity)]:
        number = _number(holder)
        if number is None:
            continue
        value = holder.find("value")
        currency = _currency(value.get("currency"), default, currencies)
        counts.money[kind, year, currency] += number
        for country, share in _shares(activity, holder).items():
            counts.shared[kind, country] += number * share


def _transactions(activity: Any) -> list[tuple[str, int | None, Any]]:
    found: list[tuple[str, int | None, Any]] = []
    for holder in activity.findall("transaction"):
        code = holder.xpath("string(transaction-type/@code)").strip().upper()
        kind = LETTERS.get(code, code)
        if kind in NUMBERS:
            year = _year(_dated(holder.find("transaction-date"))) or _year(
                holder.xpath("string(value/@value-date)")
            )
            found.append((kind, year, holder))
    return found


def _periods(activity: Any) -> list[tuple[str, int | None, Any]]:
    found: list[tuple[str, int | None, Any]] = []
    for name, kind in (("budget", "budget"), ("planned-disbursement", "planned")):
        holders = activity.findall(name)
        replaced = {_span(one) for one in holders if _revised(one) and _number(one) is not None} - {""}
        for holder in holders:
            if _revised(holder) or _span(holder) not in replaced:
                year = _year(_dated(holder.find("period-start"))) or _year(
                    holder.xpath("string(value/@value-date)")
                )
                found.append((kind, year, holder))
    return found


def _revised(holder: Any) -> bool:
    return (holder.get("type") or "").strip().lower() in {"2", "revised"}


def _span(holder: Any) -> str:
    start = _dated(holder.find("period-start"))
    return f"{start[:10]} {_dated(holder.find('period-end'))[:10]}" if _year(start) else ""


def _dated(element: Any) -> str:
    if element is None:
        return ""
    return (element.get("iso-date") or "".join(element.itertext())).strip()


def _year(text: str) -> int | None:
    text = text.strip()
    try:
        year = dt.date.fromisoformat(text[:10]).year
    except ValueError:
        return None
    return year if 1900 <= year <= 2100 and len(text.split("-")[0]) == 4 else None


def _number(holder: Any) -> Fraction | None:
    text = holder.xpath("string(value)").strip()
    if not text or not set(text) <= set("0123456789.+-eE"):
        return None
    try:
        number = Fraction(text)
    except ValueError:
        return None
    return number if abs(number) <= LIMIT else None


def _currency(text: str | None, default: str, currencies: set[str]) -> str:
    code = (text or "").strip().upper()
    if not code:
        return default
    return code if code in currencies else ""


def _country(element: Any) -> str:
    code = (element.get("code") or "").strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _sector(element: Any) -> str:
    code = (element.get("code") or "").strip()
    oecd = (element.get("vocabulary") or "").strip() in {"", "1", "DAC"}
    return code if oecd and len(code) == 5 and code.isascii() and code.isdigit() else ""


def _shares(activity: Any, holder: Any) -> dict[str, Fraction]:
    """Part of an amount by country, as the page on activities defines it."""
    own = [_country(element) for element in holder.findall("recipient-country")]
    if own or _regions(holder):
        codes = [code for code in dict.fromkeys(own) if code]
        return {code: Fraction(1, len(codes)) for code in codes}
    countries, regions = activity.findall("recipient-country"), _regions(activity)
    if not countries and not regions and holder.tag != "transaction":
        return _alike(activity)
    percentages = [_percentage(element) for element in countries]
    stated = sum(filter(None, percentages), Fraction(0))
    if stated and stated < 99:
        percentages += [_percentage(element) for element in regions]
    found: defaultdict[str, Fraction] = defaultdict(Fraction)
    for element, part in zip(countries, _parts(percentages), strict=False):
        found[_country(element)] += part
    found.pop("", None)
    return dict(found)


def _alike(activity: Any) -> dict[str, Fraction]:
    """Where all counted transactions name the same country, a budget goes there."""
    counted = [holder for _, _, holder in _transactions(activity) if _number(holder) is not None]
    named = [(_named(holder), bool(_regions(holder))) for holder in counted]
    if not named or len(set(named)) > 1:
        return {}
    codes, _ = named[0]
    return {code: Fraction(1, len(codes)) for code in codes}


def _named(holder: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_country, holder.findall("recipient-country")))))


def _regions(element: Any) -> list[Any]:
    return [one for one in element.findall("recipient-region")
            if (one.get("vocabulary") or "").strip() in {"", "1", "DAC"}]  # fmt: skip


def _percentage(element: Any) -> Fraction | None:
    text = (element.get("percentage") or "").strip().removesuffix("%").strip()
    return Fraction(text) if text.replace(".", "", 1).isdigit() and len(text.split(".")[0]) <= 3 else None


def _parts(percentages: list[Fraction | None]) -> list[Fraction]:
    total = sum(filter(None, percentages), Fraction(0))
    if not total:
        return [Fraction(1, len(percentages)) for _ in percentages]
    missing = percentages.count(None)
    whole = total if total > 100 or (not missing and total >= 99) else Fraction(100)
    rest = max(Fraction(0), 100 - total) / missing if missing else Fraction(0)
    return [(rest if one is None else one) / whole for one in percentages]
