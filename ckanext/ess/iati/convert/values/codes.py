"""Codes of the standard's lists from what people write: the code, its name, or a usual word.

>>> read("ActivityStatus", "En cours").code, read("Country", "République démocratique du Congo").code
('2', 'CD')
>>> read("Sector", "14030 - Approvisionnement en eau potable").code
'14030'
>>> read("Country", "Sénégall").code
Traceback (most recent call last):
...
ckanext.ess.iati.convert.values.refused.Refused: code-close
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from ckanext.ess.iati.convert.columns import FOLDER
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.iati.convert.values.refused import Refused
from ckanext.ess.iati.standard.codelists import Code, codelist
from ckanext.ess.identifiers.tsv import rows

#: Lists whose names are looked at when the first has none that fits.
_ALSO = {"Sector": "SectorCategory"}
_CODE_FIRST = re.compile(r"\s*\(?([A-Za-z0-9]{1,6})\)?\s*(?:[-–—:.)]|\s)\s*(\D.*)")
_CODE_LAST = re.compile(r"(.*\D)\s*[(\[]([A-Za-z0-9]{1,6})[)\]]\s*")
_GOAL = re.compile(r"(?:odd|sdg|objectif|goal)\s*(?:numero |n ?)?(\d{1,2})\b.*")
_CUTOFF = 0.75
_SHOWN = 3
_LONG = 120
_TELLING = 5


@cache
def _usual_words() -> dict[tuple[str, str], str]:
    """Code by list and usual word."""
    return {
        (name, fold(word)): code
        for name, code, words in rows(FOLDER / "values.tsv")
        for word in words.split("|")
    }


@cache
def _by_name(name: str) -> dict[str, tuple[str, ...]]:
    """Codes by folded name in both languages; those in use push out those withdrawn."""
    found: defaultdict[str, list[Code]] = defaultdict(list)
    for code in codelist(name):
        for lang in ("fr", "en"):
            found[fold(code.name(lang))].append(code)
    return {words: _preferred(codes) for words, codes in found.items()}


def _preferred(codes: list[Code]) -> tuple[str, ...]:
    active = [code for code in codes if not code.is_withdrawn]
    return tuple(dict.fromkeys(code.code for code in active or codes))


@cache
def _by_code(name: str) -> dict[str, str]:
    return {code.lower(): code for code in codelist(name).codes}


class Known(NamedTuple):
    """A code, and the list that it is of."""

    code: str
    list: str


@lru_cache(maxsize=8192)
def read(name: str, text: str) -> Known:
    """Return the code that a text means; raises ``Refused`` with the nearest names."""
    text = " ".join(text.split())
    for one in filter(None, (name, _ALSO.get(name, ""))):
        if code := _exact(one, text):
            return Known(code, one)
    raise _unknown(name, text)


def _exact(name: str, text: str) -> str:
    code = _by_code(name).get(text.lower().removesuffix(".0"))
    if code:
        return code
    words = fold(text)
    if code := _usual_words().get((name, words)):
        return code
    if codes := _by_name(name).get(words):
        first, *others = codes
        if others:
            raise Refused("code-ambiguous", codes=" / ".join(shown(name, one) for one in codes))
        return first
    return _with_name(name, text, words)


def _with_name(name: str, text: str, words: str) -> str:
    """A code beside its name, as drop-down lists and exports show them; both must say the same."""
    if name.startswith("UNSDG") and (goal := _GOAL.fullmatch(words)):
        return _by_code(name).get(goal[1], "")
    for pattern, place, other in ((_CODE_FIRST, 1, 2), (_CODE_LAST, 2, 1)):
        found = pattern.fullmatch(text)
        if found and (known := _by_code(name).get(found[place].lower())):
            meant = _by_name(name).get(fold(found[other]), (known,))
            if known not in meant:
                raise Refused("code-contradiction", stated=shown(name, known), other=shown(name, meant[0]))
            return known
    return ""


def _unknown(name: str, text: str) -> Refused:
    return Refused("code-close" if nearest(name, text) else "code", list=name, text=text[:_LONG])


@lru_cache(maxsize=1024)
def nearest(name: str, text: str, lang: str = "fr") -> tuple[str, ...]:
    """Names close to a text, with their codes: the ones that hold it, else the ones spelt like it."""
    words = fold(text)[:_LONG]
    known = _names(name)
    holding = [key for key in known if words and f" {words} " in f" {key} "]
    spelt = difflib.get_close_matches(words, known, n=_SHOWN, cutoff=_CUTOFF)
    found = [*spelt, *sorted(holding, key=len)] or _sharing(words, known)
    codes = dict.fromkeys(code for key in found for code in known[key])
    return tuple(shown(one.list, one.code, lang) for one in list(codes)[:_SHOWN])


@cache
def _names(name: str) -> dict[str, tuple[Known, ...]]:
    """Everything that a code may be called, with that of the list looked at next."""
    found: dict[str, tuple[Known, ...]] = {}
    for one in filter(None, (_ALSO.get(name, ""), name)):
        usual = {word: (code,) for (of, word), code in _usual_words().items() if of == one}
        for words, codes in {**usual, **_by_name(one)}.items():
            found[words] = tuple(Known(code, one) for code in codes)
    return found


def _sharing(words: str, known: Mapping[str, tuple[Known, ...]]) -> list[str]:
    """Names that share the most telling words with a text."""
    telling = {word for word in words.split() if len(word) >= _TELLING}
    scores = {key: len(telling & set(key.split())) for key in known} if telling else {}
    best = sorted((key for key, score in scores.items() if score), key=lambda key: (-scores[key], len(key)))
    return best[:_SHOWN]


def shown(name: str, code: str, lang: str = "fr") -> str:
    """Return a code with its name, as sentences write them."""
    label = codelist(name).codes[code].name(lang)
    return f"{code} ({label})" if label != code else code


def label(name: str, code: str, lang: str) -> str:
    """Return how a sheet writes a code: by its name where that leads back to it, else as it is."""
    known = codelist(name).codes.get(code)
    if known is None:
        return code
    text = known.name(lang)
    try:
        return text if ";" not in text and read(name, text).code == code else code
    except Refused:
        return code
