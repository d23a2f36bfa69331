"""The HTTP side of the stand-in: paths, conditional requests, streamed files."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Mapping
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ckanext.ess.embedded.standin.bulk import INDICES, cached_path
from ckanext.ess.embedded.standin.holdings import Dataset, Holdings
from ckanext.ess.embedded.standin.registry import ActionError, Registry

_MOST_POSTED = 1024 * 1024


class Provider(Protocol):
    """Whatever has holdings."""

    def holdings(self) -> Holdings:
        """What there is now."""
        ...


class _State:
    """Answers prepared once for one state of the holdings."""

    def __init__(self, holdings: Holdings, base: str) -> None:
        self.holdings = holdings
        self.registry = Registry(holdings, base)
        self.files: dict[str, Dataset] = {}
        for dataset in holdings.datasets:
            self.files[f"/bds/{cached_path(dataset)}"] = dataset
            self.files[f"/files/{dataset.path}"] = dataset
        self._base = base
        self._indices: dict[str, bytes] = {}

    def index(self, name: str) -> bytes:
        if name not in self._indices:
            self._indices[name] = _json(INDICES[name](self.holdings, self._base))
        return self._indices[name]


class Standin(ThreadingHTTPServer):
    """Serves the holdings of a provider at a free port or a given one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, provider: Provider, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((host, port), _Handler)
        shown = f"[{host}]" if ":" in host else host
        self.base = f"http://{shown}:{self.server_port}"
        self._provider = provider
        self._lock = threading.Lock()
        self._state: _State | None = None

    def state(self) -> _State:
        """Answers for what the provider holds now."""
        holdings = self._provider.holdings()
        with self._lock:
            if self._state is None or self._state.holdings is not holdings:
                self._state = _State(holdings, self.base)
            return self._state


class _Handler(BaseHTTPRequestHandler):
    server: Standin
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True  # else every answer waits 40 ms for an acknowledgement
    wbufsize = 64 * 1024

    def do_GET(self) -> None:
        path, options = self._asked()
        self._answer(path, options)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        path, options = self._asked()
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MOST_POSTED:
            self.close_connection = True
            self._send(413, _json({"success": False}))
            return
        body = self.rfile.read(length)
        posted = json.loads(body) if body.startswith(b"{") else dict(parse_qsl(body.decode()))
        self._answer(path, {**options, **{key: str(value) for key, value in posted.items()}})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing of each request: a harvest makes thousands."""

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True))

    def _answer(self, path: str, options: Mapping[str, str]) -> None:
        state = self.server.state()
        if path.startswith("/bds/") and path[5:].removesuffix(".json") in INDICES:
            body = state.index(path[5:].removesuffix(".json"))
            self._send(200, body, moment=state.holdings.created_seconds)
        elif path in state.files:
            self._send_file(state.files[path])
        elif path.startswith("/registry/api/"):
            self._send_action(state.registry, path, options)
        elif path == "/":
            text = f"Bulk Data Service: {self.server.base}/bds\nIATI Registry: {self.server.base}/registry\n"
            self._send(200, text.encode(), kind="text/plain; charset=utf-8")
        else:
            self._send(404, b"Not found\n", kind="text/plain; charset=utf-8")

    def _send_action(self, registry: Registry, path: str, options: Mapping[str, str]) -> None:
        action = path.rstrip("/").rpartition("/")[2]
        answer: dict[str, Any] = {
            "help": f"{self.server.base}/registry/api/3/action/help_show?name={quote(action)}"
        }
        status = 200
        try:
            answer |= {"success": True, "result": registry.answer(action, options)}
        except ActionError as error:
            status = error.status
            answer |= {"success": False, "error": error.error}
        self._send(status, _json(answer))

    def _send_file(self, dataset: Dataset) -> None:
        etag = f'"{dataset.sha1}"'
        if self.headers.get("If-None-Match") == etag:
            self._head(304, {"ETag": etag})
            return
        headers = {"Content-Type": "application/xml", "ETag": etag, "Last-Modified": dataset.http_modified}
        self._head(200, headers, dataset.size)
        if self.command != "HEAD":
            with dataset.read() as stream:
                self._copy(stream)

    def _copy(self, stream: BinaryIO) -> None:
        try:
            shutil.copyfileobj(stream, self.wfile, 256 * 1024)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(
        self, status: int, body: bytes, *, kind: str = "application/json", moment: int | None = None
    ) -> None:
        etag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:  # noqa: PLR2004
            self._head(304, {"ETag": etag})
            return
        headers = {"Content-Type": kind, "ETag": etag}
        if moment is not None:
            headers["Last-Modified"] = formatdate(moment, usegmt=True)
        self._head(status, headers, len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str], length: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8")
