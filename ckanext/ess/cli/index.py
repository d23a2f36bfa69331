"""``ckan ess index``: look after the index of activities."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

_P = ParamSpec("_P")

_JOBS = click.option(
    "--jobs",
    type=click.IntRange(0, 32),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that read, for the time of this command; 0: leave it to the workers of the queue “ess”.",
)


def _told(command: Callable[_P, None]) -> Callable[_P, None]:
    """Say in a sentence what is wrong with the index, and end with 1."""

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        from ckanext.ess.index.activities.errors import ActivityIndexError

        try:
            command(*args, **kwargs)
        except ActivityIndexError as error:
            raise click.ClickException(error.sentence()) from None

    return run


@click.group()
def index() -> None:
    """Look after the index of activities, a Solr core of its own."""


@index.command()
@click.option(
    "--show", is_flag=True, help="Print the requests that would be sent to Solr, and change nothing."
)
@_told
def init(*, show: bool) -> None:
    """Give the Solr core of activities its fields.

    The core or collection must be there, as “solr create -c ess_activities” makes it. That of the embedded
    portal and of the containers has its fields already.
    """
    from ckanext.ess.cli import activities
    from ckanext.ess.index.activities.client import core

    activities.init(core(), only_show=show)


@index.command()
@_JOBS
@_told
def update(jobs: int) -> None:
    """Bring the index in line with the files: write what is missing or old, take out what is gone.

    Files that are in the index as they should be are not read.
    """
    from ckanext.ess.cli import activities

    activities.update(activities.ready_core(), jobs, everything=False)


@index.command()
@_JOBS
@_told
def rebuild(jobs: int) -> None:
    """Read every file again and replace what the index holds of it; searches go on meanwhile."""
    from ckanext.ess.cli import activities

    activities.update(activities.ready_core(), jobs, everything=True)


@index.command()
@_told
def check() -> None:
    """Compare the index with what it should hold; ends with 1 where they differ."""
    from ckanext.ess.cli import activities

    if activities.check(activities.ready_core()):
        raise SystemExit(1)


@index.command()
@click.confirmation_option(prompt="Empty the index of activities?")
@_told
def clear() -> None:
    """Empty the index."""
    from ckanext.ess.cli import activities

    activities.ready_core()
    activities.clear()


@index.command()
@_told
def commit() -> None:
    """Make visible at once what is written; workers and the portal's clock do so every few seconds."""
    from ckanext.ess.cli import activities

    activities.ready_core()
    activities.commit()


@index.command()
@click.option("--year", type=int, metavar="YEAR", help="Rates of this year.")
def rates(year: int | None) -> None:
    """Print the rates by which amounts are shown in euros and dollars, and of when they are."""
    from ckanext.ess.cli import exchange

    exchange.show(year)
