"""What an activity may have wrong, judged by its start tags alone, mostly in C.

Of the thousand start tags of an activity nearly all were seen before. Each distinct one is judged once: which
element names it brings, and which checks its values would fail. The judgement is a set of bits and errs on
the
side of suspicion; the checks then run on the tree, only where a bit asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import NamedTuple

_TAGS = re.compile(rb"<([^/!?>\s][^>]*)>")
_TAG = re.compile(rb"([^\s/>=\"'<]+)((?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?")
_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NAME = re.compile(rb"[\s/]")
#: Distinct tags kept; beyond, memory would follow the file.
_KEPT = 30_000

Attributes = dict[str, str]


class Suspicion(NamedTuple):
    """Raise ``bit`` for a start tag called ``name`` (``*``: any) when ``test`` is true of it.

    ``attribute``: the one without which the test is not even asked; empty where there is none such.
    """

    name: str
    bit: int
    test: Callable[[Attributes], bool]
    attribute: str = ""


class Screen:
    """Judges start tags. Bits 0… are names; suspicions add theirs.

    Args:
        names: element names to look for; the n-th has bit n.
        suspicions: what else to look for.
    """

    def __init__(self, names: Iterable[str], suspicions: Iterable[Suspicion]) -> None:
        self.bits = {name: 1 << place for place, name in enumerate(names)}
        self._tests: dict[str, list[Suspicion]] = {}
        for suspicion in suspicions:
            self._tests.setdefault(suspicion.name, []).append(suspicion)
        self._seen: dict[bytes, int] = {}
        self._judgements: list[int] = []
        self._numbers: dict[int, int] = {}

    def judge(self, raw: bytes) -> frozenset[int]:
        """Return the numbers of the judgements on all start tags in the text of an activity.

        Equal sets mean equal bits; :meth:`bits_of` tells them.
        """
        tags = _TAGS.findall(raw)
        seen = self._seen
        try:
            return frozenset(map(seen.__getitem__, tags))
        except KeyError:
            pass
        if len(seen) > _KEPT:
            seen.clear()
        for tag in set(tags).difference(seen):
            seen[tag] = self._numbered(self._judged(tag))
        return frozenset(map(seen.__getitem__, tags))

    def bits_of(self, judgement: Iterable[int]) -> int:
        """Return the bits of what :meth:`judge` gave."""
        return reduce(int.__or__, map(self._judgements.__getitem__, judgement), 0)

    def _numbered(self, bits: int) -> int:
        number = self._numbers.get(bits)
        if number is None:
            number = self._numbers[bits] = len(self._judgements)
            self._judgements.append(bits)
        return number

    def _judged(self, tag: bytes) -> int:
        name = _NAME.split(tag, maxsplit=1)[0].decode("utf-8", "replace")
        bits = self.bits.get(name, 0)
        tests = [
            suspicion
            for suspicion in (*self._tests.get(name, ()), *self._tests.get("*", ()))
            if suspicion.attribute.encode() in tag
        ]
        attributes = _attributes(tag) if tests else {}
        for suspicion in tests:
            # What cannot be read as a tag with attributes is suspected of everything.
            if attributes is None or suspicion.test(attributes):
                bits |= suspicion.bit
        return bits


def _attributes(tag: bytes) -> Attributes | None:
    """Read a start tag; None where a quoted ">" cut it, or its values are not written as they are meant."""
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    text = match[2]
    if b"&" in text or b"\n" in text or b"\t" in text:
        return None
    return {
        found[1].decode("utf-8", "replace"): (found[2] if found[3] is None else found[3]).decode(
            "utf-8", "replace"
        )
        for found in _ATTRIBUTE.finditer(text)
    }
