"""``ckan ess notify``: one round of mails about files that got worse, for cron."""

from __future__ import annotations

import click

from ckanext.ess.jobs import notifying


@click.command()
def notify() -> None:
    """Write to those who follow organisations whose files got worse. Run it every few minutes."""
    told = notifying.tick()
    click.echo(f"{told.sent} sent, {told.dropped} no longer needed, {told.failed} failed")
    if told.failed:
        raise SystemExit(1)
