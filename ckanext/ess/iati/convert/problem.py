"""What is wrong, or worth knowing, about a sheet: values; sentences are made by ``messages``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.validate.finding import Finding

#: An error keeps a project out of the file; a warning or a note does not.
Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

NOWHERE = Place("")


class Problem(NamedTuple):
    """One thing to say about a place. ``code`` names its sentences, ``params`` fills them.

    ``finding`` is what the validator found in the XML, for problems that come from it.
    """

    code: str
    severity: Severity
    place: Place = NOWHERE
    value: str = ""
    params: Mapping[str, str] = {}
    finding: Finding | None = None


class Unreadable(Exception):
    """The file cannot be read as a table at all; ``problem`` says why."""

    def __init__(self, code: str, place: Place = NOWHERE, **params: str) -> None:
        super().__init__(code)
        self.problem = Problem(code, "error", place, "", params)
