"""``ess-portal run -- COMMAND``: a command among the portal's services.

The environment leads CKAN's tools to the portal's own data. A pytest started anywhere below the command is
led to a database, an index and a queue of their own instead: CKAN's fixtures empty what they are given
(see ``pytest_data``).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys

from ckanext.ess.embedded import journal, settings
from ckanext.ess.embedded.client import Background
from ckanext.ess.embedded.errors import Exit, PortalError
from ckanext.ess.embedded.folder import Folder
from ckanext.ess.embedded.guard import dying_with_parent
from ckanext.ess.embedded.pytest_data import TEST_PREFIX
from ckanext.ess.embedded.settings import Settings, own_environment
from ckanext.ess.embedded.supervisor import PORTAL, SERVICES
from ckanext.ess.embedded.up import DEFAULT_PORT, follow, is_up

PYTEST_PLUGIN = "ckanext.ess.embedded.pytest_data"


def run(folder: Folder, command: list[str]) -> int:
    """Run the command with the services of that folder, starting them for its time when they are not up.

    Returns:
        The command's own exit status.

    Raises:
        PortalError: the services do not start, or there is no such command.
    """
    if not shutil.which(command[0], path=own_environment()["PATH"]):
        raise PortalError("error.command", command=command[0])
    folder.create()
    if is_up(folder):
        return execute(settings.load(folder), command)
    settings.chosen(folder, folder.remembered().get("ports", {}).get("web") or DEFAULT_PORT)
    background = Background(folder, SERVICES)
    try:
        event = follow_quietly(background)
        if event["event"] == "failed":
            return Exit(int(str(event["status"])))
        return execute(settings.load(folder), command)
    finally:
        background.stop()


def follow_quietly(background: Background) -> dict[str, object]:
    """Follow the start; it is told on standard error, since the output is the command's."""
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        return follow(background)
    finally:
        sys.stdout = out


def execute(current: Settings, command: list[str]) -> int:
    """Run the command at this terminal and wait for it; Ctrl-C is for the command."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        done = subprocess.Popen(
            command,
            env=environment(current),
            preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 (one thread)
        )
        return done.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def environment(current: Settings) -> dict[str, str]:
    """CKAN's variables for the portal's data, and how a pytest below finds what it may empty."""
    words = own_environment()
    words |= current.addresses(scratch=False) | {"CKAN_INI": str(current.folder.ini)}
    for name, value in current.addresses(scratch=True).items():
        words[f"{TEST_PREFIX}{name}"] = value
    words[f"{TEST_PREFIX}ACTIVITIES_SOLR_URL"] = current.solr.url(settings.SCRATCH_ACTIVITIES)
    words["PYTEST_ADDOPTS"] = f"{words.get('PYTEST_ADDOPTS', '')} -p {PYTEST_PLUGIN}".strip()
    if journal.state(current.folder).get("mode") == PORTAL:
        words |= {"ESS_PORTAL_URL": current.url, "ESS_PORTAL_INI": str(current.folder.ini)}
    return words
