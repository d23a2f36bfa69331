"""Bring titles and labels to what they have in common: no accents, capitals, punctuation or little words.

>>> fold("Date de début (prévue) *")
'date debut prevue'
>>> fold("N° de l’œuvre")
'numero oeuvre'
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_NUMERO = re.compile(r"\bn\s?[°º]\s?", re.IGNORECASE)
_BREAK = re.compile(r"[^a-z0-9%€£$]+")
_LITTLE = frozenset({
    "de", "du", "des", "d", "la", "le", "les", "l", "un", "une", "of", "the", "an", "en", "a", "au", "aux",
    "et", "and", "pour", "for", "sur", "on", "par", "by",
})  # fmt: skip


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the telling words of a text; of a text of little words only, these."""
    text = _NUMERO.sub("numero ", text.translate(_LETTERS))
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    words = _BREAK.sub(" ", plain.lower()).split()
    return " ".join(word for word in words if word not in _LITTLE) or " ".join(words)
