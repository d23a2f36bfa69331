"""Records with values replaced by anything, for property tests of parsers."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def mangled(record: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """The record with some of its values, at any depth, replaced by anything or left out."""
    broken = copy.deepcopy(record)
    for _ in range(data.draw(st.integers(1, 5))):
        target = broken
        while target:
            key = data.draw(st.sampled_from(sorted(target)))
            inner = target[key]
            if isinstance(inner, list) and inner:
                inner = inner[0]
            if isinstance(inner, dict) and inner and data.draw(st.booleans()):
                target = inner
                continue
            if data.draw(st.booleans()):
                target[key] = data.draw(ANYTHING)
            else:
                del target[key]
            break
    return broken
