"""A search in words, so that whoever receives its address knows what it asks."""

from __future__ import annotations

from collections.abc import Iterable

from ckan.plugins import toolkit as tk

from ckanext.ess.views.projects.address import Search
from ckanext.ess.views.projects.lists import Chip


def sentence(search: Search, chips: Iterable[Chip]) -> str:
    """Return what is asked for, in one sentence."""
    parts = [tk._("with the words “{words}”").format(words=search.words)] if search.words else []
    for is_excluded in (False, True):
        by_title: dict[str, list[str]] = {}
        for chip in chips:
            if chip.is_excluded is is_excluded:
                by_title.setdefault(chip.title, []).append(chip.label)
        parts += [_part(title, values, is_excluded) for title, values in by_title.items()]
    if not parts:
        return tk._("All projects.")
    return tk._("Projects {conditions}.").format(conditions=tk._("; and ").join(parts))


def _part(title: str, values: list[str], is_excluded: bool) -> str:
    named = tk._(" or ").join(values)
    if is_excluded:
        return tk._("without {title}: {values}").format(title=title, values=named)
    return tk._("with {title}: {values}").format(title=title, values=named)
