"""A search as RSS and Atom: the projects that changed last come first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from urllib.parse import urljoin

from feedgen.feed import FeedGenerator
from flask import make_response
from werkzeug.wrappers import Response

from ckanext.ess import config
from ckanext.ess.views.projects.address import Search
from ckanext.ess.views.projects.asking import Answer
from ckanext.ess.views.projects.results import Result

KINDS = {"atom": "application/atom+xml", "rss": "application/rss+xml"}
#: Characters that XML does not allow.
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def newest(asked: Search) -> Search:
    """The same search, the latest changes first."""
    return replace(asked, sort="newest", page=1)


def write(kind: str, asked: Search, title: str, found: Sequence[Result], answer: Answer) -> Response:
    """The feed of a search."""
    made = FeedGenerator()
    here = _absolute(asked.url("ess_projects.follow", kind=kind))
    made.id(here)
    made.title(_clean(title))
    made.description(_clean(title))
    made.link(href=here, rel="self")
    made.link(href=_absolute(asked.url()), rel="alternate")
    days = [one.get("card", one).get("updated") or "" for one in answer.found["results"]]
    for result, day in zip(found, days, strict=True):
        entry = made.add_entry(order="append")
        address = _absolute(result.url)
        entry.id(address)
        entry.guid(address, permalink=True)
        entry.link(href=address)
        entry.title(_clean(result.title.text))
        entry.summary(_clean(result.excerpt.text) or _clean(result.publisher) or "–")
        when = _moment(day)
        entry.updated(when)
        entry.published(when)
    body = made.atom_str() if kind == "atom" else made.rss_str()
    response = make_response(body)
    response.headers["Content-Type"] = f"{KINDS[kind]}; charset=utf-8"
    return response


def _moment(day: str) -> datetime:
    """A day as a moment; the beginning of time where the file says none."""
    try:
        return datetime.fromisoformat(day[:10]).replace(tzinfo=timezone.utc)
    except ValueError:
        return datetime.fromtimestamp(0, timezone.utc)


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)


def _absolute(address: str) -> str:
    return urljoin(config.site_url(), address)
