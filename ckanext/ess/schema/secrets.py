"""Keys and passwords of harvest sources: recognised, so that none is stored or shown.

ckanext-harvest shows a source with its address and configuration to everybody. Ours keep no key there
(:mod:`ckanext.ess.sources.keys`); those of other types may, and an address may hold a password.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.sources.addresses import public_form

SOURCE = "harvest"
HIDDEN = "…"
_SECRET = re.compile(r"key|token|secret|passw|credential|authorization", re.IGNORECASE)


def is_secret(setting: str) -> bool:
    """Whether a setting of this name holds a secret.

    >>> is_secret("api_key"), is_secret("X-Auth-Token"), is_secret("keep"), is_secret("keywords")
    (True, True, False, False)
    """
    return bool(_SECRET.search(setting)) and setting not in ("keywords", "keyword")


def hide(source: dict[str, Any]) -> None:
    """Take the secrets out of a harvest source as a dictionary, in place."""
    if isinstance(source.get("url"), str):
        source["url"] = public_form(source["url"])
    if isinstance(source.get("config"), str):
        source["config"] = _without_secrets(source["config"])
    # ckanext-harvest shows each setting beside the configuration as well
    source |= {name: HIDDEN if is_secret(name) else _hidden(source[name]) for name in _settings(source)}


def hide_from_others(context: Mapping[str, Any], package: dict[str, Any]) -> None:
    """The same for a shown harvest source, unless whoever asks may change it."""
    if package.get("type") != SOURCE or context.get("ignore_auth") or context.get("for_update"):
        return
    try:
        tk.check_access("harvest_source_update", {"user": context.get("user", "")}, {"id": package["id"]})
    except (tk.NotAuthorized, tk.ObjectNotFound, ValueError):  # the last where nobody harvests any more
        hide(package)


def hide_found(results: dict[str, Any]) -> None:
    """The same for whatever a search finds, whoever asks."""
    for package in results.get("results", []):
        if isinstance(package, dict) and package.get("type") == SOURCE:
            hide(package)


def _settings(source: Mapping[str, Any]) -> list[str]:
    try:
        given = json.loads(source.get("config") or "{}")
    except (ValueError, TypeError):
        return []
    return [name for name in given if name in source] if isinstance(given, dict) else []


def _without_secrets(config: str) -> str:
    try:
        given = json.loads(config)
    except ValueError:
        return HIDDEN if _SECRET.search(config) else config
    return json.dumps(_hidden(given)) if _SECRET.search(config) else config


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: HIDDEN if is_secret(name) else _hidden(one) for name, one in value.items()}
    return [_hidden(one) for one in value] if isinstance(value, list) else value
