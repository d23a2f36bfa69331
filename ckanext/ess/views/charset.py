"""Says that RDF sent as text is UTF-8, which ckanext-dcat leaves unsaid.

HTTP clients then read ``text/turtle`` as Latin-1: udata's harvester made "SÃ©nÃ©gal" of "Sénégal".
"""

from __future__ import annotations

from flask import Response


def declare(response: Response) -> Response:
    """Add the encoding to answers of a text type that is always UTF-8."""
    kind = response.headers.get("Content-Type", "")
    if kind.strip() in {"text/turtle", "text/n3"}:
        response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    return response
