"""``ckan ess harvest``: add a source, run it and watch, read the report, consume the queues."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ckan.plugins import toolkit as tk

#: Exit statuses of ``run``.
WELL, PARTIAL, FAILED = 0, 1, 2


@click.group()
def harvest() -> None:
    """Harvest IATI catalogues."""
    if not tk.h.plugin_loaded("harvest"):
        raise click.ClickException(
            'The plugin "harvest" is not enabled: install ckanext-ess[harvest] and add it to ckan.plugins.'
        )


@harvest.command()
@click.argument("name")
@click.argument("url")
@click.option("--type", "source_type", required=True, help="Kind of catalogue: iati-bulk, iati-registry, …")
@click.option("--title", default="", help="Title of the source; its name when not given.")
@click.option(
    "--publisher", "publishers", multiple=True, help="Only this publisher: short name or IATI identifier."
)
@click.option(
    "--country", "countries", multiple=True, help="Only data on this country: two letters, like SN."
)
@click.option(
    "--file-type",
    "file_types",
    multiple=True,
    type=click.Choice(("activities", "organisations")),
    help="Only files of this type.",
)
@click.option(
    "--language", type=click.Choice(("fr", "en")), default="fr", show_default=True, help="Of made titles."
)
@click.option("--config", "more", default="", metavar="JSON", help='More settings, such as {"downloads": 2}.')
@click.option("--organization", default="", help="Organisation that owns the source: name or identifier.")
@click.option("--frequency", default="MANUAL", show_default=True, help="MANUAL, DAILY, WEEKLY, MONTHLY…")
def add(
    name: str,
    url: str,
    source_type: str,
    title: str,
    frequency: str,
    more: str,
    organization: str,
    **settings: Any,
) -> None:
    """Add the source NAME at URL; an existing source of that name gets the new address and settings.

    Without --organization, a portal that wants an owner for every dataset gets an organisation for its
    sources.
    """
    from ckanext.ess.cli import sources

    chosen = {key: list(value) if isinstance(value, tuple) else value for key, value in settings.items()}
    config = {key: value for key, value in chosen.items() if value} | _object(more)
    try:
        made = sources.save(
            name, url, source_type, title or name, frequency, json.dumps(config), organization
        )
    except tk.ValidationError as error:
        raise click.ClickException("; ".join(sources.sentences(error))) from None
    click.echo(f"{name}: {'added' if made else 'changed'}. Run it with: ckan ess harvest run {name}")


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="--config") from None
    if not isinstance(found, dict):
        raise click.BadParameter("a JSON object is wanted", param_hint="--config")
    return found


_waiting = click.option("--wait/--no-wait", default=True, help="Watch until it ends, or come back at once.")
_consuming = click.option(
    "--with-consumers",
    type=click.IntRange(0, 16),
    default=0,
    metavar="N",
    help="Start N consumers of the queues for the time of this run.",
)


@harvest.command()
@click.argument("name")
@_waiting
@_consuming
@click.option("--dry-run", is_flag=True, help="Write nothing; say what a run would change.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: machine-readable.")
@click.option(
    "--look",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="With --dry-run: how many datasets to compare field by field, their files read.",
)
@click.option(
    "--confirm-loss",
    is_flag=True,
    help="The last run was stopped because too many datasets had disappeared: believe it.",
)
def run(
    name: str,
    *,
    wait: bool,
    with_consumers: int,
    dry_run: bool,
    as_json: bool,
    look: int,
    confirm_loss: bool,
) -> None:
    """Harvest the source NAME now.

    Ends with 0 when all went well, 1 when some datasets could not be written or their files not read, or
    when the run was skipped, 2 when the run failed, was stopped, or nobody consumes the queue. A run that is
    under way already is followed, and taken up again where a killed process left it.
    """
    from ckanext.ess.cli import previews, sources

    source = sources.find(name)
    if dry_run:
        previews.show(source, name, look, as_json=as_json)
        return
    if confirm_loss:
        click.echo(f"{name}: {sources.confirm_loss(source)}")
    job_id, is_new = sources.start(source)
    if not is_new:
        click.echo(f"{name}: already under way; following it.")
    _follow(name, source.id, job_id, wait=wait, with_consumers=with_consumers)


def _follow(name: str, source_id: str, job_id: str, *, wait: bool, with_consumers: int) -> None:
    from ckanext.ess.cli import consumers, following

    if not wait:
        click.echo(f"{name}: in the queue.")
        return
    with consumers.running(with_consumers):
        try:
            outcome = following.follow(name, source_id, job_id, own_consumers=bool(with_consumers))
        except following.NobodyConsumesError as error:
            click.secho(str(error), fg="red", err=True)
            sys.exit(FAILED)
    sys.exit(outcome)


@harvest.command()
@click.argument("dataset")
@_waiting
@_consuming
def dataset(dataset: str, *, wait: bool, with_consumers: int) -> None:
    """Harvest the one DATASET again, name or identifier, changed or not, its file included."""
    from ckanext.ess.cli import sources

    try:
        order = sources.again(dataset)
    except tk.ObjectNotFound as error:
        raise click.ClickException(f"{dataset}: {error.message}") from None
    except tk.ValidationError as error:
        raise click.ClickException("; ".join(sources.sentences(error))) from None
    _follow(dataset, order["source_id"], order["job_id"], wait=wait, with_consumers=with_consumers)


@harvest.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("--csv", "as_csv", is_flag=True, help="The errors as a table, all of them.")
@click.option("--errors", type=click.IntRange(0), default=20, show_default=True, help="How many to show.")
def report(name: str, *, as_json: bool, as_csv: bool, errors: int) -> None:
    """Show what the last run of the source NAME did, and what is still wrong."""
    from ckanext.ess.cli import reports, sources

    found = reports.last(sources.find(name).id)
    if as_csv:
        click.echo(reports.as_csv(found), nl=False)
    elif as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif not found:
        click.echo(f"{name}: " + tk._("not run yet"))
    else:
        click.echo("\n".join(reports.lines(name, found, errors)))


@harvest.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("--most", type=click.IntRange(0), default=50, show_default=True, help="How many to show.")
def changes(name: str, *, as_json: bool, most: int) -> None:
    """Show what the last run of the source NAME changed, field by field.

    + new, ~ changed, ^ back, - deleted, = archived. Kept for the last 20 runs.
    """
    from ckanext.ess.cli import differences, sources
    from ckanext.ess.store import harvest_changes

    run = sources.last_run(sources.find(name))
    found = harvest_changes.of_run(run) if run is not None else []
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif not found:
        click.echo(f"{name}: " + tk._("the last run changed nothing."))
    else:
        click.echo("\n".join(differences.lines(found, most)))


@harvest.command("list")
def list_sources() -> None:
    """List the sources and what their last runs did."""
    from ckanext.ess.cli import reports, sources

    for source in sources.every():
        title = source.title or source.id
        click.echo(f"{title}  {source.type}  {source.url}  {reports.in_short(source.id)}")


@harvest.command()
@click.option("--drain", is_flag=True, help="Stop when both queues are empty.")
def consume(*, drain: bool) -> None:
    """Consume the gather and the fetch queue in one process, until interrupted.

    An alternative to ``ckan harvester gather-consumer`` and ``fetch-consumer`` that outlives pauses of Redis
    and of the database. Several may run side by side.
    """
    from ckanext.ess.cli import consumers

    consumers.consume(drain=drain)
