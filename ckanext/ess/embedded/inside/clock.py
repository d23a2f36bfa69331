"""Starts due harvest jobs and closes finished ones, as ``ckan harvester run`` would every few seconds.

It looks after the checks of files too, as ``ckan ess validate --due`` would. Run as ``python -m
ckanext.ess.embedded.inside.clock INI``. CKAN is loaded once rather than at each round, which would keep a
core busy for seconds every time.
"""

from __future__ import annotations

import logging
import sys
import time

import ckan.plugins.toolkit as tk
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.plugins import get_plugin

#: A round reads a few rows; people wait for "finished".
SECONDS = 5

log = logging.getLogger(__name__)


def tick() -> None:
    """One round."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    try:
        tk.get_action("harvest_jobs_run")({"ignore_auth": True, "user": user}, {})
    except Exception:  # (the edge of a job: the next round may go well)
        log.exception("Harvest jobs could not be looked after")
    try:
        # by the plugin: nothing here imports what the portal is made of
        get_plugin("ess").tick()  # type: ignore[union-attr]
    except Exception:
        log.exception("Checks of files could not be looked after")


def main(ini: str) -> None:
    """Tick until the process is ended."""
    application = make_app(load_config(ini))
    while True:
        with application.test_request_context():
            tick()
        time.sleep(SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
