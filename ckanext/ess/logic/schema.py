"""Validation schemas of the actions."""

from __future__ import annotations

__all__: list[str] = []
