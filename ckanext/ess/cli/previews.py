"""``ckan ess harvest run --dry-run``."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from ckan.plugins import toolkit as tk
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestSource

from ckanext.ess.cli import differences
from ckanext.ess.sources.errors import SourceError


def show(source: HarvestSource, name: str, look: int, *, as_json: bool) -> None:
    """Print what a run of a source would do."""
    harvester = queue.get_harvester(source.type)
    if not hasattr(harvester, "preview"):
        said = tk._("{name}: sources of the type {type} cannot be tried without writing.")
        raise click.ClickException(said.format(name=name, type=source.type))
    try:
        found = harvester.preview(source, look)
    except SourceError as error:
        raise click.ClickException(f"{name}: {error.sentence(tk.h.lang())}") from None
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(differences.preview_lines(name, found, look)))
