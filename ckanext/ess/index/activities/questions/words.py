"""Reads the text of a search as people write it: words, "phrases", OR, and a minus before what is unwanted.

>>> read('eau "pays en développement" -forage puits OR fontaine')  # doctest: +NORMALIZE_WHITESPACE
Wanted(all_of=((Word(text='eau', is_phrase=False, is_start=False),),
               (Word(text='pays en développement', is_phrase=True, is_start=False),),
               (Word(text='puits', is_phrase=False, is_start=False),
                Word(text='fontaine', is_phrase=False, is_start=False))),
       none_of=(Word(text='forage', is_phrase=False, is_start=False),))

There is no wrong text: what has no meaning here, such as a quotation mark without its twin, brackets, or an
OR with nothing beside it, is passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

#: More words than anybody reads; the rest of a longer text is not looked for.
MOST_WORDS = 32

_PIECE = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
_OR, _NOT = {"OR", "OU", "|", "||"}, {"NOT", "SAUF"}
_AND = {"AND", "ET", "&", "&&", "+"}
_EDGES = "()[]{}<>,;:!?.+~^'’\"\\/|&=*-"


class Word(NamedTuple):
    """A word or a phrase to look for; ``is_start``: anything that begins with it will do."""

    text: str
    is_phrase: bool = False
    is_start: bool = False


class Wanted(NamedTuple):
    """What a text asks for."""

    all_of: tuple[tuple[Word, ...], ...] = ()
    """One word at least of each group must be there."""
    none_of: tuple[Word, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all_of or self.none_of)


def clean(text: str) -> str:
    r"""Return a text without what is no character: controls, halves of surrogate pairs, bytes of other kinds.

    >>> clean("a\x00b\ud800 c")
    'a b c'
    """
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} else c for c in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def read(text: str) -> Wanted:
    """Read a text; see the module for what it may say."""
    groups: list[list[Word]] = []
    unwanted: list[Word] = []
    joins = negates = False
    for minus, word in _pieces(clean(text).translate(_QUOTES)):
        if isinstance(word, str):
            joins, negates = joins or word in _OR, word in _NOT
            continue
        if minus or negates:
            unwanted.append(word)
        elif joins and groups:
            groups[-1].append(word)
        else:
            groups.append([word])
        joins = negates = False
        if len(unwanted) + sum(map(len, groups)) >= MOST_WORDS:
            break
    return Wanted(tuple(map(tuple, groups)), tuple(unwanted))


def _pieces(text: str) -> Iterator[tuple[bool, Word | str]]:
    """Words with whether a minus stands before; operators as plain text."""
    for minus, phrase, bare in _PIECE.findall(text):
        if bare in _OR | _NOT | _AND:
            yield False, bare
            continue
        word = _phrase(phrase) if phrase else _word(bare)
        if word is not None:
            yield bool(minus), word


def _phrase(text: str) -> Word | None:
    text = text.strip(_EDGES + " ")
    return Word(text, is_phrase=" " in text) if _says_something(text) else None


def _word(text: str) -> Word | None:
    bare = text.strip(_EDGES)
    return Word(bare, is_start=text.endswith("*")) if _says_something(bare) else None


def _says_something(text: str) -> bool:
    return any(char.isalnum() for char in text)
