"""Search pages answer htmx with fragments under the same address: caches must tell them apart."""

from __future__ import annotations

from flask import Response

from ckan.plugins import toolkit as tk

#: Views that answer ``HX-Request`` with a fragment.
_TWO_ANSWERS = (".search", ".read")


def vary(response: Response) -> Response:
    """Say that a search page depends on who asks, so that Back never shows a fragment as a page."""
    if (tk.request.endpoint or "").endswith(_TWO_ANSWERS):
        response.vary.add("HX-Request")
    return response
