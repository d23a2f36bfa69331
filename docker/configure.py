"""Write CKAN's configuration for a container: the embedded portal's template, filled from the environment.

Run as ``python configure.py FILE``. Passwords are taken from the environment, never from the image; the file
is readable by its owner only. A missing variable is named, and nothing is written.
"""

from __future__ import annotations

import os
import string
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

#: Lines that a portal on the public internet adds to the template.
PUBLIC = """
SESSION_COOKIE_SECURE = ${secure}
SESSION_COOKIE_SAMESITE = Lax
REMEMBER_COOKIE_SECURE = ${secure}
# the stack's own proxy tells who asks
ckanext.ess.check.proxies = 1
"""

TITLE = "Données ouvertes de l'économie sociale et solidaire"

#: Idle consumers wait for Redis without end; redis-py would drop them at its own time limit.
PATIENCE = "socket_timeout=86400"


def values(environment: Mapping[str, str]) -> dict[str, str]:
    """What the template's ``${…}`` stand for; raises ``KeyError`` with the name of a missing variable."""
    password = quote(environment["POSTGRES_PASSWORD"], safe="")
    site = environment["ESS_SITE_URL"].rstrip("/")
    return {
        "secret_key": environment["ESS_SECRET_KEY"],
        "site_url": site,
        "site_title": environment.get("ESS_SITE_TITLE")
        or "Données ouvertes de l'économie sociale et solidaire",
        "sqlalchemy_url": f"postgresql://ckan:{password}@postgres/ckan",
        "redis_url": f"redis://:{quote(environment['REDIS_PASSWORD'], safe='')}@redis:6379/0?{PATIENCE}",
        "solr_url": "http://solr:8983/solr/ckan",
        "activities_solr_url": "http://solr:8983/solr/ess_activities",
        "storage": "/srv/ess/storage",
        "allow_private": "false",
        "secure": str(site.startswith("https://")).lower(),
    }


def configuration(environment: Mapping[str, str]) -> str:
    """CKAN's configuration as text."""
    template = files("ckanext.ess.embedded").joinpath("ckan.template.ini").read_text("utf-8")
    template = template.replace("use = egg:ckan\n", "use = egg:ckan\n" + PUBLIC, 1)
    escaped = {name: value.replace("%", "%%") for name, value in values(environment).items()}
    return string.Template(template).substitute(escaped)


def main(path: Path) -> None:
    """Write the file, or say which variable is missing."""
    try:
        text = configuration(os.environ)
    except KeyError as missing:
        sys.exit(f"The environment variable {missing} is not set; docker/.env.example lists them all.")
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
