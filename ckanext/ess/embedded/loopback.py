"""HTTP requests to this machine only, which no proxy of the environment may intercept."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url: str, *, seconds: float = 5) -> bytes:
    """The body of a page.

    Raises:
        OSError: no answer in time, or an error status (``urllib.error.HTTPError``).
    """
    with OPENER.open(url, timeout=seconds) as answer:
        return answer.read()


def get_json(url: str, *, seconds: float = 5) -> Any:
    """The JSON value of a page.

    Raises:
        OSError: no answer in time, or an error status.
        ValueError: not JSON.
    """
    return json.loads(get(url, seconds=seconds))


def answers(url: str, *, seconds: float = 5) -> bool:
    """True when the page comes with a good status."""
    try:
        get(url, seconds=seconds)
    except OSError:
        return False
    return True
