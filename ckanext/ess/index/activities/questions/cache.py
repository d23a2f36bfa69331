"""Keeps answers for a while in CKAN's Redis: they hold until the index, or what somebody may see, changes.

Without Redis every question is asked again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

import redis

from ckan.lib.redis import connect_to_redis
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.index.activities.questions.asking import Asker
from ckanext.ess.store.activity_state import generation
from ckanext.ess.store.activity_visibility import Visibility

log = logging.getLogger(__name__)

#: Raised whenever what is kept has another shape.
_SHAPE = "1"
_NAMES_SECONDS = 3600
#: Bytes above which an answer is not kept: Redis serves the whole portal.
_LARGEST = 1024 * 1024


def key(asker: Asker, what: str, asked: Mapping[str, Any]) -> str:
    """Return the name under which an answer is kept, different whenever the answer may differ."""
    parts = [_SHAPE, generation(), asker.visibility.token, asker.today.isoformat(), what, asked]
    return _named("answer", json.dumps(parts, sort_keys=True, ensure_ascii=False))


def read(names: Iterable[str]) -> list[Any]:
    """Return what is kept under names, None where nothing is."""
    listed = list(names)
    if not listed or not config.activities_cache_seconds():
        return [None] * len(listed)
    try:
        found = connect_to_redis().mget(listed)
    except redis.RedisError:
        log.warning("Redis is away: answers of the index of activities are not kept")
        return [None] * len(listed)
    return [json.loads(one) if one else None for one in found]  # type: ignore[union-attr]


def keep(kept: Mapping[str, Any], seconds: int | None = None) -> None:
    """Keep values under names."""
    seconds = config.activities_cache_seconds() if seconds is None else seconds
    if not kept or not seconds:
        return
    try:
        commands = connect_to_redis().pipeline(transaction=False)
        for name, value in kept.items():
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            if len(text) <= _LARGEST:
                commands.setex(name, seconds, text)
        commands.execute()
    except redis.RedisError:
        log.warning("Redis is away: answers of the index of activities are not kept")


def names(visibility: Visibility, keys: Iterable[str]) -> dict[str, str]:
    """Return names of organisations that were found lately, by key."""
    listed = list(keys)
    found = read(_organisation(visibility, one) for one in listed)
    return {one: str(name) for one, name in zip(listed, found, strict=True) if name}


def keep_names(visibility: Visibility, found: Mapping[str, str]) -> None:
    """Keep names of organisations by key for an hour."""
    keep({_organisation(visibility, one): name for one, name in found.items()}, _NAMES_SECONDS)


def _organisation(visibility: Visibility, organisation: str) -> str:
    return _named("name", f"{_SHAPE}\n{visibility.token}\n{organisation}")


def _named(what: str, text: str) -> str:
    site = str(tk.config.get("ckan.site_id") or "default")
    return f"ess:{site}:activities:{what}:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"
