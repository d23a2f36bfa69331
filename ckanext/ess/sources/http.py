"""The only user of HTTP: every limit, every guard and every retry is here.

Redirections are followed by hand, each through the same guard; there are no cookies, no proxies or
credentials from the environment, and no sentence or log line shows a password or a key.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from http.client import HTTPException
from typing import Any, BinaryIO, NamedTuple, TypeVar
from urllib.parse import SplitResult, urlencode, urljoin

import requests
import urllib3.exceptions

from ckanext.ess.sources.addresses import basic_credentials, origin, public_form, split, without_credentials
from ckanext.ess.sources.answers import WORDS_BYTES, json_of, status_error
from ckanext.ess.sources.body import PIECE_BYTES, bounded, too_large
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceRefused, SourceUnavailable
from ckanext.ess.sources.faults import network_error
from ckanext.ess.sources.guarded import Adapter
from ckanext.ess.sources.keys import Keys
from ckanext.ess.sources.limits import FILE_LIMITS, HEAD_LIMITS, JSON_LIMITS, Limits, wait_before_retry
from ckanext.ess.sources.pinned import Guard, Resolve, Watch, system_resolve
from ckanext.ess.sources.politeness import Politeness

log = logging.getLogger(__name__)

USER_AGENT = "ckanext-ess (open-data portal; harvests IATI catalogues)"
NO_KEYS = Keys(environment={})
_OK = 200
_NOT_MODIFIED = 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_HEAD = frozenset({"405", "501"})
_T = TypeVar("_T")


class Head(NamedTuple):
    """What a server says of a file without sending it; empty where it does not."""

    url: str
    etag: str = ""
    last_modified: str = ""
    size: int | None = None


class Download(NamedTuple):
    """A finished download: final address, decompressed size in bytes and SHA-1, and what the server says."""

    url: str
    size: int = 0
    sha1: str = ""
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""
    not_modified: bool = False


class Http:
    """Reads remote files within limits. Safe to share between threads.

    Args:
        allow_private: let addresses of loopback and private networks be read.
        trusted: ``host:port`` of services that may be there all the same.
        pause: least seconds between two requests to one host; none for what may be private and is.
        keys: of servers that want one; sent to the host of the first address only, never after a redirection
            to another, and unencrypted only within private networks.
        ca_bundle: file of certificate authorities, instead of the usual ones.
        resolve: how names become addresses.
        sleep: how to wait.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        trusted: Collection[str] = (),
        pause: float = 0.1,
        keys: Keys = NO_KEYS,
        ca_bundle: str = "",
        resolve: Resolve = system_resolve,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._guard = Guard(allow_private=allow_private, trusted=trusted, resolve=resolve)
        self._adapter = Adapter(self._guard)
        self._politeness = Politeness(pause, sleep=sleep)
        self._verify: bool | str = ca_bundle or True
        self._keys = keys
        self._sleep = sleep
        self._near: dict[str, bool] = {}

    def download(self, url: str, into: BinaryIO, *, etag: str = "", limits: Limits = FILE_LIMITS) -> Download:
        """Write a remote file into ``into``, from its beginning, replacing what it holds.

        Args:
            url: http or https address; a user and password in it are sent to its own server only.
            into: a seekable file, opened for writing bytes.
            etag: of the copy at hand: when the remote still has the same, nothing is written.
            limits: what the download may cost.

        Raises:
            SourceError: it could not be read; the class says whether another try makes sense.
        """

        def take(answer: _Answer) -> Download:
            if answer.status == _NOT_MODIFIED:
                return Download(answer.url, etag=etag, not_modified=True)
            into.seek(0)
            into.truncate()
            digest, size = hashlib.sha1(usedforsecurity=False), 0
            for piece in answer.body():
                into.write(piece)
                digest.update(piece)
                size += len(piece)
            header = answer.header
            return Download(
                url=answer.url,
                size=size,
                sha1=digest.hexdigest(),
                etag=header("ETag"),
                last_modified=header("Last-Modified"),
                content_type=header("Content-Type"),
            )

        return self._call("GET", url, {"If-None-Match": etag} if etag else {}, limits, take)

    def head(self, url: str, *, limits: Limits = HEAD_LIMITS) -> Head:
        """What a server says of a file; only its address where the server does not answer such questions.

        Raises:
            SourceError: it could not be asked.
        """

        def take(answer: _Answer) -> Head:
            return Head(answer.url, answer.header("ETag"), answer.header("Last-Modified"), answer.length())

        try:
            return self._call("HEAD", url, {}, limits, take)
        except SourceError as error:
            if error.params.get("status") in _NO_HEAD:
                return Head(public_form(url))
            raise

    def get_json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits = JSON_LIMITS,
    ) -> Any:
        """The JSON value at an address.

        Args:
            url: the address.
            params: added to its query.
            headers: sent with it; none that must stay secret, redirections see them too.
            limits: what the call may cost.

        Raises:
            SourceError: it could not be read, or is not JSON.
        """
        full = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url

        def take(answer: _Answer) -> object:
            return json_of(b"".join(answer.body()), public_form(full))

        return self._call("GET", full, {"Accept": "application/json", **(headers or {})}, limits, take)

    def close(self) -> None:
        """Close the connections that are kept for reuse."""
        self._adapter.close()

    def _call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        limits: Limits,
        take: Callable[[_Answer], _T],
    ) -> _T:
        """One call with its retries."""
        deadline = time.monotonic() + limits.seconds
        for attempt in range(1, limits.tries + 1):
            try:
                with Watch(deadline - time.monotonic()) as watch:
                    return self._attempt(method, url, headers, limits, watch, take)
            except SourceUnavailable as error:  # noqa: PERF203 (a request costs more)
                wait = wait_before_retry(error, attempt, limits)
                if wait is None or time.monotonic() + wait >= deadline:
                    raise
                log.info("%s Another try in %.1f seconds.", error, wait)
                self._sleep(wait)
        raise AssertionError("a call has at least one try")

    def _attempt(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        limits: Limits,
        watch: Watch,
        take: Callable[[_Answer], _T],
    ) -> _T:
        """One try, with its redirections."""
        first = parts = split(url)
        secrets = self._secrets(first)
        for _ in range(limits.redirects + 1):
            sent = dict(headers)
            if origin(parts) == origin(first):
                sent |= secrets
            answer = self._send(method, parts, sent, limits, watch)
            try:
                if answer.status in _REDIRECTS:
                    parts = split(answer.target())
                    continue
                if answer.status == _OK or (answer.status == _NOT_MODIFIED and "If-None-Match" in headers):
                    return take(answer)
                raise self._refusal(answer, parts, limits)
            finally:
                answer.close()
        raise SourceRefused("http.redirects", url=public_form(url), count=limits.redirects)

    def _secrets(self, parts: SplitResult) -> dict[str, str]:
        """What only the server of an address may read: its key, and the user and password in the address."""
        _, host, port = origin(parts)
        found = self._keys.headers(host)
        if found and parts.scheme != "https" and not self._is_near(host, port):
            log.warning("The key of %s is not sent: its address is not https.", host)
            found = {}
        credentials = basic_credentials(parts)
        return found | ({"Authorization": credentials} if credentials else {})

    def _is_near(self, host: str, port: int) -> bool:
        place = f"{host}:{port}"
        if place not in self._near:
            self._near[place] = self._guard.is_near(host, port)
        return self._near[place]

    def _send(
        self, method: str, parts: SplitResult, headers: Mapping[str, str], limits: Limits, watch: Watch
    ) -> _Answer:
        """Send one request and read the head of its answer."""
        url = without_credentials(parts)
        shown = public_form(url)
        self._take_turn(parts, limits, shown)
        log.debug("%s %s", method, shown)
        try:
            request = requests.Request(
                method, url, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **headers}
            ).prepare()
            response = self._adapter.send(
                request, stream=True, timeout=(limits.connect, limits.silence), verify=self._verify
            )
        except SourceError as error:  # from the guard, which does not know the whole address
            error.params.setdefault("url", shown)
            raise
        except (requests.exceptions.InvalidURL, UnicodeError) as error:
            raise SourceInvalid("http.address", url=shown) from error
        except _NETWORK as error:
            raise _slow(shown, limits) if watch.over else _failure(error, shown, limits) from error
        return _Answer(response, url, limits, watch)

    def _take_turn(self, parts: SplitResult, limits: Limits, shown: str) -> None:
        _, host, port = origin(parts)
        near, place = self._is_near(host, port), f"{host}:{port}"
        wait = self._politeness.turn(place, spared=not near, longest=limits.longest_wait)
        if wait is not None:
            raise SourceUnavailable("http.wait", url=shown, status=429, seconds=f"{wait:.0f}")

    def _refusal(self, answer: _Answer, parts: SplitResult, limits: Limits) -> SourceError:
        """The error of an answer that is no success; the host is left alone for as long as it asks."""
        error = status_error(answer.status, answer.shown, answer.words(), answer.header("Retry-After"))
        if isinstance(error, SourceUnavailable) and error.retry_after:
            _, host, port = origin(parts)
            self._politeness.hold(f"{host}:{port}", error.retry_after)
            if error.retry_after > limits.longest_wait:
                error.code = "http.wait"
                error.params["seconds"] = f"{error.retry_after:.0f}"
        return error


