"""All findings of a run: kept compressed in parts, and found again by rule, severity, activity.

Beside each part stand a few bytes per finding: the place of its (rule, kind, severity) in the run's list, and
a hash of its activity. To find some among 100,000 findings those bytes are looked through, and only the parts
that hold what is to be shown are unpacked.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats.rules import packed, unpacked
from ckanext.ess.iati.validate.formats.short import cut

#: Findings in one part: few enough to unpack one in a millisecond or two, enough to compress well.
PART = 500
_LEVEL = 1
#: Not a hash of anything: the file as a whole.
_FILE = 0


class Part(NamedTuple):
    """Consecutive findings of a run. ``keys`` holds a kind (4 bytes) and an activity (8 bytes) for each."""

    number: int
    count: int
    keys: bytes
    findings: bytes


class Wanted(NamedTuple):
    """Which findings; None: any."""

    rule: str | None = None
    kind: str | None = None
    severity: str | None = None
    activity: str | None = None


Kinds = list[list[str]]


def pack(findings: Sequence[Finding]) -> tuple[Kinds, list[Part]]:
    """Return the list of ``[rule, kind, severity]`` that the parts refer to, and the parts."""
    kinds: dict[tuple[str, str, str], int] = {}
    parts: list[Part] = []
    for start in range(0, len(findings), PART):
        some = findings[start : start + PART]
        numbers = array("I", (kinds.setdefault(_kind(one), len(kinds)) for one in some))
        activities = array("Q", (_hash(one.activity) for one in some))
        # in ASCII: whatever a file holds, half a character included, comes back as it was
        text = json.dumps(list(map(packed, some)), separators=(",", ":"))
        keys = _portable(numbers) + _portable(activities)
        parts.append(Part(len(parts), len(some), keys, zlib.compress(text.encode(), _LEVEL)))
    return [list(kind) for kind in kinds], parts


def select(
    kinds: Kinds,
    keys: Iterable[tuple[int, int, bytes]],
    wanted: Wanted,
    limit: int,
    offset: int,
    load: Callable[[list[int]], dict[int, bytes]],
) -> tuple[int, list[Finding]]:
    """Return how many findings there are of those wanted, and some of them in the file's order.

    Args:
        kinds: as :func:`pack` gave it.
        keys: number, count and keys of every part, in order.
        wanted: which.
        limit: how many at most.
        offset: how many to leave out before.
        load: gives the compressed findings of parts by number.
    """
    total = 0
    shown: list[tuple[int, list[int]]] = []
    matches = _matcher(kinds, wanted)
    for number, count, packed_keys in keys:
        places = matches(packed_keys, count)
        first, last = max(offset - total, 0), max(offset + limit - total, 0)
        if kept := places[first:last]:
            shown.append((number, list(kept)))
        total += len(places)
    loaded = load([number for number, _ in shown])
    return total, [one for number, places in shown for one in _unpacked(loaded[number], places)]


def every(compressed: bytes) -> Iterator[Finding]:
    """All findings of a part."""
    return map(unpacked, json.loads(zlib.decompress(compressed)))


def _matcher(kinds: Kinds, wanted: Wanted) -> Callable[[bytes, int], Sequence[int]]:
    tests = (wanted.rule, wanted.kind, wanted.severity)
    numbers = {
        place
        for place, kind in enumerate(kinds)
        if all(asked in (None, value) for asked, value in zip(tests, kind, strict=True))
    }
    everything = len(numbers) == len(kinds)
    activity = None if wanted.activity is None else _hash(wanted.activity)

    def matches(keys: bytes, count: int) -> Sequence[int]:
        if not numbers:
            return ()
        places: Sequence[int] = range(count)
        if activity is not None:
            activities = _read("Q", keys[4 * count :])
            if activity not in activities:
                return ()
            places = [place for place in places if activities[place] == activity]
        if everything:
            return places
        found = _read("I", keys[: 4 * count])
        return [place for place in places if found[place] in numbers]

    return matches


def _kind(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.params.get("kind", ""), finding.severity


def _hash(activity: str | None) -> int:
    if activity is None:
        return _FILE
    digest = hashlib.blake2b(cut(activity).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def _portable(numbers: array[int]) -> bytes:
    """Bytes that a machine of the other kind reads too."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _read(kind: str, keys: bytes) -> array[int]:
    numbers = array(kind, keys)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _unpacked(compressed: bytes, places: Iterable[int]) -> Iterator[Finding]:
    everything = json.loads(zlib.decompress(compressed))
    return (unpacked(everything[place]) for place in places)
