"""Drafts and facts as JSON, so that a harvest's work survives the process that began it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from ckanext.ess.sources.base import DatasetDraft, FileDraft, PublisherDraft, ReuseDraft

T = TypeVar("T")


def as_plain(value: Any) -> dict[str, Any]:
    """A dataclass as JSON-like dictionary, without the fields that hold their default."""
    return {
        field.name: _plain(getattr(value, field.name))
        for field in dataclasses.fields(value)
        if getattr(value, field.name) != field.default
    }


def as_draft(plain: Mapping[str, Any]) -> DatasetDraft:
    """The dataset draft that :func:`as_plain` was given."""
    nested = {
        "publisher": built(PublisherDraft, plain["publisher"]),
        "files": tuple(built(FileDraft, one) for one in plain.get("files", ())),
        "reuses": tuple(built(ReuseDraft, one) for one in plain.get("reuses", ())),
    }
    return built(DatasetDraft, {**plain, **nested})


def built(kind: type[T], plain: Mapping[str, Any]) -> T:
    """A dataclass from its dictionary; lists become tuples, fields that it no longer has are left out.

    >>> built(PublisherDraft, {"id": "1", "name": "a", "title": "A", "former_names": ["b"]}).former_names
    ('b',)
    """
    known = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()}
    return kind(**{key: value for key, value in values.items() if key in known})


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return as_plain(value)
    return [_plain(one) for one in value] if isinstance(value, tuple | set | frozenset) else value
