"""Connections of ``requests`` that the guard has checked, for our own reader and for other extensions'."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from ckanext.ess.sources.addresses import public_form
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.pinned import Guard, pool_classes


class Adapter(HTTPAdapter):
    """Sends requests over guarded connections."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As ``requests`` does, with connections of ours."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = pool_classes(self._guard)


class _Lent(Adapter):
    """The adapter in a session of somebody else, who knows the exceptions of ``requests`` only."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """As ``requests`` does; a refusal of the guard is an error of connection."""
        try:
            return super().send(request, *args, **kwargs)
        except SourceError as error:
            error.params.setdefault("url", public_form(request.url or ""))
            raise requests.exceptions.ConnectionError(error.sentence()) from error


def guard(session: Any, *, allow_private: bool) -> Any:
    """Put the guard against private addresses under a ``requests`` session of somebody else.

    Args:
        session: the session; its redirections go through the guard too. It answers a refusal with
            ``requests.exceptions.ConnectionError``, as its owner expects.
        allow_private: let addresses of loopback and private networks be read.
    """
    adapter = _Lent(Guard(allow_private=allow_private))
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session
