"""The only door to lxml's parser: hardened, and its complaints turned into kinds."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, cast

from lxml import etree

from ckanext.ess.iati.read.syntax import Malformed, malformed
from ckanext.ess.iati.read.tree import Element

_local = threading.local()
#: A namespace with a blank in its address is as good as any other.
_HARMLESS = frozenset({"WAR_NS_URI"})
#: Mistakes in prefixes alone: to XML itself such a text is well-formed.
_PREFIXES = _HARMLESS | {
    "NS_ERR_UNDEFINED_NAMESPACE",
    "NS_ERR_XML_NAMESPACE",
    "NS_ERR_EMPTY",
    "NS_ERR_QNAME",
    "NS_ERR_COLON",
}


def read_xml(text: bytes, *, lenient: bool = False) -> Element:
    """Parse UTF-8 text without a declaration of encoding; nothing is resolved, fetched or remembered.

    Args:
        text: the text.
        lenient: accept prefixes that are declared nowhere (they stay part of the names), and keep CDATA
            sections apart, which makes blanks in them text to a schema.

    Raises:
        Malformed: the text is not well-formed XML.
    """
    parser = _parser(keep_cdata=lenient)
    try:
        return cast("Element", etree.fromstring(text, parser))
    except etree.XMLSyntaxError as error:
        forgiven = _PREFIXES if lenient else _HARMLESS
        log = parser.error_log
        if len(log) and all(entry.type_name in forgiven for entry in log):
            return cast("Element", etree.fromstring(text, _parser(recover=True, keep_cdata=lenient)))
        raise malformed(log, error.lineno) from error


def _parser(*, recover: bool = False, keep_cdata: bool = False) -> etree.XMLParser:
    """Return a parser of this thread: its log is that of its last text, so threads cannot share one."""
    name = f"parser_{recover}_{keep_cdata}"
    if not hasattr(_local, name):
        parser = etree.XMLParser(
            recover=recover,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            strip_cdata=not keep_cdata,
            collect_ids=False,
        )
        setattr(_local, name, parser)
    return getattr(_local, name)


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
