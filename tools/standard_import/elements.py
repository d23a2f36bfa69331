"""Element tables: what the official XSDs say about elements, their order, counts, attributes and types.

One row an element, attribute or named type, in document order; a path shows what holds what. Documentation is
not taken. Whatever the XSDs do that the table cannot say stops the import.

Columns: ``path`` (a named type stands in parentheses, an attribute after ``@``), ``kind`` (element, ref,
type, attribute), ``type`` (an XSD type, a named type, or the type that the content extends), ``min``,
``max``, ``content`` (sequence, choice-0, choice-1, text, extended, empty, or nothing when the type says it),
``mixed``, ``open`` (foreign elements may follow), ``open_attributes`` (foreign attributes may stand there).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from standard_import import VERSIONS, Files, table

COLUMNS = ("path", "kind", "type", "min", "max", "content", "mixed", "open", "open_attributes")
TARGET = Path("ckanext/ess/iati/standard/data/elements")
XSD = "{http://www.w3.org/2001/XMLSchema}"
FOREIGN = {"namespace": "##other", "processContents": "lax"}
MAIN = {"activities": "iati-activities-schema.xsd", "organisations": "iati-organisations-schema.xsd"}

_Element = etree._Element  # noqa: SLF001 - lxml has no other name for it


class Unexpected(ValueError):
    """The XSD does something that the table has no column for."""

    def __init__(self, element: _Element) -> None:
        super().__init__(f"line {element.sourceline} of {element.base}: {etree.tostring(element)[:200]!r}")


def _parts(element: _Element) -> list[_Element]:
    """Children that are neither comments nor documentation."""
    return [child for child in element if isinstance(child.tag, str) and child.tag != f"{XSD}annotation"]


def _local(element: _Element) -> str:
    return element.tag.removeprefix(XSD)


def _type(name: str | None) -> str:
    """A type's name with the prefix ``xsd:`` for built-in ones, whatever prefix the file uses."""
    if not name:
        return ""
    prefix, colon, local = name.rpartition(":")
    return f"xsd:{local}" if colon and prefix in {"xsd", "xs"} else name


