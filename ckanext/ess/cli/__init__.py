"""Commands under ``ckan ess``."""

from __future__ import annotations

import click

from ckanext.ess.cli.harvest import harvest
from ckanext.ess.cli.index import index
from ckanext.ess.cli.notify import notify
from ckanext.ess.cli.validation import validate, validation

__all__ = ["ess"]


@click.group()
@click.pass_context
def ess(context: click.Context) -> None:
    """Open data of the social economy."""
    # outside a request there is no language: the portal's own is that of its administrator
    context.with_resource(context.meta["flask_app"].test_request_context())


ess.add_command(harvest)
ess.add_command(index)
ess.add_command(validate)
ess.add_command(validation)
ess.add_command(notify)
