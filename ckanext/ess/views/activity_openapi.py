"""The search of activities for programs: an OpenAPI 3.1 file made of the tables that the search reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.export.activities import files
from ckanext.ess.export.activities.columns import UNITS
from ckanext.ess.export.activities.order import FORMATS
from ckanext.ess.index.activities.questions import money, question
from ckanext.ess.index.activities.questions.names import CLASSES, COUNTED, FIELDS, ORDERS, RANGES, Kind, Named
from ckanext.ess.logic.activity_figures import BY

Json = dict[str, Any]

_TEXTS: Json = {"type": "array", "items": {"type": "string"}}
_AMOUNTS: Json = {"type": "object", "additionalProperties": {"type": ["number", "null"]}}
_ANY: Json = {"type": "object", "additionalProperties": True}


def document(site: str, prefix: str) -> Json:
    """Return the whole file.

    Args:
        site: address of the portal.
        prefix: where the pages on activities begin.
    """
    paths = {f"/api/3/action/{name}": _action(name, *said) for name, said in _actions().items()}
    paths[f"{prefix}/export"] = _export()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Search of activities",
            "version": "1",
            "description": "IATI activities of this portal's files: who does what, where, with how much.",
        },
        "servers": [{"url": site}],
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _actions() -> dict[str, tuple[str, Json, str]]:
    """Action → what it does, its own parameters, the schema of its result."""
    page = {
        "facets": {**_TEXTS, "items": {"enum": list(COUNTED)}, "maxItems": question.MOST_FACETS},
        "facet_limit": _whole(question.MOST_ITEMS, question.USUAL_ITEMS),
    }
    convert = {"convert_to": {"type": "string", "enum": list(money.CURRENCIES), "default": "eur"}}
    rows = {
        "rows": _whole(question.MOST_ROWS, question.USUAL_ROWS),
        "start": _whole(question.DEEPEST, 0),
        "sort": {"type": "string", "enum": list(ORDERS)},
    }
    asked = _question()
    return {
        "ess_activity_search": ("Activities, counts and totals", asked | page | rows | convert, "Found"),
        "ess_activity_facets": (
            "Values of fields with names and counts", asked | page | {"match": {"type": "string"}}, "Facets",
        ),
        "ess_activity_money": (
            "Sums by year or by the values of a field",
            asked | convert | {"by": {"type": "string", "enum": list(BY), "default": "year"}},
            "Sums",
        ),
        "ess_activity_show": (
            "One activity, as often as it stands in files",
            {"id": {"type": "string"}, "iati_identifier": {"type": "string"}},
            "Activities",
        ),
        "ess_activity_export": ("Where all of them can be had as a file", asked | _order(), "File"),
    }  # fmt: skip


def _question() -> Json:
    return {
        "q": {"type": "string", "maxLength": question.LONGEST_TEXT},
        "filters": {"$ref": "#/components/schemas/Filters"},
        "exclude": {"$ref": "#/components/schemas/Filters"},
    }


def _order() -> Json:
    names = dict.fromkeys(column.name for columns in UNITS.values() for column in columns)
    return {
        "format": {"type": "string", "enum": list(FORMATS), "default": "csv"},
        "unit": {"type": "string", "enum": list(UNITS), "default": "activity"},
        "columns": {**_TEXTS, "items": {"enum": list(names)}},
    }


def _whole(most: int, usual: int) -> Json:
    return {"type": "integer", "minimum": 0, "maximum": most, "default": usual}


def _action(name: str, summary: str, parameters: Json, result: str) -> Json:
    answers = {
        "200": _json_answer("The answer", _answer(result)),
        **_errors({"409": "Something asked is wrong; a sentence for each thing",
                   "501": "The portal has no index of activities", "503": "The index does not answer"}),
    }  # fmt: skip
    if name == "ess_activity_show":
        answers["404"] = _json_answer("There is none that the caller may see", _ANY)
    body = {"type": "object", "properties": parameters}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*map(_parameter, parameters.items()), *_beside(name)],
            "responses": answers,
        },
        "post": {
            "operationId": f"{name}_by_post",
            "summary": summary,
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": answers,
        },
    }


def _parameter(said: tuple[str, Json]) -> Json:
    """A parameter in an address: lists with commas, objects as JSON."""
    name, schema = said
    if "$ref" in schema:
        return {"name": name, "in": "query", "content": {"application/json": {"schema": schema}}}
    found = {"name": name, "in": "query", "schema": schema}
    return {**found, "style": "form", "explode": False} if schema.get("type") == "array" else found


def _beside(name: str) -> list[Json]:
    """Fields beside the other parameters, each as often as it has values."""
    if name == "ess_activity_show":
        return []
    return [
        {
            "name": prefix + field.name,
            "in": "query",
            "description": tk._(field.title) + (" ≠" if prefix else ""),
            "schema": {"type": "array", "items": _value(field)},
        }
        for prefix in ("", question.EXCLUDE_PREFIX)
        for field in FIELDS.values()
    ]


def _value(field: Named) -> Json:
    if field.list_name in CLASSES:
        return {"type": "string", "enum": list(CLASSES[field.list_name])}
    if field.kind in RANGES:
        return {"type": ["string", "integer", "number"], "description": "2019, 2019..2022, 2019.. or ..2022"}
    if field.kind is Kind.AREA:
        return {"type": "string", "description": "south,west,north,east"}
    return {"type": "string"}


def _export() -> Json:
    types = dict.fromkeys(one for one, _ in files.TYPES.values()) | {"application/zip": None}
    plain: Json = {"text/plain": {"schema": {"type": "string"}}}
    return {
        "get": {
            "operationId": "export",
            "summary": "All activities of a question as a file, sent while it is made",
            "parameters": [*map(_parameter, (_question() | _order()).items()), *_beside("export")],
            "responses": {
                "200": {"description": "The file", "content": {kind.partition(";")[0]: {} for kind in types}},
                "400": {"description": "Something asked is wrong", "content": plain},
                "503": {"description": "The index does not answer", "content": plain},
            },
        }
    }


def _errors(said: dict[str, str]) -> Json:
    return {
        status: _json_answer(text, {"$ref": "#/components/schemas/Refused"}) for status, text in said.items()
    }


def _json_answer(text: str, schema: Json) -> Json:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _answer(result: str) -> Json:
    return _object({"success": {"const": True}, "result": {"$ref": f"#/components/schemas/{result}"}})


def _object(properties: Json, required: Iterable[str] | None = None) -> Json:
    wanted = list(properties if required is None else required)
    return {"type": "object", "properties": properties, "required": wanted}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _schemas() -> Json:
    text, number, whole = {"type": "string"}, {"type": "number"}, {"type": "integer"}
    item = _object({"value": text, "label": text, "count": whole})
    facets = {"type": "object", "additionalProperties": _list(item)}
    definition = _object({"currency": text, "reduced_by": _TEXTS, "sentences": _TEXTS, "url": text})
    result = _object({"id": text, "iati_identifier": text, "title": text, "title_language": text,
                      "dataset_id": text, "resource_id": text, "card": _ANY})  # fmt: skip
    values = {name: {"anyOf": [_value(one), _list(_value(one)), _ANY]} for name, one in FIELDS.items()}
    return {
        "Filters": {"type": "object", "properties": values, "additionalProperties": False},
        "Refused": _object({"success": {"const": False}, "error": _ANY}),
        "Found": _object({
            "count": whole, "start": whole, "rows": whole, "sort": text, "results": _list(result),
            "facets": facets, "totals": {"type": "object", "additionalProperties": number},
            "unidentified_funders": _AMOUNTS, "definition": definition,
        }),
        "Facets": _object({"facets": facets, "titles": {"type": "object", "additionalProperties": text}}),
        "Sums": _object({"by": text, "rows": _list(_ANY)}),
        "Activities": _object({"activities": _list(_ANY)}),
        "File": _object({"url": text, "count": whole, "format": text, "unit": text,
                         "columns": _list(_object({"name": text, "title": text}))}),
    }  # fmt: skip
