"""One typed reader per configuration option; nothing else reads ``tk.config``."""

from __future__ import annotations

from ckan.plugins import toolkit as tk

HTTP_ALLOW_PRIVATE = "ckanext.ess.http.allow_private"


def http_allow_private() -> bool:
    """Whether downloads may reach loopback and private addresses."""
    return tk.config[HTTP_ALLOW_PRIVATE]
