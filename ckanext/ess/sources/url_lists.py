"""Addresses of files in what a site offers: a text with one a line, a page with links, a sitemap."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from ckanext.ess.iati.read.kinds import HEAD, Kind, sniff
from ckanext.ess.sources.records import address_of

#: A longer list is refused: 50,000 addresses, a sitemap's own limit, take less.
MAX_LIST = 16 * 1024 * 1024
_DATA = (".xml", ".xml.gz", ".zip")
_LOC = re.compile(r"<(?:\w+:)?loc\b[^>]{0,200}>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,2000})")
_SITEMAP = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)[\s>]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Links(NamedTuple):
    """What a list leads to: files, and further lists. ``explicit``: somebody chose each of the files."""

    files: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    explicit: bool = False


def identity_of(url: str, member: str = "") -> str:
    """What stays the same when a site moves from http to https: host, path and query, and the zip's member.

    >>> identity_of("https://www.Example.org:443/iati/a%20b.xml#top")
    'www.example.org/iati/a b.xml'
    """
    parts = urlsplit(urldefrag(url).url)
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, " "))
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{unquote(parts.path) or '/'}{query}{f'#{member}' if member else ''}"


def name_of(url: str, member: str = "") -> str:
    """Name of a file without folder and ending."""
    path = PurePosixPath(member or unquote(urlsplit(url).path))
    return path.name.removesuffix(".gz").removesuffix(".xml") or urlsplit(url).netloc


def is_list(head: bytes) -> bool:
    """Whether the first bytes are those of a list rather than of a file."""
    kind = sniff(head)
    return kind in {Kind.HTML, Kind.CSV, Kind.TEXT} or (
        kind is Kind.XML and _SITEMAP.search(head[:HEAD]) is not None
    )


def links(body: bytes, url: str) -> Links:
    """What a list leads to.

    Args:
        body: the list.
        url: where it was read; relative addresses start there.
    """
    text = _text(body)
    sitemap = _SITEMAP.search(body[:HEAD])
    if sitemap is not None:
        found = [html.unescape(match).strip() for match in _LOC.findall(text)]
        if sitemap[1] == b"sitemapindex":
            return Links(lists=_unique(found))
        return Links(files=_unique(one for one in found if is_data(one)))
    if sniff(body[:HEAD]) is Kind.HTML:
        return _page_links(text, url)
    lines = (match[0] for line in text.splitlines() if (match := re.search(r"https?://[^\s\"';,<>]+", line)))
    return Links(files=_unique(lines), explicit=True)


def is_data(url: str) -> bool:
    """Whether an address may be that of IATI data, or of a zip of it."""
    return urlsplit(url).path.lower().endswith(_DATA)


class _Anchors(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") or ""
        if tag == "base":
            self.base = self.base or target
        elif tag == "a" and target:
            self.found.append(target)


def _page_links(text: str, url: str) -> Links:
    """Files of the page's own host, and folders below it."""
    page = _Anchors()
    page.feed(text)
    base = _joined(url, page.base) or url
    here = urlsplit(url)
    folder = here.path[: here.path.rfind("/") + 1]
    found = [
        one for link in page.found if (one := _joined(base, link)) and urlsplit(one).netloc == here.netloc
    ]
    below = (
        one
        for one in found
        if (parts := urlsplit(one)).path.endswith("/")
        and parts.path.startswith(folder)
        and parts.path != folder
        and not parts.query
    )
    return Links(_unique(one for one in found if is_data(one)), _unique(below))


def _joined(base: str, link: str) -> str:
    try:
        joined = urldefrag(urljoin(base, link)).url
    except ValueError:
        return ""
    return address_of(joined)


def _unique(urls: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for url in urls if (one := address_of(url))))


def _text(body: bytes) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    return body.decode("utf-8", "replace")
