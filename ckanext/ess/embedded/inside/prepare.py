"""Makes or upgrades a portal's tables and its administrator, in one process: loading CKAN takes time.

Run as ``python -m ckanext.ess.embedded.inside.prepare INI``. The administrator's password comes in the
environment variable ``ESS_PORTAL_PASSWORD``; without it no account is made or changed.
"""

from __future__ import annotations

import os
import sys

import ckan.plugins.toolkit as tk
from ckan.cli import load_config
from ckan.cli.db import upgrade
from ckan.config.environment import load_environment
from ckan.config.middleware.flask_app import make_flask_stack

ADMIN = "admin"
PASSWORD = "ESS_PORTAL_PASSWORD"  # noqa: S105 (the name of a variable)


def ensure_admin(password: str) -> None:
    """Make the administrator, or give it that password."""
    context = {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}
    account = {"name": ADMIN, "email": f"{ADMIN}@portal.example", "password": password}
    try:
        known = tk.get_action("user_show")(dict(context), {"id": ADMIN})
    except tk.ObjectNotFound:
        known = tk.get_action("user_create")(dict(context), account)
    tk.get_action("user_patch")(dict(context), {"id": known["id"], "password": password, "sysadmin": True})


def main(ini: str) -> None:
    """Tables first: without them CKAN's actions have nothing to work on."""
    load_environment(load_config(ini))
    application = make_flask_stack()
    upgrade.main([], prog_name="ckan db upgrade", standalone_mode=False)
    password = os.environ.get(PASSWORD)
    if password:
        with application.app_context():
            ensure_admin(password)


if __name__ == "__main__":
    main(sys.argv[1])
