"""Addresses made from titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import count

LONGEST = 80
_SHORTEST = 2  # that CKAN accepts
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


def of(title: str) -> str:
    """Letters, digits and hyphens of a title; cut at a word's end.

    >>> of("L’eau à Kolda : bilan 2026 !")
    'l-eau-a-kolda-bilan-2026'
    """
    plain = unicodedata.normalize("NFKD", title.translate(_LIGATURES))
    words = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain)
    slug = re.sub(r"[^a-z0-9]+", "-", words.encode("ascii", "ignore").decode().lower()).strip("-")
    if len(slug) <= LONGEST:
        return slug
    return slug[: LONGEST + 1].rsplit("-", 1)[0][:LONGEST].strip("-")


def free(title: str, is_taken: Callable[[str], bool]) -> str:
    """The address of a title, with a number when it is taken; empty for a title without letters or digits."""
    slug = of(title)
    if not slug:
        return ""
    slug = slug if len(slug) >= _SHORTEST else f"{slug}-1"
    if not is_taken(slug):
        return slug
    return next(name for name in (f"{slug}-{number}" for number in count(2)) if not is_taken(name))
