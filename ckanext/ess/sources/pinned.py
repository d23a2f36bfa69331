"""Connections to checked addresses: a name is resolved once, and what was checked is connected.

Because the check and the connection use the same answer of the resolver, a name that answers differently the
second time (DNS rebinding) gains nothing. Certificates are still verified against the name.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Collection, Sequence
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ckanext.ess.sources.addresses import is_allowed, is_private, parse
from ckanext.ess.sources.errors import SourceInvalid, SourceRefused, SourceUnavailable

#: What ``socket.getaddrinfo`` answers for one address, and a function that asks it.
Found = tuple[int, int, int, str, tuple[Any, ...]]
Resolve = Callable[[str, int], Sequence[Found]]

_UNUSED_PORT = 1


def system_resolve(host: str, port: int) -> Sequence[Found]:
    """Addresses of a name, as the system knows them."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Guard:
    """Decides which addresses are connected to.

    Args:
        allow_private: let every name lead to loopback and private networks.
        trusted: ``host:port`` of services that may be there all the same.
        resolve: how names become addresses.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        trusted: Collection[str] = (),
        resolve: Resolve = system_resolve,
    ) -> None:
        self._allow_private = allow_private
        self._trusted = frozenset(trusted)
        self._resolve = resolve

    def checked(self, host: str, port: int) -> Sequence[Found]:
        """Addresses of a name; all of them may be connected to.

        Raises:
            SourceRefused: at least one is private or reserved.
            SourceUnavailable: the name is not known at the moment.
            SourceInvalid: it cannot be a name.
        """
        try:
            found = self._resolve(host, port)
        except socket.gaierror as error:
            raise SourceUnavailable("http.name", host=host, said=error.strerror or "?") from error
        except (UnicodeError, ValueError, OverflowError) as error:
            raise SourceInvalid("http.name", host=host[:100], said=type(error).__name__) from error
        private = self._allow_private or f"{host}:{port}" in self._trusted
        for *_, place in found:
            if not is_allowed(parse(str(place[0])), private=private):
                raise SourceRefused("http.private", host=host, address=place[0])
        return found

    def is_near(self, host: str, port: int) -> bool:
        """Whether a service is on this machine or network and trusted: no need to spare it."""
        if not (self._allow_private or f"{host}:{port}" in self._trusted):
            return False
        try:
            return all(is_private(parse(str(place[0]))) for *_, place in self._resolve(host, port))
        except (OSError, ValueError):
            return False

    def connect(self, host: str, port: int, timeout: Any) -> socket.socket:
        """A connected socket to one of the checked addresses of a name.

        Raises:
            SourceError: see :meth:`checked`; or none of them answers.
        """
        failure: OSError | None = None
        for family, kind, protocol, _, place in self.checked(host, port):
            candidate = socket.socket(family, kind, protocol)
            try:
                if isinstance(timeout, int | float):
                    candidate.settimeout(timeout)
                candidate.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                candidate.connect(place)
            except OSError as error:
                failure = error
                candidate.close()
            else:
                return candidate
        said = failure.strerror or str(failure) if failure else "no address"
        raise SourceUnavailable("http.connection", said=said) from failure


class Watch:
    """Cuts the exchange that it watches when its time is over, whatever the exchange is waiting for.

    A timeout of a socket starts anew with every byte; this one does not.
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(max(seconds, 0.001), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Watch:
        self._token = _WATCH.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _WATCH.reset(self._token)

    def on(self, connection: socket.socket | None) -> None:
        """Watch this socket from now on."""
        self._socket = connection
        if self.over:
            self._cut()

    def _cut(self) -> None:
        self.over = True
        if self._socket is not None:
            try:
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # not TLS's own
            except OSError:
                return  # closed meanwhile


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


class _Watched(HTTPConnection):
    """A plain connection through a guard."""

    guard: Guard

    def _new_conn(self) -> socket.socket:
        made = self.guard.connect(self.host, self.port or _UNUSED_PORT, self.timeout)
        if watch := _WATCH.get():
            watch.on(made)
        return made

    def getresponse(self) -> Any:
        if watch := _WATCH.get():
            watch.on(self.sock)
        return super().getresponse()


class _WatchedTls(HTTPSConnection):
    """A secure connection through a guard."""

    guard: Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.connect(self.host, self.port or _UNUSED_PORT, self.timeout)

    def getresponse(self) -> Any:
        if watch := _WATCH.get():
            watch.on(self.sock)
        return super().getresponse()


def pool_classes(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    """Connection pools, by scheme, whose connections go through a guard."""

    class Plain(_Watched):
        pass

    class Secure(_WatchedTls):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain  # pyright: ignore[reportAssignmentType] (urllib3's own pattern)

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure  # pyright: ignore[reportAssignmentType]

    Plain.guard = Secure.guard = guard
    return {"http": PlainPool, "https": SecurePool}
