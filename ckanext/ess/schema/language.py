"""The language of the person who asks, among those that we write."""

from __future__ import annotations

from typing import Literal

from flask import has_request_context

from ckan.plugins import toolkit as tk

Lang = Literal["en", "fr"]


def current() -> Lang:
    """French or English: the request's language, else the portal's (jobs and commands have no request)."""
    asked = tk.h.lang() if has_request_context() else None
    asked = asked or tk.config.get("ckan.locale_default") or "en"
    return "fr" if asked.startswith("fr") else "en"
