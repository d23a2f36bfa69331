"""Copies our fields into ``extras`` when a dataset is shown, for harvesters that read nothing else.

udata's CKAN harvester, and others, keep a dataset's ``extras`` and drop the fields that they do not know.
The copy exists in answers only: it is taken out again before anything is written, as CKAN refuses an extra
that is named like a field. So a dataset is mirrored only where its schema takes the copy out, with
``ess_drop_mirrored`` among its ``before_validators`` and ``ess_forget_mirrored`` among its
``after_validators``. Others are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ckan.plugins import toolkit as tk

PREFIX = "ess_"
_CLEANERS = {"before_validators": "ess_drop_mirrored", "after_validators": "ess_forget_mirrored"}

#: Fields that are not ours by name and that harvesters look for among the extras.
STANDARD = frozenset({"frequency", "issued", "language", "modified", "temporal_end", "temporal_start"})

FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"

#: What udata requires of a dataset and of a resource, and that scheming leaves out when it is empty.
_EXPECTED = (
    "author",
    "author_email",
    "license_id",
    "license_title",
    "maintainer",
    "maintainer_email",
    "notes",
    "url",
)
_RESOURCE_EXPECTED = ("description", "hash", "last_modified", "mimetype", "resource_type", "size")
_EMPTY: tuple[Any, ...] = (None, "", [])
_TEXT = ("description", "image_url")


def into_extras(context: Mapping[str, Any], pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Mirror our fields of a shown dataset in its extras; take the mirror out on the way to an update.

    Args:
        context: of ``package_show``; ``for_update`` in it means that the answer will be written back.
        pkg_dict: the dataset as shown, changed in place as CKAN expects.

    Returns:
        The same dictionary.
    """
    names = mirrored_names(pkg_dict.get("type", ""))
    if not names or not _is_ours(pkg_dict):
        return pkg_dict
    extras = [extra for extra in pkg_dict.get("extras") or () if extra.get("key") not in names]
    if not context.get("for_update"):
        extras += _mirror(pkg_dict, names)
        _complete(pkg_dict)
    if extras or "extras" in pkg_dict:
        pkg_dict["extras"] = extras
    return pkg_dict


def mirrored_names(dataset_type: str) -> frozenset[str]:
    """Names of the fields to mirror for a type; none where its schema would not take the mirror out again."""
    schema = _schema(dataset_type)
    if not schema or any(name not in schema.get(when, "").split() for when, name in _CLEANERS.items()):
        return frozenset()
    fields = (field["field_name"] for field in schema["dataset_fields"])
    return frozenset(name for name in fields if name.startswith(PREFIX) or name in STANDARD)


def text(name: str, value: Any) -> str:
    """What an extra says of a value: text as it is, a list as JSON, a frequency as its European address."""
    if name == "frequency" and isinstance(value, str) and value.isupper():
        return FREQUENCY + value
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _schema(dataset_type: str) -> Mapping[str, Any] | None:
    if "scheming_get_dataset_schema" not in tk.h:
        return None
    return tk.h.scheming_get_dataset_schema(dataset_type)


def _is_ours(pkg_dict: Mapping[str, Any]) -> bool:
    return any(key.startswith(PREFIX) and value not in _EMPTY for key, value in pkg_dict.items())


def _mirror(pkg_dict: Mapping[str, Any], names: Iterable[str]) -> list[dict[str, str]]:
    values = {name: pkg_dict.get(name) for name in sorted(names)}
    return [{"key": name, "value": text(name, one)} for name, one in values.items() if one not in _EMPTY]


def _complete(pkg_dict: dict[str, Any]) -> None:
    """Write as null, or as empty text, what a strict reader requires and scheming leaves out."""
    for name in _EXPECTED:
        pkg_dict.setdefault(name, None)
    for resource in pkg_dict.get("resources") or ():
        for name in _RESOURCE_EXPECTED:
            resource.setdefault(name, None)
        resource["name"] = resource.get("name") or ""
        resource["format"] = resource.get("format") or ""
    organization = pkg_dict.get("organization") or {}
    for name in _TEXT:
        if name in organization:
            organization[name] = organization[name] or ""
