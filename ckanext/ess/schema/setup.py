"""Configuration defaults that the schema needs."""

from __future__ import annotations

from ckan.common import CKANConfig


def apply_defaults(config: CKANConfig) -> None:
    """Set what the portal's ini does not set."""
