"""A real HTTP server on the loopback interface that misbehaves as a test wants."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ckanext.ess.sources.http import Limits

XML = b'<?xml version="1.0"?><iati-activities version="2.03"/>\n'
SMALL = Limits(max_bytes=100_000, seconds=1.2, connect=1, silence=0.4, redirects=3, tries=2, first_wait=0.01)
Route = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers with the route of its path; the route writes what it likes."""

    protocol_version = "HTTP/1.1"
    server: FakeUpstream
    timeout = 20

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.options = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        route = self.server.routes.get(parts.path, self.server.fallback)
        try:
            if route is None:
                self.answer(404, b"no such page here")
            else:
                route(self)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.close_connection = True

    def do_HEAD(self) -> None:
        self.do_GET()

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """A well-formed answer."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if not headers or "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """Bytes as they are; the connection ends after them."""
        self.close_connection = True
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class FakeUpstream(ThreadingHTTPServer):
    """The server; ``routes`` may be changed at any time, ``requests`` tells what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, Route] = {}
        self.fallback: Route | None = None
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.scheme = "http"

    @property
    def place(self) -> str:
        """``host:port``."""
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str = "") -> str:
        return f"{self.scheme}://{self.place}{path}"

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.requests]

    def serve(self, path: str, value: object, **headers: str) -> None:
        """Answer a path with bytes, or with JSON of anything else."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        self.routes[path] = lambda handler: handler.answer(200, body, named)

    def secure(self, certificate: Path, key: Path) -> None:
        """Speak TLS from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that a client broke off: tests make it do so."""


@contextmanager
def running(upstream: FakeUpstream) -> Iterator[FakeUpstream]:
    """Serve in a thread while the block lasts."""
    thread = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield upstream
    finally:
        upstream.shutdown()
        upstream.server_close()
        thread.join()


def status(number: int, body: bytes = b"", **headers: str) -> Route:
    """A route that answers with a status; ``_`` in a header's name stands for ``-``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda handler: handler.answer(number, body, named)


def raw(data: bytes) -> Route:
    """A route that writes bytes as they are."""
    return lambda handler: handler.raw(data)


def redirect(target: str, number: int = 302) -> Route:
    """A route that leads elsewhere."""
    return status(number, b"", Location=target)


def drip(handler: Handler, piece: bytes) -> None:
    """A piece every tenth of a second, for four seconds."""
    for _ in range(40):
        handler.wfile.write(piece)
        handler.wfile.flush()
        time.sleep(0.1)


def dripping_body(handler: Handler) -> None:
    """A body that comes byte by byte."""
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    drip(handler, b"x")


def dripping_headers(handler: Handler) -> None:
    """Headers without end."""
    handler.raw(b"HTTP/1.1 200 OK\r\n")
    drip(handler, b"X-A: b\r\n")
