"""A column of an export: its name for programs, its title for people, and where its values come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.ess.export.activities.names import Names

Value = str | float | int | None
Json = Mapping[str, Any]

TEXT, NUMBER, DAY = "text", "number", "day"
_NOTHING: Json = {}


@dataclass(slots=True)
class Source:
    """What a row is made of: an activity as the index holds it; for units below it, one of its entries."""

    document: Json
    card: Json
    detail: Json = field(default_factory=dict)
    entry: Json = field(default_factory=dict)


Read = Callable[[Source, Names], Value]


@dataclass(frozen=True)
class Column:
    """``title`` is a message id; ``needs`` is the field of the index that it is read from, if any."""

    name: str
    title: str
    read: Read
    kind: str = TEXT
    needs: str = ""


def stored(name: str, title: str, field_name: str = "", kind: str = TEXT) -> Column:
    """A column with the value of a field of the index."""
    wanted = field_name or name
    if kind == DAY:
        return Column(name, title, lambda row, _: (row.document.get(wanted) or "")[:10], kind, wanted)
    return Column(name, title, lambda row, _: row.document.get(wanted), kind, wanted)


def coded(name: str, titles: tuple[str, str], list_name: str) -> tuple[Column, Column]:
    """Two columns of a field with codes: the codes, and their names."""

    def codes(row: Source) -> list[str]:
        found = row.document.get(name) or ()
        return [found] if isinstance(found, str) else list(found)

    return (
        Column(name, titles[0], lambda row, _: "; ".join(codes(row)), needs=name),
        Column(f"{name}_name", titles[1], lambda row, names: names.all_of(list_name, codes(row)), needs=name),
    )


def shared(name: str, titles: tuple[str, str, str], list_name: str, key: str) -> tuple[Column, ...]:
    """Three columns of a list of codes with their shares, in one order: codes, names, percentages."""

    def codes(row: Source) -> list[str]:
        return [code for code, _ in row.card.get(key) or ()]

    def percentages(row: Source) -> str:
        shares = (share for _, share in row.card.get(key) or ())
        return "; ".join("" if share is None else f"{100 * share:.10g}" for share in shares)

    return (
        Column(name, titles[0], lambda row, _: "; ".join(codes(row))),
        Column(f"{name}_name", titles[1], lambda row, names: names.all_of(list_name, codes(row))),
        Column(f"{name}_share", titles[2], lambda row, _: percentages(row)),
    )


def organisations(name: str, titles: tuple[str, str], role: str) -> tuple[Column, Column]:
    """Two columns of those that take part in a role: keys, and names as the activity writes them."""

    def of_role(row: Source, place: int) -> str:
        listed = row.card.get("organisations") or ()
        return "; ".join(str(one[place]) for one in listed if one[0] == role)

    return (
        Column(name, titles[0], lambda row, _: of_role(row, 1)),
        Column(f"{name}_name", titles[1], lambda row, _: of_role(row, 2)),
    )


def entry_coded(name: str, titles: tuple[str, str], list_name: str) -> tuple[Column, Column]:
    """Two columns of a code in an entry, or of a list of codes."""

    def codes(row: Source) -> list[str]:
        found = row.entry.get(name) or ()
        return [found] if isinstance(found, str) else [str(code) for code in found]

    return (
        Column(name, titles[0], lambda row, _: "; ".join(codes(row))),
        Column(f"{name}_name", titles[1], lambda row, names: names.all_of(list_name, codes(row))),
    )


def entry(name: str, title: str, key: str = "", kind: str = TEXT) -> Column:
    """A column with a value of an entry."""
    wanted = key or name
    return Column(name, title, lambda row, _: row.entry.get(wanted), kind)


def party(name: str, titles: tuple[str, str]) -> tuple[Column, Column]:
    """Two columns of an organisation of an entry: its identifier, and its name."""
    return (
        Column(f"{name}_ref", titles[0], lambda row, _: (row.entry.get(name) or _NOTHING).get("ref")),
        Column(
            f"{name}_name",
            titles[1],
            lambda row, names: names.text((row.entry.get(name) or _NOTHING).get("names")),
        ),
    )
