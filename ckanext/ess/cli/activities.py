"""What the commands of ``ckan ess index`` do, apart from their options."""

from __future__ import annotations

import click
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.index.activities import committer, inspection, schema_api
from ckanext.ess.index.activities.client import Core, core
from ckanext.ess.index.activities.fields import FIELDS
from ckanext.ess.jobs import activities
from ckanext.ess.store import activity_state, claims
from ckanext.ess.store.validation import ValidationState

#: Differences that are shown one by one; all are counted.
_MOST_SHOWN = 50


class Files:
    """Files that are read again for their activities."""

    def __init__(self, resource_ids: list[str]) -> None:
        self._ids = resource_ids

    def left(self) -> int:
        """How many of them are not read yet."""
        waiting = ValidationState.wanted <= claims.NOW
        wanted = sa.select(sa.func.unnest(sa.cast(self._ids, sa.ARRAY(sa.Text))))
        query = sa.select(sa.func.count()).select_from(ValidationState)
        return model.Session.scalar(query.where(waiting, ValidationState.resource_id.in_(wanted))) or 0


def ready_core() -> Core:
    """The core, if the portal has one and can keep what it holds.

    Raises:
        ActivityIndexError: there is no core.
        ClickException: the tables are missing.
    """
    found = core()
    if not activity_state.tables_exist():
        raise click.ClickException(tk._("The tables are missing: run “ckan db upgrade -p ess”."))
    return found


def init(solr: Core, *, only_show: bool) -> None:
    """Give the core its fields, or say what is in the way."""
    found = schema_api.state(solr)
    if found.foreign:
        names = ", ".join(found.foreign[:5])
        said = tk._(
            "The core at {url} has fields that are not ours ({fields}): it seems to be somebody else's. Give "
            "the activities a core of their own."
        )
        raise click.ClickException(said.format(url=solr.shown_url, fields=names))
    if only_show:
        click.echo(schema_api.as_text(solr.shown_url, found))
    elif found.fixed:
        said = tk._(
            "The schema of {url} is a file that Solr does not change. Put the file schema.xml of "
            "ckanext/ess/embedded/solr/activities in its place and restart Solr."
        )
        raise click.ClickException(said.format(url=solr.shown_url))
    else:
        if not found.is_ready:
            schema_api.apply(solr, found)
        click.echo(tk._("{url} is ready: {count} fields.").format(url=solr.shown_url, count=len(FIELDS)))


def update(solr: Core, jobs: int, *, everything: bool) -> None:
    """Read again what the index does not hold as it should, with a progress bar, and make it visible."""
    if everything:
        activity_state.outdate()
        model.Session.commit()
    wanted = activities.repair(solr)
    if wanted:
        _read(wanted, jobs)
    activities.settle_now()
    model.Session.rollback()
    held = sum(activity_state.count().values())
    click.echo(
        tk._("{count} files read again; the index holds {total} activities.").format(
            count=len(wanted), total=held
        )
    )


def _read(wanted: list[str], jobs: int) -> None:
    from ckanext.ess.cli import checks

    files = Files(wanted)
    activities.ask(wanted, urgent=False)
    checks.watch(files, files.left(), jobs)


def check(solr: Core) -> int:
    """Print what the index does not hold as it should, and return how many files that concerns."""
    found = activities.differences(solr)
    for one in found[:_MOST_SHOWN]:
        click.echo(f"{one.resource_id}  {_said(one)}")
    if len(found) > _MOST_SHOWN:
        click.echo(tk._("… and {count} more.").format(count=len(found) - _MOST_SHOWN))
    if found:
        click.echo(
            tk._("{count} files differ. “ckan ess index update” repairs them.").format(count=len(found))
        )
    else:
        total = sum(activity_state.count().values())
        click.echo(tk._("No difference: {total} activities.").format(total=total))
    return len(found)


def _said(one: inspection.Difference) -> str:
    sentences = {
        inspection.LOST: tk._("{expected} activities expected, {found} in the index"),
        inspection.STRAY: tk._("{found} activities of a file that is not ours (any more)"),
        inspection.HALF: tk._("its writing was begun and not finished"),
        inspection.OUTDATED: tk._("not in the index as its last check and this version have it"),
        inspection.UNSEEN: tk._("written, not visible yet"),
        inspection.FAILED: tk._("its writing failed"),
    }
    return sentences[one.kind].format(expected=one.expected, found=one.found)


def clear() -> None:
    """Empty the index."""
    if not committer.clear():
        raise click.ClickException(tk._("Others are writing to the index. Try again in a minute."))
    click.echo(tk._("The index of activities is empty. “ckan ess index update” fills it again."))


def commit() -> None:
    """Make visible what is written."""
    done = activities.settle_now()
    click.echo(tk._("{count} files made visible.").format(count=done.files))
    if done.held_by:
        said = tk._("{count} files are half written and hold the others back; they are read again.")
        raise click.ClickException(said.format(count=len(done.held_by)))
