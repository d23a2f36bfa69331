"""Who may call which action."""

from __future__ import annotations

from ckan.types import AuthResult, Context, DataDict

__all__ = ["ess_siren_lookup"]


def ess_siren_lookup(context: Context, data_dict: DataDict) -> AuthResult:  # noqa: ARG001 - CKAN's signature
    """Any member of the portal; CKAN keeps strangers out, so that nobody uses the portal as a relay."""
    return {"success": True}
