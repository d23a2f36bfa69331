"""How a form and a page group their fields: the sections that a schema lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Field = Mapping[str, Any]


class Section(NamedTuple):
    """A heading, the reason to open it (empty for the first, which is open) and its fields."""

    name: str
    label: Any
    why: Any
    fields: Sequence[Field]


def form(sections: Sequence[Mapping[str, Any]], fields: Sequence[Field]) -> list[Section]:
    """Sections with the fields that a person fills in; fields of no section come in the first."""
    return list(_grouped(sections, [field for field in fields if field.get("form_snippet", "") is not None]))


def page(
    sections: Sequence[Mapping[str, Any]], fields: Sequence[Field], values: Mapping[str, Any]
) -> list[Section]:
    """Sections with the fields that have something to show; a section without any is left out."""
    shown = [
        field
        for field in fields
        if field.get("display_snippet", "") is not None and not is_empty(values.get(field["field_name"]))
    ]
    return [section for section in _grouped(sections, shown, "ess_page_section") if section.fields]


def is_empty(value: Any) -> bool:
    """Nothing to show: no value, an empty text or list; zero and "false" are something."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def free_extras(data: Mapping[str, Any], mirrored: frozenset[str]) -> list[tuple[str, str]]:
    """Extras that are no field of ours, as ``(key, value)``: a form must carry them, or saving it loses them.

    Those that the harvester adds when it shows a dataset are not kept.
    """
    extras = data.get("extras") or ()
    pairs = [(str(one.get("key", "")), one.get("value")) for one in extras if isinstance(one, Mapping)]
    return [
        (key, str(value))
        for key, value in pairs
        if key and value is not None and key not in mirrored and not key.startswith("harvest_")
    ]


def _grouped(
    sections: Sequence[Mapping[str, Any]], fields: Sequence[Field], rather: str = "ess_section"
) -> Iterator[Section]:
    names = {section["name"] for section in sections}
    for position, section in enumerate(sections):
        wanted = {section["name"]} | ({None} if position == 0 else set())
        chosen = [field for field in fields if _home(field, names, rather) in wanted]
        yield Section(section["name"], section["label"], section.get("why", ""), chosen)


def _home(field: Field, names: set[str], rather: str) -> str | None:
    home = field.get(rather) or field.get("ess_section")
    return home if home in names else None
