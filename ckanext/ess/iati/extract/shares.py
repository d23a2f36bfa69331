"""Percentages become parts of a whole.

>>> parts([60.0, 40.0])
[0.6, 0.4]
>>> parts([60.0, None, None])
[0.6, 0.2, 0.2]
>>> parts([100.0, 100.0])
[0.5, 0.5]
>>> parts([40.0])
[0.4]
"""

from __future__ import annotations

from collections.abc import Sequence

from ckanext.ess.iati.extract.draft import Part

_WHOLE = 100.0
#: Three times 33 is meant to be everything.
_ROUNDING = 1.0


def parts(percentages: Sequence[float | None]) -> list[float]:
    """Return the part of each entry of a list, which make at most 1 together.

    Entries without a percentage share what the others leave. A list that goes past 100, or falls short of it
    by rounding only, is brought to 1; one that stays well below is left as it is: the rest of the money is
    not said to go anywhere. Zeros alone say nothing, and count as if none were written.
    """
    total = sum(share for share in percentages if share is not None)
    if not total:
        return [1 / len(percentages)] * len(percentages)
    missing = percentages.count(None)
    if total > _WHOLE or (not missing and total >= _WHOLE - _ROUNDING):
        whole, rest = total, 0.0
    else:
        whole, rest = _WHOLE, (_WHOLE - total) / missing if missing else 0.0
    return [(rest if share is None else share) / whole for share in percentages]


def one_list(entries: Sequence[Part]) -> dict[str, float]:
    """Return code → part for a list that is a whole by itself; what has no usable code keeps its part."""
    return _summed(entries, parts([entry.percentage for entry in entries])) if entries else {}


def places(countries: Sequence[Part], regions: Sequence[Part]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the parts of countries and of regions.

    Together they are one whole, as the standard has it, unless the countries alone are complete: then regions
    say a second time where the same money goes, and are a whole by themselves.
    """
    if not countries or not regions or _complete(countries):
        return one_list(countries), one_list(regions)
    shares = parts([entry.percentage for entry in (*countries, *regions)])
    return _summed(countries, shares[: len(countries)]), _summed(regions, shares[len(countries) :])


def _complete(entries: Sequence[Part]) -> bool:
    stated = [entry.percentage for entry in entries if entry.percentage]
    return not stated or sum(stated) >= _WHOLE - _ROUNDING


def even(codes: Sequence[str]) -> dict[str, float]:
    """Return equal parts for the codes that a transaction names."""
    return _summed([Part(code, None) for code in codes], [1 / len(codes)] * len(codes)) if codes else {}


def _summed(entries: Sequence[Part], shares: Sequence[float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for entry, share in zip(entries, shares, strict=True):
        if entry.code:
            found[entry.code] = found.get(entry.code, 0.0) + share
    return found
