"""Copies of Table Schemas, in CKAN's Redis: they may be lost at any time, and go away by themselves."""

from __future__ import annotations

import hashlib
import json
import logging

import redis

from ckan.lib.redis import connect_to_redis
from ckan.plugins import toolkit as tk

from ckanext.ess.sources.table_schemas import Kept

log = logging.getLogger(__name__)

#: Seconds after which a copy that nobody renewed goes away.
LIFE = 30 * 24 * 3600


class SchemaCopies:
    """A cache of :class:`ckanext.ess.sources.table_schemas.SchemaSource`; without Redis it is empty."""

    def get(self, url: str) -> Kept | None:
        """Return the copy of an address."""
        try:
            found = connect_to_redis().get(_key(url))
        except redis.RedisError:
            log.warning("Redis is away: the schema %s is fetched anew", url)
            return None
        try:
            etag, checked, body = json.loads(found) if found else (None, 0, "")
            return (
                Kept(str(etag), float(checked), str(body).encode("utf-8", "surrogateescape"))
                if found
                else None
            )
        except (ValueError, TypeError):
            return None

    def put(self, url: str, kept: Kept) -> None:
        """Keep a copy for thirty days."""
        text = json.dumps([kept.etag, kept.checked, kept.body.decode("utf-8", "surrogateescape")])
        try:
            connect_to_redis().setex(_key(url), LIFE, text)
        except redis.RedisError:
            log.warning("Redis is away: the schema %s is not kept", url)


def _key(url: str) -> str:
    site = str(tk.config.get("ckan.site_id") or "default")
    return f"ess:{site}:table-schema:{hashlib.sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()}"
