"""What ``ess-portal`` says, in English and French (``sentences.tsv``); the terminal's locale chooses."""

from __future__ import annotations

import csv
import functools
import os
from collections.abc import Mapping
from pathlib import Path

SENTENCES = Path(__file__).with_name("sentences.tsv")


@functools.cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Every sentence by its key, then by language (``en``, ``fr``)."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def language() -> str:
    """``fr`` when the terminal's locale is French, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def sentence(key: str, **params: object) -> str:
    """The sentence of that key in the reader's language, filled with its parameters."""
    return sentences()[key][language()].format(**params)