class Schema:
    """The declarations of one version and kind of file, from its XSD and the one it includes."""

    def __init__(self, folder: Path, main: str) -> None:
        roots = [etree.parse(folder / name).getroot() for name in (main, "iati-common.xsd")]
        self.declarations = [part for root in roots for part in _parts(root)]

    def named(self, kind: str, name: str) -> _Element:
        """The top-level declaration of this kind and name."""
        found = [part for part in self.declarations if _local(part) == kind and part.get("name") == name]
        if len(found) != 1:
            raise ValueError(f"{len(found)} declarations of {kind} {name}")
        return found[0]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """All rows, top-level elements first, named types last."""
        for part in self.declarations:
            if _local(part) == "element":
                yield from self.element("", part)
            elif _local(part) not in {"include", "import", "complexType", "attribute", "attributeGroup"}:
                raise Unexpected(part)
        for part in self.declarations:
            if _local(part) == "complexType":
                yield from self.complex(f"({part.get('name')})", "type", ("", ""), part)

    def element(self, parent: str, element: _Element) -> Iterator[tuple[str, ...]]:
        """Rows of an element and of what it holds."""
        counts = (element.get("minOccurs", "1"), element.get("maxOccurs", "1").replace("unbounded", "*"))
        name = element.get("ref") or element.get("name") or ""
        path = f"{parent}/{name}" if parent else name
        inside = _parts(element)
        if element.get("ref") or not inside:
            kind = "ref" if element.get("ref") else "element"
            yield (path, kind, _type(element.get("type")), *counts, "", "", "", "")
        elif len(inside) == 1 and _local(inside[0]) == "complexType":
            yield from self.complex(path, "element", counts, inside[0])
        else:
            raise Unexpected(element)

    def complex(
        self, path: str, kind: str, counts: tuple[str, str], element: _Element
    ) -> Iterator[tuple[str, ...]]:
        """Rows of a complex type: the one of its owner, its attributes, then its children."""
        base, holder, content = "", element, "empty"
        first = next(iter(_parts(element)), None)
        if first is not None and _local(first) in {"simpleContent", "complexContent"}:
            (holder,) = _parts(first)
            base, content = (
                _type(holder.get("base")),
                "text" if _local(first) == "simpleContent" else "extended",
            )
        children: list[_Element] = []
        attributes: list[_Element] = []
        for part in _parts(holder):
            (children if _local(part) in {"sequence", "choice"} else attributes).append(part)
        if len(children) > 1:
            raise Unexpected(element)
        if children and content == "empty":
            content = self.order(children[0])
        particles = _parts(children[0]) if children else []
        wildcard = bool(particles) and _local(particles[-1]) == "any"
        if wildcard:
            self.foreign(particles.pop(), content)
        attribute_rows = list(self.attributes(path, attributes))
        flags = ("yes" if element.get("mixed") == "true" else "", "yes" if wildcard else "")
        open_attributes = "yes" if any(row[0].endswith("/@*") for row in attribute_rows) else ""
        yield (path, kind, base, *counts, content, *flags, open_attributes)
        yield from (row for row in attribute_rows if not row[0].endswith("/@*"))
        for particle in particles:
            if _local(particle) != "element":
                raise Unexpected(particle)
            yield from self.element(path, particle)

    def order(self, group: _Element) -> str:
        """How children follow each other."""
        if _local(group) == "sequence" and not group.attrib:
            return "sequence"
        if _local(group) == "choice" and group.get("maxOccurs") == "unbounded":
            return f"choice-{group.get('minOccurs', '1')}"
        raise Unexpected(group)

    def foreign(self, wildcard: _Element, content: str) -> None:
        """Check that foreign elements are let in the one way that the table can say."""
        repeated = {**FOREIGN, "minOccurs": "0", "maxOccurs": "unbounded"}
        # In a choice that repeats and may be left out, a wildcard that repeats says nothing more.
        allowed = {"choice-0": [FOREIGN, repeated], "choice-1": [FOREIGN]}.get(content, [repeated])
        if dict(wildcard.attrib) not in allowed:
            raise Unexpected(wildcard)

    def attributes(self, path: str, attributes: list[_Element]) -> Iterator[tuple[str, ...]]:
        """Rows of attributes, with groups of them laid out; ``@*`` stands for foreign ones."""
        for attribute in attributes:
            kind = _local(attribute)
            if kind == "attributeGroup":
                yield from self.attributes(path, _parts(self.named(kind, attribute.get("ref") or "")))
            elif kind == "anyAttribute":
                if dict(attribute.attrib) != FOREIGN:
                    raise Unexpected(attribute)
                yield (f"{path}/@*", "attribute", "", "0", "1", "", "", "", "")
            elif kind == "attribute":
                yield self.attribute(path, attribute)
            else:
                raise Unexpected(attribute)

    def attribute(self, path: str, attribute: _Element) -> tuple[str, ...]:
        """Row of one attribute; one declared at the top level is laid out where it is used."""
        if _parts(attribute) or set(attribute.attrib) - {"name", "ref", "type", "use"}:
            raise Unexpected(attribute)
        least = {"required": "1", "optional": "0", None: "0"}[attribute.get("use")]
        name = attribute.get("ref") or attribute.get("name") or ""
        if attribute.get("ref") and not name.startswith("xml:"):
            attribute = self.named("attribute", name)
        kind = name if name.startswith("xml:") else _type(attribute.get("type"))
        return (f"{path}/@{name}", "attribute", kind, least, "1", "", "", "", "")


def element_files(folder: Path) -> Files:
    """One table for each version and kind of file."""
    return {
        TARGET / f"{version}-{file_type}.tsv": table(
            COLUMNS, list(Schema(folder / "schemas" / version, main).rows())
        )
        for version in VERSIONS
        for file_type, main in MAIN.items()
    }
