"""Commands of ess-iati."""

from __future__ import annotations

import argparse
import sys

from ckanext.ess.commands import convert, explain, extract, standard, tabulate, template, validate
from ckanext.ess.commands.surroundings import guarded

#: Modules with ``add(commands)``, which adds a parser whose ``run`` takes the options and returns the status.
COMMANDS = (validate, template, convert, tabulate, extract, explain, standard)


def main(arguments: list[str] | None = None) -> int:
    """Run ``ess-iati`` and return its exit status."""
    parser = argparse.ArgumentParser(prog="ess-iati", description="IATI tools that need no CKAN.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: options.run(options))
