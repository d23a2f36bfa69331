"""Names, the last part of addresses: given once, never taken from somebody else's dataset or organisation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable

MAX_NAME = 100
MIN_NAME = 2
_OTHER = re.compile(r"[^a-z0-9_]+")


def as_name(text: str) -> str:
    """Text as CKAN takes it for a name: ``a-z``, digits, ``-``, ``_``; between 2 and 100 characters.

    >>> as_name("Médecins / Sénégal.xml"), as_name("é"), as_name("東京")
    ('medecins-senegal-xml', 'e-iati', 'iati')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = _OTHER.sub("-", plain).strip("-")[:MAX_NAME].strip("-")
    if len(name) >= MIN_NAME:
        return name
    return f"{name}-iati" if name else "iati"


def candidates(name: str, publisher: str) -> Iterable[str]:
    """Names to try for something: its own, with its publisher's, then numbered, all readable."""
    own = as_name(name)
    yield own
    whose = as_name(publisher) if publisher else ""
    if whose and not own.startswith(whose):
        own = as_name(f"{whose}-{own}")
        yield own
    for number in range(2, 10_000):
        yield f"{own[: MAX_NAME - 6]}-{number}"


def free_name(name: str, publisher: str, taken: Collection[str] | Callable[[str], bool]) -> str:
    """The first candidate that nobody has.

    Args:
        name: the name upstream.
        publisher: short name of the publisher, which tells two datasets of one name apart.
        taken: the names that exist, or a function that tells.
    """
    is_taken = taken if callable(taken) else taken.__contains__
    return next(one for one in candidates(name, publisher) if not is_taken(one))
