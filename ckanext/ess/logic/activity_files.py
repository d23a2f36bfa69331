"""Files of activities for a caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context

from ckanext.ess.export.activities import files, order
from ckanext.ess.export.activities.files import File
from ckanext.ess.logic import activities


def file(context: Context, given: Mapping[str, Any], address: str) -> File:
    """Make the file of ``ess_activity_export``.

    The first piece is made before this returns: an index that does not answer is an error, not half a file.

    Raises:
        ValidationError: what is asked is wrong, or the index does not answer.
    """
    tk.check_access("ess_activity_export", context, {})
    with activities.asked():
        made = files.made(activities.asker(context), order.read(given), address)
        first = next(made.pieces, b"")
    return replace(made, pieces=_joined(first, made.pieces))


def _joined(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
