"""Imports go one way, the core knows no framework, and CKAN is used through few doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.ess.tests.imports import (
    PACKAGE,
    actions_called,
    imported,
    layer_of,
    layers_used,
    product_modules,
    public_names,
)

#: From left to right; a module imports only from columns to the left of its own.
LAYERS = (
    {"identifiers"},
    {"iati"},
    {"charts", "tables"},
    {"sources"},
    {"commands", "config", "interfaces", "mapping", "schema", "store"},
    {"index"},
    {"jobs", "export"},
    {"logic"},
    {"harvesters", "views", "cli", "helpers"},
    {"plugin", "shared"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

#: Readers of options are needed beside them: any layer from this column on may use ``config``.
BESIDE = {"config"}

#: What a command without CKAN, or the core, may need from our package.
FRAMEWORK_FREE = ("identifiers", "iati", "charts", "tables", "sources", "commands")
FRAMEWORKS = {"ckan", "flask", "sqlalchemy", "werkzeug", "click", "jinja2", "udata"}
NETWORK = {"requests", "urllib3", "httpx", "aiohttp", "http.client", "urllib.request", "socket"}

#: The one way out, and its parts: connections pinned to checked addresses, errors in our words. Beside
#: it, the way to a Solr of the portal's own, at an address from its configuration.
HTTP = {
    "index/activities/client.py": {"requests", "urllib3"},
    "sources/guarded.py": {"requests"},
    "sources/http.py": {"requests", "urllib3"},
    "sources/pinned.py": {"urllib3"},
    "sources/faults.py": {"requests", "urllib3"},
}

#: CKAN's modules that we use besides ``ckan.plugins`` and ``ckan.plugins.toolkit``, and what for.
CKAN_DOORS = {
    "ckan.authz": "who may correct an organisation's files",
    "ckan.cli": "the embedded portal's programs: configuration, migrations",
    "ckan.config": "the embedded portal's programs: the application",
    "ckan.common": "type of the configuration given to IConfigurer",
    "ckan.lib.redis": "copies of Table Schemas, kept a while; counters of what visitors ask for",
    "ckan.lib.mailer": "mails to those who follow an organisation's checks",
    "ckan.lib.plugins": "DefaultTranslation; permission labels of datasets",
    "ckan.lib.search": "one commit of the index per batch of harvested datasets",
    "ckan.lib.uploader": "uploaded files, whatever keeps them",
    "ckan.logic": "what the index needs of a dataset, and handing it over",
    "ckan.model": "database session, and queries over many datasets at once",
    "ckan.types": "Context, DataDict, Schema and the validators' signatures",
}

ACTIONS = public_names(PACKAGE / "logic" / "action.py")


def relative(path: Path) -> str:
    """A module's path in the package, for the test's name."""
    return path.relative_to(PACKAGE).as_posix()


def modules_of(*layers: str) -> list[Path]:
    """Modules of some layers."""
    return [path for path in product_modules() if layer_of(path) in layers]


def outside_ckan() -> list[Path]:
    """Modules that start without CKAN; the embedded stack has programs that it runs inside it."""
    inside = PACKAGE / "embedded" / "inside"
    return [path for path in modules_of(*FRAMEWORK_FREE, "embedded") if inside not in path.parents]


@pytest.mark.parametrize("path", product_modules(), ids=relative)
def test_imports_go_left(path: Path):
    """A module of one column imports nothing from its own column or those on its right."""
    layer = layer_of(path)
    if layer in {"__init__", "embedded", "migration"}:
        assert layers_used(path, ACTIONS) == set()
        return
    assert layer in RANK, f"{layer} has no place among the layers"
    allowed = {name for name, rank in RANK.items() if rank < RANK[layer]} - {"commands"}
    if RANK[layer] >= RANK["config"] and layer != "commands":
        allowed |= BESIDE
    assert layers_used(path, ACTIONS) <= allowed


@pytest.mark.parametrize("path", outside_ckan(), ids=relative)
def test_core_is_framework_free(path: Path):
    """The library, its command and the embedded stack start without CKAN."""
    assert {name.split(".")[0] for name in imported(path)} & FRAMEWORKS == set()


@pytest.mark.parametrize("path", modules_of("identifiers", "iati", "charts", "tables"), ids=relative)
def test_readers_have_no_network(path: Path):
    """Identifiers, IATI and tables are computed from what they are given."""
    assert _network(path) == set()


@pytest.mark.parametrize("path", [p for p in product_modules() if layer_of(p) != "embedded"], ids=relative)
def test_one_module_speaks_http(path: Path):
    """Size, time and address limits hold because there is one way out."""
    libraries = {"requests", "urllib3", "httpx", "aiohttp", "urllib.request"}
    assert _network(path) & libraries <= HTTP.get(relative(path), set())


def test_ckan_is_used_through_few_doors():
    """Every module of CKAN that we import besides the toolkit is in the list above, and no more."""
    doors = {_door(name) for path in product_modules() for name in imported(path) if _door(name)}
    assert doors == set(CKAN_DOORS)


def test_our_actions_are_called_by_their_names():
    """``get_action("ess_…")`` names an action that exists."""
    called = {name for path in product_modules() for name in actions_called(path)}
    assert {name for name in called if name.startswith("ess_")} <= ACTIONS


def _network(path: Path) -> set[str]:
    names = imported(path)
    return {one for one in NETWORK if any(name == one or name.startswith(one + ".") for name in names)}


def _door(name: str) -> str:
    """The module of CKAN behind an imported name, ``""`` for others and for the toolkit."""
    parts = name.split(".")
    if parts[0] != "ckan" or parts[1:2] == ["plugins"]:
        return ""
    if parts[1:2] == ["lib"]:
        return ".".join(parts[:3])
    return ".".join(parts[:2])
