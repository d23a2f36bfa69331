"""The schema of the shipped configuration, as Solr reads it from ``schema.xml``."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from ckanext.ess.index.activities.field_types import TYPES
from ckanext.ess.index.activities.fields import CORE, FIELDS

_NOTE = " Made by tools/activity_schema.py from ckanext/ess/index/activities/fields.py: change it there. "


def schema_xml() -> str:
    """Return the whole file."""
    schema = ET.Element("schema", name=CORE, version="1.6")
    schema.append(ET.Comment(_NOTE))
    ET.SubElement(schema, "uniqueKey").text = "id"
    for kind in TYPES:
        _add_type(schema, kind)
    for field in FIELDS:
        tag = "dynamicField" if field.is_dynamic else "field"
        ET.SubElement(schema, tag, _attributes(field.definition()))
    ET.indent(schema)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(schema, encoding="unicode") + "\n"


def _add_type(schema: ET.Element, kind: dict[str, Any]) -> None:
    plain = {name: value for name, value in kind.items() if name != "analyzer"}
    element = ET.SubElement(schema, "fieldType", _attributes(plain))
    if "analyzer" in kind:
        analyzer = ET.SubElement(element, "analyzer")
        ET.SubElement(analyzer, "tokenizer", kind["analyzer"]["tokenizer"])
        for one in kind["analyzer"]["filters"]:
            ET.SubElement(analyzer, "filter", one)


def _attributes(said: dict[str, Any]) -> dict[str, str]:
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()
    }
