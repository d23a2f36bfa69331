"""What organisations are called that the index knows by key only.

Facets count keys: an identifier, else ``name:`` and a folded name. Their names stand in the cards of the
activities that mention them, so one request looks at a card for each key; what it found is kept a while.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.ess.iati.extract import naming
from ckanext.ess.index import clauses
from ckanext.ess.index.activities.questions import cache
from ckanext.ess.index.activities.questions.asking import Asker
from ckanext.ess.schema import language

_NAME = "name:"
#: Keys looked up by one request: each is a small query of its own.
_AT_ONCE = 100
_ROLES: Mapping[str, str] = {"funder": "1", "implementer": "4"}


def usual_name(key: str) -> str:
    """Return the name of the table of aliases, else the folded name or the identifier that makes the key."""
    if key.startswith(_NAME):
        return key.removeprefix(_NAME).title()
    return naming.label(key) or key


def names(asker: Asker, field: str, keys: Iterable[str]) -> dict[str, str]:
    """Return names by key of organisations in a field, as activities that the asker may see write them."""
    wanted = [key for key in dict.fromkeys(keys) if key]
    found = {key: name for key in wanted if (name := naming.label(key))}
    kept = cache.names(asker.visibility, [key for key in wanted if key not in found])
    found |= kept
    missing = [key for key in wanted if key not in found][:_AT_ONCE]
    if missing:
        fresh = _looked_up(asker, field, missing)
        cache.keep_names(asker.visibility, fresh)
        found |= fresh
    return found


def _looked_up(asker: Asker, field: str, keys: list[str]) -> dict[str, str]:
    queries = [f"{field}:{clauses.quote(key)}" for key in keys]
    answer = asker.grouped(queries, ["card"])
    found: dict[str, str] = {}
    for key, query in zip(keys, queries, strict=True):
        docs = answer.get(query, ())
        name = _name_in(json.loads(docs[0]["card"]), key) if docs and docs[0].get("card") else ""
        if name:
            found[key] = name
    return found


def _name_in(card: Mapping[str, Any], key: str) -> str:
    publisher = card.get("publisher") or {}
    if publisher.get("key") == key:
        return _text(publisher.get("title") or publisher.get("name"))
    for _role, other, name in card.get("organisations") or ():
        if other == key:
            return _text(name)
    return ""


def _text(name: Any) -> str:
    """A name that may be one text, or one for each language."""
    if isinstance(name, Mapping):
        lang = language.current()
        name = name.get(lang) or next(iter(name.values()), "")
    return str(name or "")
