"""What a run would do, as those who ask get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Preview:
    """What a run would do.

    ``entries`` holds one dictionary per dataset: ``action`` (``add``, ``update``, ``delete``, ``archive``,
    ``adopt``, ``restore``, ``refuse``), ``guid``, ``dataset`` (name here or upstream), ``title``, ``fields``
    (old and new value, where it was looked at) and ``message``. ``looked_at`` is how many of them were
    compared field by field, ``stopped`` the sentence of a run that would stop.
    """

    found: int = 0
    filtered: int = 0
    unchanged: int = 0
    gone: int = 0
    stopped: str = ""
    looked_at: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def count(self, action: str) -> int:
        """How many entries there are of an action."""
        return sum(entry["action"] == action for entry in self.entries)
