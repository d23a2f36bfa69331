"""Turns what the network libraries raise into our errors."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

import urllib3.exceptions

from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceUnavailable


def network_error(error: BaseException, *, url: str, silence: float) -> SourceError:
    """Our error for a failed exchange.

    Args:
        error: what was raised.
        url: how the sentence names the address.
        silence: seconds of silence that were borne.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, SourceError):
            return cause
    if _any(causes, socket.timeout, TimeoutError, urllib3.exceptions.ReadTimeoutError):
        return SourceUnavailable("http.silent", url=url, seconds=f"{silence:g}")
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return SourceInvalid("http.tls", url=url, said=_tls_words(cause))
    if _any(causes, http.client.IncompleteRead, http.client.RemoteDisconnected, ConnectionError):
        return SourceUnavailable("http.cut", url=url, said=_words(causes))
    if _any(causes, http.client.HTTPException, urllib3.exceptions.InvalidHeader, ValueError):
        return SourceInvalid("http.malformed", url=url, said=_words(causes))
    return SourceUnavailable("http.connection", url=url, said=_words(causes))


def _any(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that it wraps, outermost first."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]


def _tls_words(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or "TLS"


def _words(causes: list[BaseException]) -> str:
    """The innermost error in a few words; outer ones repeat addresses, with their keys."""
    innermost = causes[-1]
    if isinstance(innermost, OSError) and innermost.strerror:
        return innermost.strerror
    return type(innermost).__name__
