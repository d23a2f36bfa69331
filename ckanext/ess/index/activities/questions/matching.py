"""Makes the query of a text: each word in every field that has words, quoted, so that none commands Solr."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.ess.index.activities.questions.words import Wanted, Word, read

#: Where words are looked for, and what finding them there is worth.
_WORTH: Mapping[str, float] = {
    "title_fr": 8,
    "title_en": 8,
    "title_any": 6,
    "names": 4,
    "labels_fr": 3,
    "labels_en": 3,
    "description_fr": 1,
    "description_en": 1,
    "description_any": 0.8,
}
_TITLES: Mapping[str, float] = {"title_fr": 20, "title_en": 20, "title_any": 16}
_IDENTIFIER = "identifier"
#: What an identifier is worth that is written in full.
_EXACT = 1000
_SHORTEST_IDENTIFIER, _SHORTEST_START = 4, 2

EVERYTHING = "*:*"


def query(text: str) -> str | dict[str, Any]:
    """Return the query of what a person wrote, as Solr's JSON Request API wants it."""
    wanted = read(text)
    if not wanted:
        return EVERYTHING
    found = _edismax(expression(wanted), _WORTH)
    plain = [group[0].text for group in wanted.all_of if len(group) == 1 and not group[0].is_start]
    if len(plain) < 2:  # noqa: PLR2004 (a phrase has two words)
        return found
    together = _edismax(quoted(" ".join(plain)), _TITLES)
    return {"bool": {"must": [found], "should": [together]}}


def expression(wanted: Wanted) -> str:
    r"""Write what is wanted in the language of Solr's ``edismax``.

    >>> expression(read('eau -"b c" puits OU A-12'))
    '+"eau" +("puits" OR ("A-12" OR identifier:"a-12"^=1000 OR identifier:a\\-12*)) -"b c"'
    """
    parts = [f"+{_any(group)}" for group in wanted.all_of] or [EVERYTHING]
    return " ".join([*parts, *(f"-{_term(word)}" for word in wanted.none_of)])


def quoted(text: str) -> str:
    r"""Return a text as one phrase; the analysis of each field makes words of it.

    >>> quoted('say "so"')
    '"say \\"so\\""'
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def start(text: str) -> str:
    r"""Return a text as the beginning of a word.

    >>> start("sol*a")
    'sol\\*a*'
    """
    return "".join(char if char.isalnum() else f"\\{char}" for char in text) + "*"


def _any(group: Iterable[Word]) -> str:
    terms = [_term(word) for word in group]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


def _term(word: Word) -> str:
    if word.is_start and len(word.text) >= _SHORTEST_START:
        ways = [start(word.text.lower())]
    else:
        ways = [quoted(word.text)]
    if _may_be_identifier(word):
        small = word.text.lower()
        ways += [f"{_IDENTIFIER}:{quoted(small)}^={_EXACT}", f"{_IDENTIFIER}:{start(small)}"]
    return ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"


def _may_be_identifier(word: Word) -> bool:
    """An identifier has a digit or a hyphen in it; a phrase can be one too: some contain spaces."""
    return len(word.text) >= _SHORTEST_IDENTIFIER and any(char.isdigit() or char == "-" for char in word.text)


def _edismax(text: str, worth: Mapping[str, float]) -> dict[str, Any]:
    fields = " ".join(f"{name}^{points}" for name, points in worth.items())
    return {
        "edismax": {
            "query": text,
            "qf": fields,
            "uf": f"{_IDENTIFIER} *:*" if EVERYTHING in text else _IDENTIFIER,
            "q.op": "OR",
            "mm": "0%",
            "tie": "0.1",
            "lowercaseOperators": "false",
        }
    }
