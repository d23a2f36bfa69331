"""How harvesters read remote servers: the portal's limits, the portal's keys."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.ess import config
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.keys import Keys


def http(key_header: str, given: Mapping[str, str] | None = None) -> Http:
    """A reader of remote files for one kind of catalogue.

    Args:
        key_header: in which it wants a key.
        given: keys by host, before those of the portal.
    """
    keys = Keys(folder=config.harvest_keys_folder(), header=key_header, given=given or {})
    return Http(allow_private=config.http_allow_private(), keys=keys)
