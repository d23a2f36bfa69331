"""``ckan ess validate`` and ``ckan ess validation``: check files now, forget old checks."""

from __future__ import annotations

import click

from ckan.plugins import toolkit as tk


@click.command()
@click.option("--all", "scope", flag_value="all", help="Every file, whatever is known of it.")
@click.option("--stale", "scope", flag_value="stale", help="Files whose verdict is older than wanted.")
@click.option(
    "--due",
    "scope",
    flag_value="due",
    default=True,
    help="What is asked for and not done, what a killed worker left, what is stale: for cron. The default.",
)
@click.option("--organization", default="", metavar="NAME", help="Files of this organisation.")
@click.option("--dataset", default="", metavar="NAME", help="Files of this dataset.")
@click.option(
    "--jobs",
    type=click.IntRange(0, 32),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that check, for the time of this command; 0: leave it to the workers of the queue “ess”.",
)
def validate(scope: str, organization: str, dataset: str, jobs: int) -> None:
    """Check the files of datasets, and watch.

    Workers of the queue “ess” help where they run; a command that is interrupted leaves what is not done to
    them, or to the next one.
    """
    from ckanext.ess.cli import checks

    try:
        chosen = checks.Chosen(scope, organization, dataset)
        asked = chosen.ask()
    except tk.ObjectNotFound as error:
        raise click.ClickException(str(error)) from None
    if not asked:
        click.echo(tk._("Nothing to check."))
        return
    checks.watch(chosen, asked, jobs)
    for status, number in checks.counts(chosen).items():
        if number:
            click.echo(f"{status:>15}  {number}")


@click.group()
def validation() -> None:
    """Look after the checks of files."""


@validation.command()
def prune() -> None:
    """Forget checks beyond the history that is kept, and those of deleted files."""
    from ckanext.ess.cli import checks

    click.echo(tk._("{count} past checks deleted.").format(count=checks.prune()))


@validation.command(hidden=True)
def drain() -> None:
    """Do what is due in this process."""
    from ckanext.ess.cli import checks

    checks.drain()
