"""Rules on tables: how severe each is, and what it is about. Their sentences stand beside those on IATI."""

from __future__ import annotations

from ckanext.ess.iati.validate.finding import Severity

#: Whatever the schema forbids is critical: the file is invalid. Errors are mistakes that it cannot see.
RULES: dict[str, tuple[Severity, str]] = {
    # there is nothing to check, or nothing to check it with
    "table.no-schema": ("advisory", "table-schema"),
    "table.schema-unknown": ("advisory", "table-schema"),
    "table.schema-unreachable": ("advisory", "table-schema"),
    "table.schema-broken": ("advisory", "table-schema"),
    "table.not-installed": ("advisory", "table-schema"),
    "table.old-format": ("advisory", "file"),
    "table.unchecked": ("advisory", "table-schema"),
    # the file
    "table.empty": ("critical", "file"),
    "table.unreadable": ("critical", "file"),
    "table.limit": ("critical", "file"),
    "table.quote": ("critical", "file"),
    "table.encoding": ("warning", "file"),
    "table.sheets": ("advisory", "file"),
    "table.untracked": ("advisory", "file"),
    # columns
    "table.header-late": ("critical", "columns"),
    "table.missing-column": ("critical", "columns"),
    "table.renamed-column": ("critical", "columns"),
    "table.duplicate-column": ("critical", "columns"),
    "table.optional-column": ("warning", "columns"),
    "table.extra-column": ("warning", "columns"),
    "table.blank-column": ("warning", "columns"),
    "table.column-order": ("advisory", "columns"),
    # cells
    "table.blank": ("critical", "values"),
    "table.type": ("critical", "values"),
    "table.allowed": ("critical", "values"),
    "table.pattern": ("critical", "values"),
    "table.short": ("critical", "values"),
    "table.long": ("critical", "values"),
    "table.below": ("critical", "values"),
    "table.above": ("critical", "values"),
    "table.unique": ("critical", "values"),
    "table.siret": ("error", "identifiers"),
    "table.siren": ("error", "identifiers"),
    "table.rna-letter": ("advisory", "identifiers"),
    # rows
    "table.extra-cell": ("critical", "rows"),
    "table.missing-cell": ("critical", "rows"),
    "table.key": ("critical", "rows"),
    "table.one-of": ("error", "rows"),
    "table.no-rows": ("error", "rows"),
    "table.blank-row": ("warning", "rows"),
    "table.duplicate-row": ("warning", "rows"),
}

#: Under a strict ``fieldsMatch`` of the schema, these are against it.
STRICT: dict[str, frozenset[str]] = {
    "exact": frozenset({"table.optional-column", "table.extra-column", "table.column-order"}),
    "equal": frozenset({"table.optional-column", "table.extra-column"}),
    "subset": frozenset({"table.optional-column"}),
    "superset": frozenset({"table.extra-column"}),
}


def severity(rule: str, match: str = "") -> Severity:
    """Return the severity of a rule, under a schema's ``fieldsMatch``."""
    return "critical" if rule in STRICT.get(match, ()) else RULES[rule][0]
