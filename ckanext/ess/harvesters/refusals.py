"""What CKAN refuses of a harvested dictionary, said in a sentence, and the dictionary without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Without these there is no dataset or organisation to save.
NEEDED = frozenset({"id", "name", "title", "type", "owner_org", "state", "__before", "__after", "__junk"})


def leave_out(data: Mapping[str, Any], errors: Mapping[str, Any]) -> dict[str, Any] | None:
    """The dictionary without its refused fields, or nothing when it would make no sense without them."""
    if not errors or not NEEDED.isdisjoint(errors):
        return None
    rest = {key: value for key, value in data.items() if key not in errors or key == "resources"}
    if "resources" in errors:
        rest["resources"] = [
            {key: value for key, value in resource.items() if key not in refused or key in ("id", "url")}
            for resource, refused in zip(data.get("resources", []), errors["resources"], strict=False)
        ]
    return rest if rest != data else None


def sentence(errors: Mapping[str, Any]) -> str:
    """Field by field, what was refused and why, on one line.

    >>> sentence({"ess_country": ["No such code: XX"], "resources": [{"size": ["Not a number"]}]})
    'ess_country: No such code: XX; resources: size: Not a number'
    """
    return "; ".join(f"{key}: {_text(value)}" for key, value in errors.items())


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return sentence(value)
    if isinstance(value, list | tuple):
        return ", ".join(_text(one) for one in value if one)
    return str(value)
