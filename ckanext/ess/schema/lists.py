"""Lists in and out of a field: as forms, programs and CKAN's storage write them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def read(value: Any) -> list[str]:
    """Values of a list given as a list, as JSON, as one value, or one to a line; each once, without blanks.

    Raises:
        TypeError: something else than text is in the list.

    >>> read('["SN", "ML"]'), read(["SN", " ML", "SN", ""]), read("SN"), read(None)
    (['SN', 'ML'], ['SN', 'ML'], ['SN'], [])
    """
    if value is None:
        return []
    given = _from_text(value) if isinstance(value, str) else value
    if not isinstance(given, (list, tuple, set)) or not all(isinstance(one, str) for one in given):
        raise TypeError(value)
    return list(dict.fromkeys(one.strip() for one in given if one.strip()))


def write(values: Iterable[str]) -> str:
    """As CKAN stores it."""
    return json.dumps(list(values), ensure_ascii=False)


def _from_text(text: str) -> Any:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text.splitlines()
    return text.splitlines()
