"""Gives refusals of our actions the HTTP status that they have: CKAN's API knows 409 only."""

from __future__ import annotations

from flask import Response, g

from ckan.plugins import toolkit as tk


def status(response: Response) -> Response:
    """Say 413 or 429, and when to come again, where an action refused for that reason."""
    refused = getattr(g, "ess_refused", None)
    if refused is None or tk.request.endpoint != "api.action":
        return response
    response.status_code = refused.status
    if refused.seconds:
        response.headers["Retry-After"] = str(refused.seconds)
    return response
