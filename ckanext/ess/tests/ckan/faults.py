"""Faults of a server: what it answers where a listing or a file should be, and a word of what is then said.

A row is one fault. ``said`` is part of the report whatever the kind of catalogue; ``others`` are the
exceptions by kind, with nothing where the fault does not exist for that kind.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ckanext.ess.sources.http import Http
from ckanext.ess.sources.limits import Limits
from ckanext.ess.tests.unit.fake_upstream import Handler, Route, dripping_body, raw, redirect, status

GIGABYTE = 1024**3
CUT = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n<")
DEEP = b'{"data": ' + b"[" * 80 + b"]" * 80 + b"}"
HUGE = status(200, b"", Content_Length=str(10 * GIGABYTE))
BOMB = status(200, gzip.compress(b" " * 60_000_000, 9), Content_Encoding="gzip")
SECRETS = "http://169.254.169.254/latest/meta-data/"
#: A few lines that would become a few gigabytes.
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (letter + 1, b"&%c;" % letter * 10) for letter in range(97, 106))
    + b']><iati-activities version="2.03">&j;</iati-activities>'
)


class Fault(NamedTuple):
    """One fault."""

    name: str
    route: Callable[[str], Route]
    said: str
    others: Mapping[str, str | None] = {}

    def words(self, kind: str) -> str | None:
        """Part of what is reported of it for a kind of catalogue; nothing when that has no such fault."""
        return self.others.get(kind, self.said)


def silent(handler: Handler) -> None:
    """Take the question and say nothing."""
    time.sleep(1)
    handler.close_connection = True


def endless(handler: Handler) -> None:
    """A body that never ends, as fast as it is taken."""
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        handler.wfile.write(b" " * 1_000_000)


def always(route: Route) -> Callable[[str], Route]:
    """The same answer at any path."""
    return lambda _: route


NOT_JSON: Any = {"iati-bulk": "JSON", "urls": None}
#: The Bulk Data Service is first asked by HEAD, whose answers have no words.
ASKED, KEY = {"iati-bulk": "502"}, {"iati-bulk": "401"}
LISTING = [
    Fault("server error", always(status(500, b"oops")), "500"),
    Fault("bad gateway", always(status(502, b"<html><title>Passerelle</title></html>")), "Passerelle", ASKED),
    Fault("busy for an hour", always(status(503, b"", Retry_After="3600")), "3600"),
    Fault("too many questions", always(status(429, b"", Retry_After="7200")), "7200"),
    Fault("not found", always(status(404, b"no")), "404"),
    Fault("wants a key", always(status(401, b'{"message": "API key"}')), "API key", KEY),
    Fault("forbidden", always(status(403, b"no")), "403"),
    Fault(
        "a page",
        always(status(200, b"<html><title>Accueil</title></html>")),
        "Accueil",
        {"iati-bulk": "JSON", "urls": "aucune adresse"},
    ),
    Fault("half of an answer", always(CUT), "arr"),
    Fault("no HTTP", always(raw(b"hello\r\n\r\n")), "HTTP"),
    Fault("half of a JSON", always(status(200, b'{"data": [')), "JSON", {"urls": None}),
    Fault("nested", always(status(200, DEEP)), "niveaux", {"urls": None}),
    Fault(
        "another shape",
        always(status(200, b'{"results": []}')),
        "liste",
        {"iati-registry": "catalogue", "urls": None},
    ),
    Fault("leads to the machine's secrets", always(redirect(SECRETS)), "169.254.169.254"),
    Fault("leads to this machine", always(redirect("http://[::1]:9/x")), "[::1]"),
    Fault("leads in circles", redirect, "redirections"),
    Fault("ten gigabytes", always(HUGE), "Mo"),
    Fault("grows like a bomb", always(BOMB), "bombe", {"udata": "Mo"}),
    Fault("silent", always(silent), "pas de réponse"),
    Fault("drip by drip", always(dripping_body), "pas terminé"),
]
#: What is not IATI is left alone where nobody said that it was.
ONLY_IATI: Any = {"udata": None}
FILES = [
    Fault("away", always(status(404, b"no")), "404"),
    Fault("refused", always(status(403, b"no")), "403"),
    Fault("broken server", always(status(500, b"oops")), "500"),
    Fault("busy for an hour", always(status(503, b"", Retry_After="3600")), "3600"),
    Fault("cut", always(CUT), "arr"),
    Fault("a page", always(status(200, b"<html>Connexion</html>")), "HTML", {"udata": None, "urls": "IATI"}),
    Fault("empty", always(status(200, b"")), "vide", {"udata": None, "urls": "IATI"}),
    Fault("other XML", always(status(200, b"<rss/>")), "IATI", ONLY_IATI),
    Fault("an XML bomb", always(status(200, LAUGHS)), "type de document", {"udata": None, "urls": "IATI"}),
    Fault("leads to the machine's secrets", always(redirect(SECRETS)), "169.254.169.254"),
    Fault("leads to this machine", always(redirect("http://[::1]:9/a.xml")), "[::1]"),
    Fault("leads in circles", redirect, "redirections"),
    Fault("ten gigabytes", always(HUGE), "Mo"),
    Fault("silent", always(silent), "pas de réponse"),
]


class Impatient(Http):
    """Waits for parts of seconds where the portal would wait for parts of minutes."""

    def _call(self, method: str, url: str, headers: Any, limits: Limits, take: Any) -> Any:
        short = replace(limits, seconds=0.8, silence=0.3, tries=2, first_wait=0.001)
        return super()._call(method, url, headers, short, take)
