"""What a run would change, or has changed, as lines for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.store.harvest_preview import Preview

#: How a person sees at a glance what would happen.
SIGNS: Mapping[str, str] = {
    "add": "+",
    "adopt": "@",
    "update": "~",
    "restore": "^",
    "delete": "-",
    "archive": "=",
    "refuse": "!",
}


def preview_lines(name: str, found: Preview, most: int) -> list[str]:
    """A preview for a person; at most ``most`` datasets of each kind."""
    head = f"{name}: " + tk._("dry run, nothing was written.")
    if found.stopped:
        return [head, f"  {found.stopped}"]
    counted = tk._(
        "found {found}, new {add}, taken over {adopt}, changed {update}, back {restore}, to delete {delete}, "
        "to archive {archive}, refused {refuse}, unchanged {unchanged}, left out {filtered}"
    ).format(
        found=found.found,
        unchanged=found.unchanged,
        filtered=found.filtered,
        **{action: found.count(action) for action in SIGNS},
    )
    shown = [head, f"  {counted}"]
    for action, sign in SIGNS.items():
        entries = [entry for entry in found.entries if entry["action"] == action]
        shown += [line for entry in entries[:most] for line in _of_entry(sign, entry)]
        if len(entries) > most:
            shown.append("  " + tk._("… and {count} more").format(count=len(entries) - most))
    return shown


def _of_entry(sign: str, entry: dict[str, Any]) -> list[str]:
    shown = [f"  {sign} {entry['dataset']}  {entry['message'] or entry['title']}"]
    shown += [f"      {key}: {_value(old)} → {_value(new)}" for key, (old, new) in entry["fields"].items()]
    return shown


def _value(value: Any) -> str:
    if value in ([], ""):
        return "∅"
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"  # noqa: PLR2004 - a line of a terminal


def lines(entries: list[dict[str, Any]], most: int) -> list[str]:
    """Changes for a person; at most ``most`` datasets."""
    shown = [line for entry in entries[:most] for line in _of_entry(SIGNS[entry["action"]], entry)]
    if len(entries) > most:
        shown.append("  " + tk._("… and {count} more").format(count=len(entries) - most))
    return shown
