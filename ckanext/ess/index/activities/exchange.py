"""The rates by which amounts become euros and dollars: the administrator's table, or the one that we ship."""

from __future__ import annotations

import logging
from decimal import InvalidOperation
from functools import lru_cache
from pathlib import Path

from ckanext.ess import config
from ckanext.ess.iati.extract.rates import Rates

log = logging.getLogger(__name__)


def rates() -> Rates:
    """Return the portal's rates; where its table cannot be read, that is logged, and ours serve."""
    path = config.activities_rates()
    if not path:
        return Rates.shipped()
    try:
        return _table(path, Path(path).stat().st_mtime_ns)
    except (OSError, ValueError, InvalidOperation):
        log.exception("The rates in %s cannot be read: those of the package are used", path)
        return Rates.shipped()


@lru_cache(maxsize=2)
def _table(path: str, _changed: int) -> Rates:
    found = Rates(Path(path))
    if not found.last_day:
        raise ValueError(path)
    return found
