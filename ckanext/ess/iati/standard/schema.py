"""The element tables as a schema that libxml2 runs, compiled in memory when it is first asked for.

>>> schema = compiled("2.03", "organisations")
>>> schema.validate(etree.fromstring('<iati-organisations version="2.03"/>'))
False
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast
from xml.sax.saxutils import quoteattr

from lxml import etree

from .elements import CHOICE, CHOICE_OR_NOTHING, EXTENDED, SEQUENCE, TEXT, Row, table

#: Checks a whole file, or a root with any number of its activities.
DOCUMENT = "document"

#: Checks a root whose activities or organisations are placeholders: nothing inside them is looked at.
SKELETON = "skeleton"

_XSD = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_RECORDS = {"activities": "iati-activity", "organisations": "iati-organisation"}
_ANY = '<xsd:any namespace="##other" processContents="lax"{0}/>'
_REPEATED = ' minOccurs="0" maxOccurs="unbounded"'
_ANY_ATTRIBUTE = '<xsd:anyAttribute namespace="##other" processContents="lax"/>'
_ANYTHING = (
    '<xsd:complexType mixed="true"><xsd:sequence><xsd:any processContents="skip"'
    f'{_REPEATED}/></xsd:sequence><xsd:anyAttribute processContents="skip"/></xsd:complexType>'
)

#: The attributes that XML itself has, as W3C declares them; foreign-attribute places check against these too.
_XML_ATTRIBUTES = f"""
<xsd:schema {_XSD} targetNamespace="{_XML_NAMESPACE}">
  <xsd:attribute name="lang"><xsd:simpleType><xsd:union memberTypes="xsd:language"><xsd:simpleType>
    <xsd:restriction base="xsd:string"><xsd:enumeration value=""/></xsd:restriction>
  </xsd:simpleType></xsd:union></xsd:simpleType></xsd:attribute>
  <xsd:attribute name="space"><xsd:simpleType><xsd:restriction base="xsd:NCName">
    <xsd:enumeration value="default"/><xsd:enumeration value="preserve"/>
  </xsd:restriction></xsd:simpleType></xsd:attribute>
  <xsd:attribute name="base" type="xsd:anyURI"/>
  <xsd:attribute name="id" type="xsd:ID"/>
</xsd:schema>
"""


class _XmlAttributes(etree.Resolver):
    """Answers the import of XML's own attributes from memory, and nothing else."""

    def resolve(  # pyright: ignore[reportIncompatibleMethodOverride] - the stubs lack the context
        self, system_url: str, public_id: str, context: Any
    ) -> Any:
        """Called by libxml2 for each schema location."""
        del system_url, public_id
        return cast("Any", self).resolve_string(_XML_ATTRIBUTES, context)


@lru_cache(maxsize=64)
def compiled(version: str, file_type: str, part: str = DOCUMENT) -> etree.XMLSchema:
    """The schema of a version for ``activities`` or ``organisations``.

    An ``XMLSchema`` keeps the errors of its last run: one thread at a time may use it.
    """
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_XmlAttributes())
    return etree.XMLSchema(etree.fromstring(source(version, file_type, part), parser))


def source(version: str, file_type: str, part: str = DOCUMENT) -> str:
    """Text of the schema that ``compiled`` gives to libxml2."""
    lines = list(table(version, file_type))
    if part == SKELETON:
        record = _RECORDS[file_type]
        lines = [row for row in lines if row.path != record and not row.path.startswith(f"{record}/")]
        placeholder = f'<xsd:element name="{record}">{_ANYTHING}</xsd:element>'
    else:
        placeholder = ""
    body = "".join(_declarations(lines))
    imported = f'<xsd:import namespace="{_XML_NAMESPACE}" schemaLocation="xml.xsd"/>'
    return f"<xsd:schema {_XSD}>{imported}{placeholder}{body}</xsd:schema>"


def _declarations(lines: list[Row]) -> Iterator[str]:
    """Top-level declarations; a row's own rows are those right after it with a longer path."""
    place = 0
    while place < len(lines):
        end = _end(lines, place)
        yield _declaration(lines, place, end)
        place = end


def _end(lines: list[Row], place: int) -> int:
    """Where the rows that belong to a row end."""
    inside = f"{lines[place].path}/"
    end = place + 1
    while end < len(lines) and lines[end].path.startswith(inside):
        end += 1
    return end


def _declaration(lines: list[Row], place: int, end: int) -> str:
    """An element, a reference, or a named type with everything inside."""
    row = lines[place]
    if row.kind == "type":
        return _complex_type(lines, place, end, f" name={quoteattr(row.path.strip('()'))}")
    counts = _counts(row) if "/" in row.path else ""
    if row.kind == "ref":
        return f"<xsd:element ref={quoteattr(row.name)}{counts}/>"
    if not row.content:
        kind = f" type={quoteattr(row.type)}" if row.type else ""
        return f"<xsd:element name={quoteattr(row.name)}{kind}{counts}/>"
    return f"<xsd:element name={quoteattr(row.name)}{counts}>{_complex_type(lines, place, end)}</xsd:element>"


def _counts(row: Row) -> str:
    least = "" if row.least == "1" else f' minOccurs="{row.least}"'
    most = "" if row.most == "1" else f' maxOccurs="{row.most.replace("*", "unbounded")}"'
    return least + most


def _complex_type(lines: list[Row], place: int, end: int, name: str = "") -> str:
    row = lines[place]
    attributes: list[str] = []
    children: list[str] = []
    inner = place + 1
    while inner < end:
        stop = _end(lines, inner)
        if lines[inner].kind == "attribute":
            attributes.append(_attribute(lines[inner]))
        else:
            children.append(_declaration(lines, inner, stop))
        inner = stop
    if row.open_attributes:
        attributes.append(_ANY_ATTRIBUTE)
    mixed = ' mixed="true"' if row.mixed else ""
    content = _content(row, "".join(children), "".join(attributes))
    return f"<xsd:complexType{name}{mixed}>{content}</xsd:complexType>"


def _content(row: Row, children: str, attributes: str) -> str:
    """What stands inside a complex type."""
    extension = f"<xsd:extension base={quoteattr(row.type)}>"
    if row.content == TEXT:
        return f"<xsd:simpleContent>{extension}{attributes}</xsd:extension></xsd:simpleContent>"
    repeated = row.content in {CHOICE, CHOICE_OR_NOTHING}
    foreign = _ANY.format("" if repeated else _REPEATED) if row.open else ""
    if row.content == EXTENDED:
        inside = f"<xsd:sequence>{children}{foreign}</xsd:sequence>{attributes}"
        return f"<xsd:complexContent>{extension}{inside}</xsd:extension></xsd:complexContent>"
    if row.content == SEQUENCE:
        return f"<xsd:sequence>{children}{foreign}</xsd:sequence>{attributes}"
    if repeated:
        least = ' minOccurs="0"' if row.content == CHOICE_OR_NOTHING else ""
        return f'<xsd:choice{least} maxOccurs="unbounded">{children}{foreign}</xsd:choice>{attributes}'
    return attributes


def _attribute(row: Row) -> str:
    name = row.name.removeprefix("@")
    use = ' use="required"' if row.least == "1" else ""
    if name.startswith("xml:"):
        return f'<xsd:attribute ref="{name}"{use}/>'
    kind = f" type={quoteattr(row.type)}" if row.type else ""
    return f"<xsd:attribute name={quoteattr(name)}{kind}{use}/>"
