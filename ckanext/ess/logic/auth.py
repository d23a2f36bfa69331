"""Who may call which action."""

from __future__ import annotations

__all__: list[str] = []
