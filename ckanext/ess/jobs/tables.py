"""Tables among the portal's files: whether a file is one, and its report against the schema it names."""

from __future__ import annotations

from typing import BinaryIO

from ckanext.ess import config
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.table_schemas import SchemaSource, SchemaUnknown, reference
from ckanext.ess.store.schema_copies import SchemaCopies
from ckanext.ess.tables import TableOptions, is_table, not_applicable, validate


def is_for_tables(stream: BinaryIO, declared: str) -> bool:
    """Whether a file is checked as a table: it is one, or its resource says so of what is no XML.

    Args:
        stream: seekable, at its beginning before and after.
        declared: the resource's ``ess_schema``.
    """
    if is_table(stream):
        return True
    start = stream.read(200).lstrip()
    stream.seek(0)
    return names_a_table(declared) and not start.startswith(b"<")


def names_a_table(declared: str) -> bool:
    """Whether what a resource gives as its schema is one of tables."""
    try:
        return reference(declared) is not None
    except SourceError:
        return False


def is_passing(report: Report) -> bool:
    """Whether a report is what it is for a reason that may pass: the schema could not be fetched."""
    return "table.schema-unreachable" in report.rules


def table_report(stream: BinaryIO, name: str, declared: str, options: TableOptions | None = None) -> Report:
    """Return the report on a table, against the schema that its resource names.

    Args:
        stream: seekable.
        name: how the report calls the file.
        declared: the resource's ``ess_schema``: a name, an address, or empty.
        options: limits.
    """
    try:
        wanted = reference(declared)
        if wanted is None:
            return not_applicable(name, "table.no-schema")
        schema = _source().get(wanted)
    except SchemaUnknown as unknown:
        return not_applicable(name, "table.schema-unknown", value=unknown.params["value"])
    except SourceError as error:
        reasons = {f"reason.{lang}": error.sentence(lang) for lang in ("en", "fr")}
        return not_applicable(name, "table.schema-unreachable", value=declared.strip()[:200], **reasons)
    return validate(stream, name, schema, options)


def _source() -> SchemaSource:
    http = Http(allow_private=config.http_allow_private(), pause=0)
    return SchemaSource(http, SchemaCopies(), config.table_schema_hosts())
