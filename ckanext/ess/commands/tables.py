"""Tables on the command line: the schema that was asked for, and the report on one file."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from ckanext.ess.iati.validate.report import Report
from ckanext.ess.tables import TableLimits, TableOptions, unreadable, validate
from ckanext.ess.tables.builtin import builtin, names

_MIB = 1024 * 1024
_SENTENCES = {
    "en": "“{value}” is neither a file with a Table Schema nor one of those built in ({known}).",
    "fr": "« {value} » n’est ni un fichier de Table Schema ni l’un de ceux qui sont fournis ({known}).",
}


class SchemaMissing(Exception):
    """The schema that was asked for cannot be read."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value

    def sentence(self, lang: str) -> str:
        """Say what was expected."""
        return _SENTENCES[lang].format(value=self.value, known=", ".join(names()))


def schema_of(text: str) -> Any:
    """Return the descriptor in a file, or of a name that is built in.

    Raises:
        SchemaMissing: it is neither.
    """
    name, _, version = text.partition("@")
    if (own := builtin(name, version)) and not Path(text).exists():
        return own
    try:
        return json.loads(Path(text).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise SchemaMissing(text) from error


def examine_table(
    path: str, schema: Any, *, max_findings: int, megabytes: int | None, seconds: int | None
) -> Report:
    """Return the report on a file, ``-`` for standard input."""
    usual = TableLimits()
    limits = TableLimits(
        size=megabytes * _MIB if megabytes else usual.size, seconds=float(seconds or usual.seconds)
    )
    options = TableOptions(limits, max_findings)
    # A name in no known encoding is still written as text, else no reader of the report could read it.
    name = os.fsencode(path).decode("utf-8", "replace")
    if path == "-":
        return validate(sys.stdin.buffer, name, schema, options)
    try:
        if not Path(path).is_file():
            return unreadable(name)
        with Path(path).open("rb") as stream:
            return validate(stream, name, schema, options)
    except (OSError, ValueError):
        return unreadable(name)
