"""A portal of our own for tests that may share one, and somebody who may do anything in it."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ckan import model
from ckan import plugins as p
from ckan.common import config as options
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess import config
from ckanext.ess.index.activities.client import Core
from ckanext.ess.tests.ckan.harvest_portal import PATHS, Harvest, Upstream, clear_queues, serving
from ckanext.ess.tests.unit.test_http import certificate

__all__ = ["certificate"]

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def portal_state(reset_db: Any, reset_index: Any) -> Iterator[dict[str, Any]]:
    """What this module's portal has already got; it is emptied at the end."""
    yield {}
    reset_db()
    reset_index()


@pytest.fixture
def shared_portal(
    with_plugins: Any, portal_state: dict[str, Any], reset_db: Any, reset_index: Any, migrate_db_for: Any
) -> dict[str, Any]:
    """A portal that is empty when the module's first test begins, and that its tests then share."""
    if not portal_state:
        reset_db()
        reset_index()
        for plugin in ("activity", "harvest", "ess"):
            migrate_db_for(plugin)
        portal_state.update(factories.SysadminWithToken())
    return portal_state


@pytest.fixture(scope="module")
def one_portal(reset_db: Any, reset_index: Any, migrate_db_for: Any) -> Iterator[None]:
    """An empty portal with its plugins loaded once for a whole module, whose tests leave it as it was."""
    before = copy.deepcopy(options)
    p.load_all()
    reset_db()
    reset_index()
    for plugin in ("activity", "harvest", "ess"):
        migrate_db_for(plugin)
    clear_queues()
    yield
    model.Session.remove()
    reset_db()
    reset_index()
    p.unload_all()
    options.clear()
    options.update(before)


@pytest.fixture
def call(shared_portal: dict[str, Any]) -> Call:
    """Call an action as the portal's administrator; ``context`` adds to its context."""

    def act(action: str, context: dict[str, Any] | None = None, **parameters: Any) -> Any:
        who = {"ignore_auth": True, "user": shared_portal["name"], **(context or {})}
        return tk.get_action(action)(who, parameters)

    return act


@pytest.fixture
def headers(shared_portal: dict[str, Any]) -> dict[str, str]:
    """What a request by the portal's administrator carries."""
    return {"Authorization": shared_portal["token"]}


@pytest.fixture
def activity_core(monkeypatch: pytest.MonkeyPatch) -> Iterator[Core]:
    """The portal has an index of activities, empty, also in processes that the test starts."""
    url = os.environ.get("ESS_TEST_ACTIVITIES_SOLR_URL")
    if not url:
        pytest.skip("no core of activities: run the tests with `make test` or `ess-portal run -- pytest …`")
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, url)
    core = Core(url)
    core.delete("*:*")
    core.commit()
    yield core
    core.delete("*:*")
    core.commit()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Two publishers with five datasets, whose answers a test changes."""
    made = Upstream()
    for publisher, keys in {"alpha": ("eau", "sante", "ecole"), "beta": ("riz", "mil")}.items():
        for key in keys:
            made.dataset(key, publisher)
    with serving(made):
        yield made


@pytest.fixture(params=PATHS)
def harvest(request: pytest.FixtureRequest, upstream: Upstream) -> Harvest:
    """A harvest source on the upstream, by each of the two catalogues."""
    return Harvest(upstream, request.param).create()


@pytest.fixture(scope="module")
def with_tables() -> set[str]:
    """Plugins whose tables were made for this module."""
    return set()


@pytest.fixture
def validation_portal(
    with_plugins: Any, clean_db: Any, migrate_db_for: Any, with_tables: set[str], clean_index: Any
) -> Iterator[None]:
    """An empty portal in which files can be checked."""
    for plugin in {"activity", "harvest", "ess"} - with_tables:
        migrate_db_for(plugin)
        with_tables.add(plugin)
    yield
    model.Session.rollback()
