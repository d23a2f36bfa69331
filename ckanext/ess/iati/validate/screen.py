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
#: Distinct tags kept; beyond, memory would follow the file.
_KEPT = 30_000

Attributes = dict[str, str]


class Suspicion(NamedTuple):
    """Raise ``bit`` for a start tag called ``name`` (``*``: any) when ``test`` is true of it."""

    name: str
    bit: int
    test: Callable[[Attributes], bool]


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

    def judge(self, raw: bytes) -> int:
        """Return the bits of all start tags in the text of an activity."""
        tags = set(_TAGS.findall(raw))
        seen = self._seen
        try:
            return reduce(int.__or__, map(seen.__getitem__, tags), 0)
        except KeyError:
            pass
        if len(seen) > _KEPT:
            seen.clear()
        bits = 0
        for tag in tags:
            known = seen.get(tag)
            if known is None:
                known = seen[tag] = self._judged(tag)
            bits |= known
        return bits

    def _judged(self, tag: bytes) -> int:
        match = _TAG.fullmatch(tag)
        if match is None:  # a quoted ">" cut it, or it is no tag at all: suspect everything
            name = re.split(rb"[\s/]", tag, maxsplit=1)[0].decode("utf-8", "replace")
            return self._all(name)
        name = match[1].decode("utf-8", "replace")
        text = match[2]
        if b"&" in text or b"\n" in text or b"\t" in text:
            return self._all(name)
        attributes = {
            found[1].decode("utf-8", "replace"): (found[2] if found[3] is None else found[3]).decode(
                "utf-8", "replace"
            )
            for found in _ATTRIBUTE.finditer(text)
        }
        bits = self.bits.get(name, 0)
        for suspicion in (*self._tests.get(name, ()), *self._tests.get("*", ())):
            if suspicion.test(attributes):
                bits |= suspicion.bit
        return bits

    def _all(self, name: str) -> int:
        bits = self.bits.get(name, 0)
        for suspicion in (*self._tests.get(name, ()), *self._tests.get("*", ())):
            bits |= suspicion.bit
        return bits
