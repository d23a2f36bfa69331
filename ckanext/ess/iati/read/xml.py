"""The only door to lxml's parser: hardened, and its complaints turned into kinds."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, cast

from lxml import etree

from ckanext.ess.iati.read.syntax import Malformed, malformed
from ckanext.ess.iati.read.tree import Element

_local = threading.local()


def read_xml(text: bytes) -> Element:
    """Parse UTF-8 text without a declaration of encoding; nothing is resolved, fetched or remembered.

    Raises:
        Malformed: the text is not well-formed XML.
    """
    parser = _parser()
    try:
        return cast("Element", etree.fromstring(text, parser))
    except etree.XMLSyntaxError as error:
        raise malformed(parser.error_log, error.lineno) from error


def _parser() -> etree.XMLParser:
    """Return this thread's parser: its log is that of its last text, so threads cannot share one."""
    if not hasattr(_local, "parser"):
        _local.parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            strip_cdata=True,
            collect_ids=False,
        )
    return _local.parser


class _Nothing:
    """A target that keeps nothing of what is parsed."""

    def start(self, tag: str, attributes: object) -> None:
        """Ignore a start tag."""

    def close(self) -> None:
        """End."""


def check_stream(opening: bytes, chunks: Iterable[bytes]) -> None:
    """Parse a document in constant memory, for its well-formedness alone.

    Raises:
        Malformed: it is not.
    """
    target = cast("Any", _Nothing())
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        parser.feed(opening)
        for chunk in chunks:
            parser.feed(chunk)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise malformed(parser.feed_error_log, error.lineno) from error


__all__ = ["Malformed", "check_stream", "read_xml"]
