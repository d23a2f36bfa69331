"""Put an activity together: the project's row, its rows on other sheets, what the organisation says."""

from __future__ import annotations

from collections.abc import Iterable

from ckanext.ess.iati.convert.columns import PROJECTS, column, columns
from ckanext.ess.iati.convert.node import Node, sort
from ckanext.ess.iati.convert.organisation import DEFAULTS, Organisation
from ckanext.ess.iati.convert.record import Record

NAME = "iati-activity"
_SPREAD = ("result", "indicator")
#: Parts of a result or indicator that every row of the sheet repeats.
_REPEATED = frozenset({"title", "description", "baseline", "reference"})
_ELEMENT = {"place": ("recipient-country", "recipient-region"), "participant": ("participating-org",)}


def identifier(record: Record, organisation: Organisation) -> str:
    """Return the activity's identifier: the organisation's and the project's own, or the full one given."""
    if full := record.kept.get("iati_identifier"):
        return full
    own = record.kept.get("id", "")
    publisher = organisation.facts.get("id", "")
    return own if own.startswith(f"{publisher}-") else f"{publisher}-{own}"


def build(record: Record, others: Iterable[Record], organisation: Organisation, lang: str) -> Node:
    """Return the activity, its parts in the order of the standard."""
    node = Node(NAME)
    node.attributes = {"xml:lang": organisation.facts.get("language") or lang}
    if currency := organisation.facts.get("currency"):
        node.put("default-currency", currency, organisation.places.get("currency"))
    node.attributes.update(record.root.attributes)
    node.cells.update(record.root.cells)
    place = record.places.get("iati_identifier") or record.places.get("id")
    node.add("iati-identifier").put("", identifier(record, organisation), place)
    node.children.append(organisation.reporting())
    node.children += record.root.children
    _stand_in(node, organisation)
    for other in others:
        node.children += other.root.children
    node.children = _merged(node.children)
    sort(node, "activities")
    return node


def _stand_in(node: Node, organisation: Organisation) -> None:
    """What the organisation's sheet says for all projects."""
    role = organisation.participating()
    if role is not None and not any(_same_part(one, role) for one in node.children):
        node.children.append(role)
    for name in DEFAULTS:
        instead = _ELEMENT["place"] if name == "recipient-country" else (name,)
        if not any(one.name in instead for one in node.children):
            node.children += organisation.defaults.get(name, [])


def _same_part(node: Node, role: Node) -> bool:
    """Whether a project names the organisation itself in the role that it has anyway."""
    return (
        node.name == role.name
        and node.attributes.get("role") == role.attributes.get("role")
        and node.attributes.get("ref") == role.attributes.get("ref")
    )


def _merged(children: list[Node]) -> list[Node]:
    """Bring rows that speak of one result, or of one of its indicators, together."""
    found: list[Node] = []
    for child in children:
        if child.name not in _SPREAD:
            found.append(child)
            continue
        same = next((one for one in found if one.name == child.name and _head(one) == _head(child)), None)
        if same is None:
            found.append(child)
        else:
            fresh = [part for part in child.children if not _there(same, part)]
            same.children = _merged([*same.children, *fresh])
    return found


def _head(node: Node) -> tuple[tuple[tuple[str, str], ...], str]:
    title = node.child("title")
    words = title.children[0].text if title is not None and title.children else ""
    return tuple(sorted(node.attributes.items())), words


def _there(node: Node, part: Node) -> bool:
    return part.name in _REPEATED and any(part.same(one) for one in node.children)


def complete(record: Record, organisation: Organisation) -> None:
    """Note what the project, with what the organisation's sheet stands in for, still lacks."""
    filled = record.filled
    if not {"id", "iati_identifier"} & filled:
        record.lacks("missing", column(PROJECTS, "id"))
    if "sector" not in filled and not organisation.defaults.get("sector"):
        record.lacks("missing", column(PROJECTS, "sector"))
    if {"country", "region"} <= filled:
        record.say("country-and-region", "error", record.at(column(PROJECTS, "region")))
    for choice in ("start", "place", "participant"):
        keys = [one.key for one in columns(PROJECTS) if one.choice == choice]
        if not filled & set(keys) and not _given(choice, organisation):
            first = next((one for one in keys if record.header.number(column(PROJECTS, one))), keys[0])
            record.lacks(f"missing-{choice}", column(PROJECTS, first))


def _given(choice: str, organisation: Organisation) -> bool:
    if choice == "place":
        return bool(organisation.defaults.get("recipient-country"))
    return choice == "participant" and bool(organisation.facts.get("role"))
