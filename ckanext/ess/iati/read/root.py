"""The root start tag: the kind of file, its version, and the frame in which each activity is parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from ckanext.ess.iati.read.problems import Unreadable, WrongRoot
from ckanext.ess.iati.read.xml import Malformed, read_xml

#: Root name → (kind of file, name of the elements that it lists).
ROOTS = {
    "iati-activities": ("activities", "iati-activity"),
    "iati-organisations": ("organisations", "iati-organisation"),
}
_SPACES = re.compile(rb"[\t\n]")


@dataclass(frozen=True)
class Root:
    """The root element's start tag. ``opening`` and ``closing`` are one line of UTF-8 around any activity.

    ``encoding_declared`` says that the XML declaration before it names an encoding.
    """

    name: str
    file_type: str
    item: bytes
    version: str | None
    attributes: Mapping[str, str] = field(hash=False)
    opening: bytes = b""
    closing: bytes = b""
    line: int = 1
    column: int = 1
    encoding_declared: bool = False


def read_root(tag: bytes, line: int, column: int) -> Root:
    """Understand the start tag of the root element.

    Args:
        tag: the start tag, UTF-8, with its angle brackets.
        line: line of its ``<``.
        column: column of its ``<``.

    Raises:
        Unreadable: the tag is broken, or it is not the root of an IATI file.
    """
    bare = (tag[:-2] if tag.endswith(b"/>") else tag[:-1]).rstrip()
    try:
        element = read_xml(bare + b"/>")
    except Malformed as error:
        problem = error.problem(tag, line, column)
        raise Unreadable("root-broken", problem.line, **dict(problem.params)) from error
    name = etree.QName(element.tag)
    if name.localname not in ROOTS:
        raise WrongRoot("wrong-root", line, _SPACES.sub(b" ", tag), root=name.localname[:200])
    if name.namespace:
        raise WrongRoot(
            "wrong-namespace",
            line,
            _SPACES.sub(b" ", tag),
            root=name.localname,
            namespace=name.namespace[:200],
        )
    file_type, item = ROOTS[name.localname]
    return Root(
        name=name.localname,
        file_type=file_type,
        item=item.encode(),
        version=element.get("version"),
        attributes=dict(element.attrib),
        # An attribute's line breaks mean spaces, so the tag fits on one line.
        opening=_SPACES.sub(b" ", bare) + b">",
        closing=f"</{name.localname}>".encode(),
        line=line,
        column=column,
    )
