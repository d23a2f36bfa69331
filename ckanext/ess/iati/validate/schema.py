"""The schema stage: libxml2 checks, its complaints become kinds and parameters.

Its own text is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, cast

from lxml import etree

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard import schema as tables

RULE = "0.3.1"
#: Stands for any element of another namespace among the root's children.
FOREIGN = "foreign"
_FOREIGN = '<f:f xmlns:f="urn:foreign"/>'
#: What errors call it.
STAND_IN = "f (urn:foreign)"
#: Values and lists of names in a sentence stay readable.
_LONG = 120
_NAMES = 12
#: Longer sentences are not remembered.
_SHORT = 2000


class SchemaError(NamedTuple):
    """One violation. ``path`` is libxml2's path of the element.

    ``line`` its line in the text that was checked.
    """

    kind: str
    params: dict[str, str]
    path: str | None
    line: int


_ELEMENT = r"Element '(?P<element>[^']*)'"
_ATTRIBUTE = r", attribute '(?P<attribute>[^']*)'"
_OF = f"(?:{_ATTRIBUTE})?"
_NAMED = r"(?: Expected is (?:one of )?\( (?P<expected>.*?) \)\.)?"
_SET = r"is not an element of the set \{(?P<expected>.*?)\}"
_TYPE = r"is not a valid value of the (?:local )?(?:atomic|list|union) type(?: '(?P<type>[^']*)')?"
_FIXED = r"does not match the fixed value constraint '(?P<expected>[^']*)'"
_VALUE = r"The value '(?P<value>.*?)'"
_SHAPES = {
    "element-unexpected": rf": This element is not expected\.{_NAMED}",
    "element-missing": rf": Missing child element\(s\)\.{_NAMED}",
    "attribute-unexpected": rf"{_ATTRIBUTE}: The attribute '[^']*' is not allowed",
    "attribute-missing": r": The attribute '(?P<attribute>[^']*)' is required but missing",
    "value-enumeration": rf"{_OF}: (?:\[facet 'enumeration'\] )?{_VALUE} {_SET}",
    "value-type": rf"{_OF}: '(?P<value>.*?)' {_TYPE}",
    "value-facet": rf"{_OF}: \[facet '(?P<facet>[^']*)'\] {_VALUE} ",
    "value-fixed": rf"{_OF}: {_VALUE} {_FIXED}",
    "text-unexpected": r": Character content(?: other than whitespace)? is not allowed",
    "content-unexpected": r": Element content is not allowed",
    "root-unknown": r": No matching global declaration",
}
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(_ELEMENT + shape, re.DOTALL)) for kind, shape in _SHAPES.items()
)
_LIBXML2 = "{http://www.w3.org/XML/1998/namespace}"


class Schema:
    """The schema of one version and kind of file; not for two threads at once."""

    def __init__(self, version: str, file_type: str) -> None:
        self._document = tables.compiled(version, file_type)
        self._skeleton = tables.compiled(version, file_type, tables.SKELETON)

    def errors(self, tree: Element) -> Iterator[SchemaError]:
        """Check a root with one activity in it."""
        if not self._document.validate(cast("Any", tree)):
            yield from _errors(self._document)

    def root_errors(self, opening: bytes, closing: bytes, children: str) -> Iterator[SchemaError]:
        """Check a root with stand-ins for its children: their names, in order, repeats left out."""
        body = "".join(_FOREIGN if name == FOREIGN else f"<{name}/>" for name in children.split())
        root = etree.fromstring(opening + body.encode() + closing, etree.XMLParser(resolve_entities=False))
        if not self._skeleton.validate(root):
            yield from _errors(self._skeleton)


def _errors(schema: etree.XMLSchema) -> Iterator[SchemaError]:
    seen: set[tuple[str | None, str]] = set()
    for entry in cast("Iterable[Any]", schema.error_log):
        message = entry.message
        kind, params = _understood(message) if len(message) < _SHORT else understand(message)
        key = (entry.path, f"{kind}{params}")
        # libxml2 says of a value both which facet fails and that the type does.
        if key in seen or (kind == "value-type" and _told(seen, entry.path, params)):
            continue
        seen.add(key)
        yield SchemaError(kind, params, entry.path, entry.line)


@lru_cache(maxsize=1000)
def _understood(message: str) -> tuple[str, dict[str, str]]:
    """Remember sentences: a file that is wrong in one activity is so in the next."""
    return understand(message)


def _told(seen: set[tuple[str | None, str]], path: str | None, params: dict[str, str]) -> bool:
    needle = f"'value': {params.get('value', '')!r}"
    return any(
        known == path and text.startswith(("value-enum", "value-facet")) and needle in text
        for known, text in seen
    )


def understand(message: str) -> tuple[str, dict[str, str]]:
    """Turn libxml2's sentence into a kind and parameters.

    >>> understand("Element 'budget': Missing child element(s). Expected is ( value ).")
    ('element-missing', {'element': 'budget', 'expected': 'value'})
    """
    for kind, pattern in _PATTERNS:
        if match := pattern.match(message):
            params = {name: value for name, value in match.groupdict().items() if value is not None}
            return _typed(kind, params)
    element = re.match(_ELEMENT, message)
    return "other", {"element": element["element"] if element else ""}


def _typed(kind: str, params: dict[str, str]) -> tuple[str, dict[str, str]]:
    if "expected" in params:
        params["expected"] = _expected(params["expected"])
    for name in {"attribute", "element"} & params.keys():
        params[name] = plain(params[name])
    if kind == "value-type":
        kind = _TYPES.get(params.pop("type", "").removeprefix("xs:"), kind)
        if params.get("attribute") == "xml:lang":
            kind = "value-language"  # its type has no name
    if len(params.get("value", "")) > _LONG:
        params["value"] = params["value"][:_LONG] + "…"
    return kind, params


def plain(name: str) -> str:
    """Write a name as people do.

    >>> plain("{http://www.w3.org/XML/1998/namespace}lang"), plain("{urn:x}note"), plain("value")
    ('xml:lang', 'note (urn:x)', 'value')
    """
    if not name.startswith("{"):
        return name
    if name.startswith(_LIBXML2):
        return name.replace(_LIBXML2, "xml:")
    uri, _, local = name[1:].rpartition("}")
    return f"{local} ({uri})"


_TYPES = {
    "date": "value-date",
    "dateTime": "value-datetime",
    "decimal": "value-number",
    "double": "value-number",
    "float": "value-number",
    "int": "value-integer",
    "integer": "value-integer",
    "nonNegativeInteger": "value-integer",
    "positiveInteger": "value-integer",
    "gYear": "value-year",
    "boolean": "value-boolean",
    "anyURI": "value-uri",
    "language": "value-language",
    "NMTOKEN": "value-token",
    "ID": "value-token",
}


def _expected(text: str) -> str:
    """Return the names that libxml2 lists, without its marks for foreign elements, a few of them."""
    parts = [part.strip().strip("'") for part in text.split(",")]
    names = list(dict.fromkeys(part for part in parts if part and not part.startswith(("##", "*"))))
    return ", ".join(names[:_NAMES]) + (", …" if len(names) > _NAMES else "")
