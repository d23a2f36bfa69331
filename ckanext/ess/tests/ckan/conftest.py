"""A portal of our own for tests that may share one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def emptied(reset_db: Any, reset_index: Any) -> Iterator[set[str]]:
    """Remembers that this module's portal was emptied; empties it again at the end."""
    yield set()
    reset_db()
    reset_index()


@pytest.fixture
def shared_portal(
    with_plugins: Any, emptied: set[str], reset_db: Any, reset_index: Any, migrate_db_for: Any
) -> None:
    """A portal that is empty when the module's first test begins, and that its tests then share."""
    if not emptied:
        reset_db()
        reset_index()
        for plugin in ("activity", "harvest"):
            migrate_db_for(plugin)
        emptied.add("once")
