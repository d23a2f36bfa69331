"""Whether a container does its work: ``healthcheck.py web`` asks CKAN, ``healthcheck.py queue`` asks Redis.

Exit status 0 when well. A worker that ends is started again by Docker; this sees one that lost its queue.
"""

from __future__ import annotations

import configparser
import json
import os
import sys
import urllib.request

STATUS = "http://127.0.0.1:5000/api/3/action/status_show"


def web() -> bool:
    """CKAN answers its own API, which needs its database."""
    with urllib.request.urlopen(STATUS, timeout=10) as answer:
        return json.load(answer)["success"] is True


def queue() -> bool:
    """The queue answers with this container's own address and password."""
    from redis import Redis

    settings = configparser.ConfigParser(strict=False)
    settings.read(os.environ["CKAN_INI"], encoding="utf-8")
    url = settings["app:main"]["ckan.redis.url"].partition("?")[0]
    return Redis.from_url(url, socket_timeout=10).ping() is True


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "queue": queue}[sys.argv[1]]() else 1)
