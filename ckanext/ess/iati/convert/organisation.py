"""Who publishes: from the sheet *Organisation* and the options of the command."""

from __future__ import annotations

from dataclasses import dataclass, field

from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.convert.columns import ORGANISATION, column
from ckanext.ess.iati.convert.fields import identifier
from ckanext.ess.iati.convert.header import Header
from ckanext.ess.iati.convert.node import Node
from ckanext.ess.iati.convert.options import Options
from ckanext.ess.iati.convert.problem import Problem
from ckanext.ess.iati.convert.record import Record
from ckanext.ess.iati.convert.table import Table
from ckanext.ess.iati.convert.values import codes
from ckanext.ess.iati.convert.values.refused import Refused
from ckanext.ess.iati.convert.values.shares import read as read_shares

#: Elements that stand in for what a project leaves out; an organisation file has none of them.
DEFAULTS = ("recipient-country", "sector")
_KEYS = ("id", "name", "type", "currency", "language", "role")
_LISTS = {
    "type": "OrganisationType",
    "currency": "Currency",
    "language": "Language",
    "role": "OrganisationRole",
}


@dataclass
class Organisation:
    """The publisher. ``facts`` are values by the keys of the sheet's columns, ``places`` their cells."""

    facts: dict[str, str] = field(default_factory=dict[str, str])
    places: dict[str, Place] = field(default_factory=dict[str, Place])
    defaults: dict[str, list[Node]] = field(default_factory=dict[str, list[Node]])
    record: Record | None = None

    def reporting(self) -> Node:
        """The element that says who reports."""
        node = Node("reporting-org")
        node.put("ref", self.facts.get("id", ""), self.places.get("id"))
        node.put("type", self.facts.get("type", ""), self.places.get("type"))
        node.add("narrative").put("", self.facts.get("name", ""), self.places.get("name"))
        return node

    def participating(self) -> Node | None:
        """The element that says what the organisation does in its projects; None where it does not say."""
        role = self.facts.get("role", "")
        if not role:
            return None
        node = self.reporting()
        node.name = "participating-org"
        node.put("role", role, self.places.get("role"))
        return node


def read(tables: list[Table], options: Options, problems: list[Problem]) -> Organisation:
    """Return the organisation; what is wrong or missing is added to the problems."""
    found = Organisation()
    for table in tables:
        for row in table.rows():
            record = table.record(row)
            if found.record is not None:
                record.problems = []
                record.say("organisation-twice", "error", Place(table.name, row.number))
            else:
                _take(found, record)
            problems += [*record.problems, *record.lacking]
    _options(found, options, problems)
    _missing(found, tables, problems)
    return found


def _take(found: Organisation, record: Record) -> None:
    found.record = record
    found.facts = dict(record.root.attributes)
    found.places = dict(record.root.cells)
    for name in DEFAULTS:
        found.defaults[name] = [node for node in record.root.children if node.name == name]
    record.root.children = [node for node in record.root.children if node.name not in DEFAULTS]


def _options(found: Organisation, options: Options, problems: list[Problem]) -> None:
    """What the command says holds, and where the sheet says something else, that is told."""
    record = Record(Header(ORGANISATION, 0, 0, {}), "", 0)
    given = {
        "id": options.organisation_id,
        "name": options.organisation_name,
        "type": options.organisation_type,
        "currency": options.currency,
        "language": options.language,
        "role": options.organisation_role,
    }
    for key, text in given.items():
        if not text:
            continue
        try:
            value = _value(record, key, text)
        except Refused as refused:
            record.refuse(refused.code, Place(""), text, refused.params)
            continue
        if found.facts.get(key, value) != value:
            record.say("option-wins", "note", found.places[key], found.facts[key], option=value)
        found.facts[key] = value
    _country(found, options.organisation_country, record)
    problems += record.problems


def _country(found: Organisation, text: str, record: Record) -> None:
    """The country of all projects that name none."""
    if not text:
        return
    try:
        shares = read_shares("Country", text)
    except Refused as refused:
        record.refuse(refused.code, Place(""), text, refused.params)
        return
    made = [_recipient(share.code, share.percentage) for share in shares]
    there = found.defaults.get("recipient-country", [])
    if there and [one.attributes for one in there] != [one.attributes for one in made]:
        record.say("option-wins", "note", there[0].place() or Place(""), _codes(there), option=text)
    found.defaults["recipient-country"] = made


def _recipient(code: str, percentage: str) -> Node:
    return Node("recipient-country", {"code": code, **({"percentage": percentage} if percentage else {})})


def _codes(nodes: list[Node]) -> str:
    return ";".join(node.attributes.get("code", "") for node in nodes)


def _value(record: Record, key: str, text: str) -> str:
    if key == "id":
        return identifier(record, text, Place(""))
    return codes.read(_LISTS[key], text).code if key in _LISTS else text.strip()


def _missing(found: Organisation, tables: list[Table], problems: list[Problem]) -> None:
    filled = found.record.filled if found.record else frozenset[str]()
    given = frozenset(found.facts)
    for key in ("id", "name", "type"):
        if key in given or key in filled:
            continue  # there, or already complained of
        sheet = tables[0].name if tables else ""
        problems[:] = [one for one in problems if not _same(one, sheet, key)]
        place = found.record.at(column(ORGANISATION, key)) if found.record else Place(sheet)
        problems.append(
            Problem("organisation-missing", "error", place, "", {"key": key, "sheet": ORGANISATION})
        )
    if found.record is not None:
        sheet = found.record.sheet
        problems[:] = [one for one in problems if not any(_same(one, sheet, key) for key in given)]


def _same(problem: Problem, sheet: str, key: str) -> bool:
    missing = problem.code in {"missing", "missing-column"}
    return missing and problem.place.sheet == sheet and problem.params.get("key") == key


def document(found: Organisation) -> Node:
    """The organisation as the element of an organisation file."""
    node = Node("iati-organisation")
    node.put("default-currency", found.facts["currency"]) if found.facts.get("currency") else None
    node.put("xml:lang", found.facts.get("language", "fr"))
    node.add("organisation-identifier").put("", found.facts.get("id", ""), found.places.get("id"))
    node.add("name").add("narrative").put("", found.facts.get("name", ""), found.places.get("name"))
    node.children.append(found.reporting())
    if found.record:
        node.children += found.record.root.children
    return node
