"""Commands under ``ckan ess``."""

from __future__ import annotations

import click


@click.group()
def ess() -> None:
    """Open data of the social economy."""


__all__ = ["ess"]
