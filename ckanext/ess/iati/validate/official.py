"""How the official validator reads a file where it reads otherwise than we do, for the official mode.

It has three readers: an XPath library for the rules, to which capitals mean nothing in names; a parser for
the code lists, to which they do, and which names an activity by all its identifiers; libxml2 for the schema,
each activity together with what stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import cast

from ckanext.ess.iati.read.tree import Element, text_of
from ckanext.ess.iati.standard.versions import ACTIVITIES
from ckanext.ess.iati.validate import schema
from ckanext.ess.iati.validate.checked import Checked
from ckanext.ess.iati.validate.finding import NO_IDENTIFIER, Finding

#: U+0085 and U+2028, as they are or escaped.
_BREAKS = (b"\xc2\x85", b"\xe2\x80\xa8", b"&#")
#: A capital in the name of an element or attribute, or what looks like one.
_CAPITAL = re.compile(rb"<[^\s/>!?=]*[A-Z]|\s[^\s/>=\"'<]*[A-Z][^\s/>=\"'<]*\s*=")


def _name(file_type: str) -> str:
    return "iati-identifier" if file_type == ACTIVITIES else "organisation-identifier"


def identifier(record: Element, file_type: str, *, declared: bool) -> str:
    """Return the identifier under which findings of rules and of the schema are told."""
    name = _name(file_type)
    found = next((child for child in record if child.tag.lower() == name), None)
    text = text_of(found) if found is not None else ""
    return (_broken(text, "\n") if declared else text) or NO_IDENTIFIER


def coded_identifier(record: Element, file_type: str) -> str:
    """Return the identifier under which wrong codes are told: all identifiers, one after the other."""
    found = record.iterchildren(_name(file_type))
    return ",".join(map(_own_text, found)) or NO_IDENTIFIER


def _own_text(element: Element) -> str:
    text = "".join([element.text or "", *(child.tail or "" for child in element)])
    plain = not len(element) and not element.attrib
    return text if plain or not text.isspace() else ""


def is_read_otherwise(raw: bytes, *, declared: bool) -> bool:
    """Whether the rules may see something else than is written; true of some text as well.

    Args:
        raw: the activity.
        declared: whether the file declares its encoding.
    """
    return _CAPITAL.search(raw) is not None or (declared and any(mark in raw for mark in _BREAKS))


def fold(record: Element, *, declared: bool) -> None:
    """Change an activity to what the rules see: names in small letters, exotic line breaks as plain ones.

    ``<Title>`` is a title to them. U+0085 and U+2028 stay what they are in a file without declared encoding:
    there they are escaped before the rules' parser comes.
    """
    for element in record.iter():
        if declared:
            _break(element)
        if _is_simple(element.tag):
            element.tag = element.tag.lower()
        attributes = cast("dict[str, str]", element.attrib)
        for name in [name for name in attributes if name != name.lower() and _is_simple(name)]:
            value = attributes.pop(name)
            if name.lower() not in attributes:
                attributes[name.lower()] = value


def _is_simple(name: str) -> bool:
    """Whether a name has neither namespace nor prefix, even an undeclared one."""
    return ":" not in name and not name.startswith("{")


def _break(element: Element) -> None:
    element.text = _broken(element.text, "\n")
    element.tail = _broken(element.tail, "\n")
    attributes = cast("dict[str, str]", element.attrib)
    for name, value in list(attributes.items()):
        if _is_simple(name) and (broken := _broken(value, " ")) != value:
            attributes[name] = broken or ""


def _broken(text: str | None, instead: str) -> str | None:
    return text and text.replace("\x85", instead).replace("\u2028", instead)


def arranged(results: Iterable[Checked], file_type: str) -> Iterator[Checked]:
    """Move findings to where the official validator has them.

    What stands between two activities is told with the second, and what stands after the last one not at all.
    Of organisations with one identifier only the last one's wrong codes are kept.
    """
    before: tuple[Finding, ...] = ()
    foreign: tuple[Finding, ...] = ()
    codes: dict[str, tuple[Finding, ...]] = {}
    activities, valid = 0, True
    for checked in results:
        if checked.number == 0:
            before += checked.findings
            yield checked._replace(findings=())
            continue
        moved = tuple(_moved(finding, checked) for finding in before)
        if activities:
            foreign += tuple(filter(_is_foreign, moved))
            moved = tuple(finding for finding in moved if not _is_foreign(finding))
        findings = (*moved, *checked.findings)
        activities += 1
        before = ()
        valid = valid and not any(finding.rule == schema.RULE for finding in findings)
        if file_type != ACTIVITIES:
            wrong = tuple(finding for finding in findings if _is_code(finding))
            if wrong:
                codes[str(wrong[0].activity)] = wrong
            findings = tuple(finding for finding in findings if not _is_code(finding))
        yield checked._replace(findings=findings)
    # A foreign element after an activity is right by the schema, unless something else makes it look closer.
    kept = (() if valid else foreign) if activities else before
    for wrong in codes.values():
        kept += wrong
    if kept:
        yield Checked(0, None, (1, 1), kept)


def _moved(finding: Finding, checked: Checked) -> Finding:
    return finding._replace(activity=checked.identifier, number=checked.number)


def _is_foreign(finding: Finding) -> bool:
    return finding.params.get("element", "").startswith("{")


def _is_code(finding: Finding) -> bool:
    return finding.rule.startswith("9.")
