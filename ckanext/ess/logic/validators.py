"""Validators that the schema names."""

from __future__ import annotations

__all__: list[str] = []
