"""Who may call which action."""

from __future__ import annotations

from ckan.types import AuthResult, Context, DataDict

__all__ = ["ess_siren_lookup"]


def ess_siren_lookup(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Whoever is logged in: strangers do not use the portal as a relay to the register."""
    return {"success": bool(context.get("user"))}
