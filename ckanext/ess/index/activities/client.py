"""Talks to the Solr core of activities. Its address is the administrator's: no guard against private ones.

``pysolr`` as CKAN uses it knows neither JSON requests nor Solr's Schema API, and builds updates in memory:
here a batch is sent as it was written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from ckanext.ess import config
from ckanext.ess.index.activities.errors import (
    NO_CORE,
    REFUSED,
    UNAVAILABLE,
    NotConfiguredError,
    RefusedError,
    UnavailableError,
)

Json = dict[str, Any]
_JSON: Final = {"Content-Type": "application/json"}
#: Seconds to wait for a connection, and for a commit, which warms new searchers.
_CONNECT, _COMMIT = 5.0, 300.0
_LONGEST_REASON = 300
#: A batch or a question twice does what it does once. A connection that Solr closed while it was idle is no
#: reason to fail.
_RETRIES: Final = Retry(connect=2, read=1, status=0, other=0, backoff_factor=0.2, allowed_methods=None)


class Core:
    """One Solr core or collection.

    Args:
        url: its address; user and password may stand in it.
        seconds: how long an answer is waited for.
    """

    def __init__(self, url: str, seconds: float = 60.0) -> None:
        self.url = url
        self.shown_url = _without_password(url)
        self._seconds = seconds
        self._session = requests.Session()
        # a proxy for the way out is not the way to a server of ours
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=_RETRIES, pool_maxsize=16))

    def ask(self, request: Json, handler: str = "select") -> Json:
        """Send a request of Solr's JSON Request API and return the answer.

        Raises:
            UnavailableError: no answer, or not in time.
            RefusedError: Solr says that the request is wrong.
        """
        return self._call("POST", handler, json=request)

    def select(self, handler: str = "select", **params: object) -> Json:
        """Send a request of classic parameters, as a form, and return the answer; raises as :meth:`ask`."""
        return self._call("POST", handler, data={"wt": "json", **params})

    def get(self, path: str) -> Json:
        """Read one of the core's own addresses, such as ``schema``; raises as :meth:`ask`."""
        return self._call("GET", path)

    def post(self, path: str, body: Json) -> Json:
        """Send a command to one of the core's own addresses; raises as :meth:`ask`."""
        return self._call("POST", path, json=body)

    def add(self, documents: Iterable[bytes]) -> None:
        """Add or overwrite documents, each as JSON text, unseen before a commit; raises as :meth:`ask`."""
        self._call("POST", "update/json", data=b"[" + b",".join(documents) + b"]", headers=_JSON)

    def delete(self, query: str) -> None:
        """Delete what matches, unseen before a commit; raises as :meth:`ask`."""
        self._call("POST", "update", json={"delete": {"query": query}})

    def commit(self) -> None:
        """Make everything written so far seen, and kept; raises as :meth:`ask`."""
        self._call("POST", "update", json={"commit": {}}, seconds=_COMMIT)

    def _call(self, method: str, path: str, *, seconds: float = 0.0, **how: Any) -> Json:
        timeout = (_CONNECT, seconds or self._seconds)
        try:
            answer = self._session.request(
                method, f"{self.url}/{path}", timeout=timeout, allow_redirects=False, **how
            )
            said: Any = answer.json()
        except requests.JSONDecodeError:
            said = {}
        except (requests.RequestException, ValueError) as error:
            raise UnavailableError(UNAVAILABLE, url=self.shown_url, said=type(error).__name__) from error
        if answer.status_code == requests.codes.ok and isinstance(said, dict):
            return said
        raise self._error(answer.status_code, said)

    def _error(self, status: int, said: Any) -> RefusedError | UnavailableError:
        told = said.get("error", {}) if isinstance(said, dict) else {}
        reason = str(told.get("msg") or f"HTTP {status}")[:_LONGEST_REASON]
        if status == requests.codes.not_found and not told:
            return RefusedError(NO_CORE, url=self.shown_url)
        if status == requests.codes.too_many_requests or status >= requests.codes.server_error:
            return UnavailableError(UNAVAILABLE, url=self.shown_url, said=reason)
        return RefusedError(REFUSED, url=self.shown_url, said=reason)


_cores: dict[tuple[int, str, float], Core] = {}


def core() -> Core:
    """The core of activities that the portal is configured with; connections are kept by process.

    Raises:
        NotConfiguredError: the portal has none.
    """
    url = config.activities_solr_url()
    if not url:
        raise NotConfiguredError
    key = (os.getpid(), url, config.solr_seconds())
    if key not in _cores:
        _cores.clear()
        _cores[key] = Core(url, config.solr_seconds())
    return _cores[key]


def is_configured() -> bool:
    """Whether the portal has an index of activities."""
    return bool(config.activities_solr_url())


def _without_password(url: str) -> str:
    """The address as it may be shown.

    >>> _without_password("http://ess:secret@solr:8983/solr/ess_activities")
    'http://solr:8983/solr/ess_activities'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
