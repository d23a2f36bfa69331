"""Verdicts on the datasets and files of one page, with one query for all of them.

Templates ask for one at a time, and each is rendered on its own. What a search has found is noted, and the
first question about any of it answers for the rest of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, has_request_context

from ckanext.ess.store import verdicts


def note(packages: Iterable[Mapping[str, Any]]) -> None:
    """Remember datasets that the page being made may show."""
    if has_request_context():
        _noted().update(one["id"] for one in packages if "id" in one)


def of_package(package_id: str) -> str:
    """The worst verdict on a dataset's files; empty where nothing is known."""
    known: dict[str, str] = g.setdefault("ess_package_verdicts", {})
    if package_id not in known:
        asked = {package_id, *_noted()} - known.keys()
        known.update(dict.fromkeys(asked, ""))
        known.update(verdicts.of_packages(asked))
    return known[package_id]


def of_resource(resource_id: str, siblings: Iterable[Mapping[str, Any]]) -> str:
    """The verdict on a file; empty where nothing is known. Its siblings are asked for at the same time."""
    known: dict[str, str] = g.setdefault("ess_resource_verdicts", {})
    if resource_id not in known:
        asked = {resource_id, *(one["id"] for one in siblings if one.get("id"))} - known.keys()
        known.update(dict.fromkeys(asked, ""))
        known.update(verdicts.of_resources(asked))
    return known[resource_id]


def _noted() -> set[str]:
    return g.setdefault("ess_noted_packages", set[str]())
