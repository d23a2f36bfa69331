"""Reads field values as CKAN stores them."""

from __future__ import annotations

import json


def values(stored: object) -> list[str]:
    """Return a stored field as a list of texts: a list, a JSON list, one value, or nothing.

    >>> values('["SN", "ML"]'), values("SN"), values(["SN", None, ""]), values(None), values("[broken")
    (['SN', 'ML'], ['SN'], ['SN'], [], ['[broken'])
    """
    if isinstance(stored, str) and stored.startswith("["):
        stored = _decoded(stored)
    listed = stored if isinstance(stored, list) else [stored]
    texts = (item if isinstance(item, str) else str(item) for item in listed if item is not None)
    return list(dict.fromkeys(text for text in texts if text))


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