_NETWORK = (
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    OSError,
    ValueError,
)


class _Answer:
    """The answer to one request, its body not yet read."""

    def __init__(self, response: requests.Response, url: str, limits: Limits, watch: Watch) -> None:
        self.url = response.url or url
        self.shown = public_form(url)
        self.status = response.status_code
        self._response = response
        self._limits = limits
        self._watch = watch

    def header(self, name: str) -> str:
        """A header, or empty."""
        return str(self._response.headers.get(name, "")).strip()

    def length(self) -> int | None:
        """The announced size of the body as it is sent."""
        text = self.header("Content-Length")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004

    def target(self) -> str:
        """Where a redirection leads."""
        location = self.header("Location")
        if not location:
            raise SourceInvalid("http.nowhere", url=self.shown, status=self.status)
        with contextlib.suppress(UnicodeError):  # http.client reads headers as Latin-1
            location = location.encode("latin-1").decode("utf-8")
        try:
            return urljoin(self.url, location)
        except ValueError as error:
            raise SourceInvalid("http.address", url=public_form(location)) from error

    def body(self) -> Iterator[bytes]:
        """The body, decompressed, within the limits."""
        if (self.length() or 0) > self._limits.max_bytes:
            raise too_large(self._limits.max_bytes, self.shown)
        encoding = self.header("Content-Encoding").lower()
        return bounded(self._pieces(), encoding, self._limits.max_bytes, self.shown)

    def words(self) -> bytes:
        """The beginning of the body, for the remote's own words; nothing when even that fails."""
        taken = b""
        try:
            for piece in self.body():
                taken += piece
                if len(taken) >= WORDS_BYTES:
                    break
        except SourceError:
            return taken[:WORDS_BYTES]
        return taken[:WORDS_BYTES]

    def close(self) -> None:
        """Give the connection back when the body was read to its end, else close it."""
        self._response.close()

    def _pieces(self) -> Iterator[bytes]:
        while True:
            try:
                piece = self._response.raw.read1(PIECE_BYTES, decode_content=False)
            except _NETWORK as error:
                if self._watch.over:
                    raise _slow(self.shown, self._limits) from error
                raise _failure(error, self.shown, self._limits) from error
            if self._watch.over:
                raise _slow(self.shown, self._limits)
            if not piece:
                return
            yield piece


def _failure(error: BaseException, shown: str, limits: Limits) -> SourceError:
    return network_error(error, url=shown, silence=limits.silence)


def _slow(shown: str, limits: Limits) -> SourceUnavailable:
    return SourceUnavailable("http.slow", url=shown, seconds=f"{limits.seconds:g}")
