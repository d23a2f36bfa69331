"""Addresses that cannot lead anywhere, judged by their form alone: nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.versions import FILE_TYPES
from ckanext.ess.iati.validate.ess.registry import ess_check
from ckanext.ess.iati.validate.rules.case import Hit, Setting
from ckanext.ess.iati.validate.rules.nodes import Leaf, Tree
from ckanext.ess.iati.validate.screen import Attributes

_NOWHERE = ("example.com", "example.org", "example.net", "localhost", "127.0.0.1")
_SCHEMES = frozenset({"http", "https", "ftp"})


def fault(url: str) -> str:
    """Return what is wrong with the form of an address, or nothing.

    It is one of ``empty``, ``scheme``, ``host``, ``blank``, ``nowhere``.

    >>> fault("www.asso.fr/rapport.pdf"), fault("https://asso.fr/rapport.pdf")
    ('scheme', '')
    """
    value = url.strip()
    if not value:
        return "empty"
    try:
        parts = urlsplit(value)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "host"
    if parts.scheme.lower() not in _SCHEMES:
        return "scheme"
    if any(mark in value for mark in " \t\n"):
        return "blank"
    if host in _NOWHERE or host.endswith((".local", ".invalid", ".test", ".example")):
        return "nowhere"
    return "" if "." in host or ":" in host else "host"


def _suspect(name: str) -> tuple[str, Callable[[Attributes], bool]]:
    return name, lambda attributes: "url" in attributes and fault(attributes["url"]) != ""


@ess_check("ess.link", "warning", "documents", suspects=(_suspect("document-link"),), file_types=FILE_TYPES)
def dead_link(record: Element, _: Tree, __: Setting) -> Iterator[Hit]:
    """A document's address must be a whole web address of a public server."""
    for element in record.iter("document-link"):
        value = element.get("url")
        if value is not None and (reason := fault(value)):
            yield Hit(Leaf(element, "url", value), {"value": value, "kind": reason})
