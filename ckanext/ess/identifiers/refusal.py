"""What our identifier modules say about a value: refusals (raised) and notices (returned).

Each problem is a class of its own with a stable ``code``. Its sentence, in English and French, names the
value, says what is wrong and what to write instead; the sentences of all classes are in
``data/sentences.tsv`` and are filled when they are asked for, in the reader's language.

    Sentence
      ├── Refusal   the value cannot be kept; also a python-stdnum ``ValidationError``
      └── Notice    the value is kept; the reader should know something about it
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from stdnum.exceptions import ValidationError

from .tsv import rows

#: Characters of a value that a sentence repeats.
_SHOWN = 60

#: A number and what it counts, less the s of the plural.
_COUNTED = re.compile(r"(\{count\} \w+)s\b")

#: Characters of a parameter, which may list several things.
_SHOWN_PARAM = 120


def shown(value: str, most: int = _SHOWN) -> str:
    """A value as a sentence may repeat it: on one line, without control characters, cut when long.

    >>> shown("a" + chr(0) + "b   c" + "d" * 80)[:12]
    'a�b cddddddd'
    """
    line = " ".join(value.split())
    safe = "".join("�" if unicodedata.category(character)[0] == "C" else character for character in line)
    return safe if len(safe) <= most else safe[:most].rstrip() + "…"


@lru_cache(maxsize=1)
def _sentences() -> dict[str, tuple[str, str]]:
    """English and French templates by code."""
    table = rows(Path(__file__).parent / "data" / "sentences.tsv")
    return {code: (english, french) for code, english, french in table}


class Sentence:
    """A remark on a value, with the parameters that its template names beside ``{value}``."""

    code: ClassVar[str] = ""

    def __init__(self, value: str, **params: str) -> None:
        self.value = value
        self.params = params

    @property
    def key(self) -> str:
        """Where the sentence stands in the table."""
        return self.code

    def sentence(self, lang: str = "en") -> str:
        """What is wrong and what to write instead, in French for ``fr…`` and in English otherwise."""
        english, french = _sentences()[self.key]
        template = french if lang.startswith("fr") else english
        if self.params.get("count") == "1":
            template = _COUNTED.sub(r"\1", template)
        known = {name: shown(text, _SHOWN_PARAM) for name, text in self.params.items()}
        return template.format(value=shown(self.value), **known)

    def __str__(self) -> str:
        return self.sentence("en")


class Refusal(Sentence, ValidationError):
    """The value is not what it is given as; the sentence tells the person who typed it what to change."""

    def __init__(self, value: str, **params: str) -> None:
        Sentence.__init__(self, value, **params)
        ValidationError.__init__(self, value)


class Notice(Sentence):
    """The value is accepted; the sentence says what one should know about it."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.code, self.value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"
