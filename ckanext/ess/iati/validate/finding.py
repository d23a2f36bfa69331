"""What a check found: a value with a rule id, a place and parameters.

Sentences are made later (``messages``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Severity = Literal["critical", "error", "warning", "advisory"]
SEVERITIES: tuple[Severity, ...] = ("critical", "error", "warning", "advisory")

#: The activity of a finding where the activity has no identifier; the official report uses the same word.
NO_IDENTIFIER = "noIdentifier"

Params = Mapping[str, str]


class Finding(NamedTuple):
    """One finding. Lines and columns count from 1.

    ``rule`` is the official id where there is one, else ours (``ess.…``). ``activity`` is the identifier of
    the
    activity or organisation as written, ``noIdentifier`` where it has none, None for the file as a whole;
    ``number`` counts activities from 1 (0 for the file). ``params`` are texts that fill the sentences.
    """

    rule: str
    severity: Severity
    category: str
    activity: str | None
    number: int
    line: int | None
    column: int | None
    xpath: str
    params: Params
