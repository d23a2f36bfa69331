"""Gives the fields to a core that lies in any existing Solr, by Solr's own Schema and Config API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ckanext.ess.index.activities.client import Core
from ckanext.ess.index.activities.errors import NO_FIELDS, RefusedError
from ckanext.ess.index.activities.field_types import TYPES
from ckanext.ess.index.activities.fields import FIELDS

Json = dict[str, Any]

#: What our core's behaviour depends on: nobody sees half a file because Solr commits by itself, and a field
#: that we do not know is a fault, not a new field.
_SETTINGS: Json = {
    "set-property": {
        "updateHandler.autoCommit.maxTime": 15000,
        "updateHandler.autoCommit.openSearcher": False,
        "updateHandler.autoSoftCommit.maxTime": -1,
    },
    "set-user-property": {"update.autoCreateFields": "false"},
}
#: Fields that a fresh core has from Solr's own configuration.
_SOLRS_OWN = frozenset({"id", "_version_", "_root_", "_text_", "_nest_path_"})


@dataclass(frozen=True)
class State:
    """How a core's schema compares with ours.

    ``commands`` is what the Schema API needs to be told, empty when all is there. ``foreign`` are fields
    that are none of ours: the core is somebody else's. ``fixed`` says that the schema is a file, as in the
    embedded portal and the containers: the Schema API cannot change it.
    """

    commands: list[Json] = field(default_factory=list[Json])
    foreign: tuple[str, ...] = ()
    fixed: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.commands and not self.foreign


def state(solr: Core) -> State:
    """Compare a core's schema with ours; raises as the core does."""
    schema: Json = solr.get("schema")["schema"]
    there = {one["name"]: one for one in (*schema.get("fields", ()), *schema.get("dynamicFields", ()))}
    ours = {one.name for one in FIELDS}
    foreign = sorted(one["name"] for one in schema.get("fields", ()) if one["name"] not in ours | _SOLRS_OWN)
    types = {one["name"]: one for one in schema.get("fieldTypes", ())}
    commands = [*_type_commands(types), *_field_commands(there)]
    fixed = "Managed" not in str(_factory(solr)) if commands else False
    return State(commands, tuple(foreign), fixed)


_ready: set[str] = set()


def ensure_ready(solr: Core) -> None:
    """Make sure, once in a process, that a core has our fields: half a file would be written otherwise.

    Raises:
        RefusedError: it has not.
    """
    if solr.url in _ready:
        return
    if not state(solr).is_ready:
        raise RefusedError(NO_FIELDS, url=solr.shown_url)
    _ready.add(solr.url)


def apply(solr: Core, found: State) -> None:
    """Tell the core what it lacks, and how it has to behave; raises as the core does."""
    solr.post("config", _SETTINGS)
    for command in found.commands:
        solr.post("schema", command)


def as_text(url: str, found: State) -> str:
    """What an administrator would type to do the same by hand."""
    lines = [f"curl -H 'Content-Type: application/json' {url}/config -d '{json.dumps(_SETTINGS)}'"]
    lines += [
        f"curl -H 'Content-Type: application/json' {url}/schema -d '{json.dumps(command)}'"
        for command in found.commands
    ]
    return "\n".join(lines)


def _type_commands(there: dict[str, Json]) -> list[Json]:
    return [
        {("replace" if kind["name"] in there else "add") + "-field-type": kind}
        for kind in TYPES
        if not _same(there.get(kind["name"]), kind)
    ]


def _field_commands(there: dict[str, Json]) -> list[Json]:
    commands: list[Json] = []
    for one in FIELDS:
        wanted = one.definition()
        if _same(there.get(one.name), wanted):
            continue
        verb = "replace" if one.name in there else "add"
        commands.append({f"{verb}-{'dynamic-field' if one.is_dynamic else 'field'}": wanted})
    return commands


def _same(there: Json | None, wanted: Json) -> bool:
    """Whether a definition says what we want; Solr leaves out of it what is the default anyway."""
    if there is None:
        return False
    plain = {name: value for name, value in wanted.items() if name != "analyzer"}
    if any(_text(there.get(name, _DEFAULTS.get(name))) != _text(value) for name, value in plain.items()):
        return False
    return "analyzer" not in wanted or _chain(there) == _chain(wanted)


#: What a field has when its definition says nothing; our types give docValues and more themselves.
_DEFAULTS: Json = {"indexed": True, "stored": True, "multiValued": False, "required": False}


def _chain(kind: Json) -> list[str]:
    """Names of a type's tokenizer and filters, in either spelling (``lowercase``, ``solr.LowerCase…``)."""
    analyzer = kind.get("analyzer") or kind.get("indexAnalyzer") or {}
    parts = [analyzer.get("tokenizer", {}), *analyzer.get("filters", ())]
    names = [str(part.get("name") or part.get("class", "")) for part in parts]
    return [name.rpartition(".")[2].removesuffix("Factory").removesuffix("Filter").lower() for name in names]


def _text(value: object) -> str:
    return str(value).lower()


def _factory(solr: Core) -> object:
    return (
        solr.get("config/schemaFactory").get("config", {}).get("schemaFactory", "ManagedIndexSchemaFactory")
    )
