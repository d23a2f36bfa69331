"""libxml2's complaints about markup, turned into kinds and parameters; its own text is never shown."""

from __future__ import annotations

import re

from lxml import etree

from ckanext.ess.iati.read.problems import Problem

#: libxml2's error name → our kind. What is not here is "other".
KINDS = {
    "ERR_TAG_NAME_MISMATCH": "tag-mismatch",
    "ERR_TAG_NOT_FINISHED": "unfinished",
    "ERR_DOCUMENT_END": "unfinished",
    "ERR_DOCUMENT_EMPTY": "unfinished",
    "ERR_GT_REQUIRED": "tag-syntax",
    "ERR_LTSLASH_REQUIRED": "tag-syntax",
    "ERR_NAME_REQUIRED": "bare-symbol",
    "ERR_SPACE_REQUIRED": "attribute-syntax",
    "ERR_ATTRIBUTE_NOT_STARTED": "attribute-syntax",
    "ERR_ATTRIBUTE_NOT_FINISHED": "attribute-syntax",
    "ERR_ATTRIBUTE_WITHOUT_VALUE": "attribute-syntax",
    "ERR_EQUAL_REQUIRED": "attribute-syntax",
    "ERR_LT_IN_ATTRIBUTE": "attribute-syntax",
    "ERR_ATTRIBUTE_REDEFINED": "attribute-twice",
    "NS_ERR_ATTRIBUTE_REDEFINED": "attribute-twice",
    "ERR_ENTITYREF_SEMICOL_MISSING": "bare-symbol",
    "ERR_ENTITYREF_NO_NAME": "bare-symbol",
    "WAR_UNDECLARED_ENTITY": "entity",
    "ERR_UNDECLARED_ENTITY": "entity",
    "ERR_INVALID_CHARREF": "character",
    "ERR_INVALID_DEC_CHARREF": "character",
    "ERR_INVALID_HEX_CHARREF": "character",
    "ERR_INVALID_CHAR": "character",
    "ERR_INVALID_ENCODING": "character",
    "ERR_COMMENT_NOT_FINISHED": "comment",
    "ERR_HYPHEN_IN_COMMENT": "comment",
    "ERR_CDATA_NOT_FINISHED": "cdata",
    "ERR_MISPLACED_CDATA_END": "cdata",
    "ERR_PI_NOT_STARTED": "instruction",
    "ERR_PI_NOT_FINISHED": "instruction",
    "ERR_RESERVED_XML_NAME": "declaration",
    "ERR_XMLDECL_NOT_STARTED": "declaration",
    "ERR_XMLDECL_NOT_FINISHED": "declaration",
    "ERR_VERSION_MISSING": "declaration",
    "ERR_UNKNOWN_VERSION": "declaration",
    "ERR_STANDALONE_VALUE": "declaration",
    "NS_ERR_UNDEFINED_NAMESPACE": "prefix",
    "NS_ERR_XML_NAMESPACE": "prefix",
    "NS_ERR_EMPTY": "prefix",
    "NS_ERR_QNAME": "prefix",
    "NS_ERR_COLON": "prefix",
    "ERR_NAME_TOO_LONG": "limit",
    "ERR_RESOURCE_LIMIT": "limit",
    "ERR_INTERNAL_ERROR": "limit",
}
_MISMATCH = re.compile(r"mismatch: ([^\s]{1,200}) line \d+ and ([^\s]{1,200})")
_NAMED = re.compile(r"Attribute ([^\s]{1,200}) redefined|Entity '([^']{1,200})'|prefix ([^\s]{1,200}) for")


class Malformed(Exception):
    """A text is not well-formed: where (1-based, in that text) and in what way."""

    def __init__(self, line: int, column: int, params: dict[str, str]) -> None:
        super().__init__(params["kind"])
        self.line = line
        self.column = column
        self.params = params

    def problem(self, text: bytes, line: int, column: int) -> Problem:
        """Return the problem with its place in the file.

        Args:
            text: the parsed text, from which the words beside the error are taken.
            line: line in the file where the parsed text starts.
            column: column in the file that corresponds to column 1 of the text's first line.
        """
        params = {**self.params, "near": _near(text, self.line)}
        at = max(self.column + column - 1, 1) if self.line == 1 else self.column
        return Problem("not-well-formed", line + self.line - 1, at, params)


def malformed(log: etree._ListErrorLog, line: int | None) -> Malformed:
    """Understand the log of a failed parse by its first error; ``line`` is lxml's, where the log is empty."""
    if not len(log):
        return Malformed(max(line or 1, 1), 1, {"kind": "other"})
    entry = log[0]
    params = {"kind": KINDS.get(entry.type_name, "other"), **_names(entry.message)}
    return Malformed(max(entry.line, 1), max(entry.column, 1), params)


def _names(message: str) -> dict[str, str]:
    if match := _MISMATCH.search(message):
        return {"opened": match[1], "closed": match[2]}
    if match := _NAMED.search(message):
        return {"name": next(group for group in match.groups() if group)}
    return {}


def _near(text: bytes, line: int) -> str:
    """Return the first eighty characters of a line of the text."""
    start = 0
    for _ in range(line - 1):
        start = text.find(b"\n", start) + 1
        if start == 0:
            return ""
    end = text.find(b"\n", start)
    return text[start : end if end >= 0 else start + 400][:400].decode("utf-8", "replace").strip()[:80]
