"""Commands under ``ckan ess``."""

from __future__ import annotations

import click

from ckanext.ess.cli.harvest import harvest

__all__ = ["ess"]


@click.group()
def ess() -> None:
    """Open data of the social economy."""


ess.add_command(harvest)
