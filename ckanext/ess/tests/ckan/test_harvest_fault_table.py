"""Faults of the exchange, of the content and of the moment, for each kind of catalogue.

What the run reports, and that a clean run leaves no trace: the portal then has what it had before it ever met
the fault. All share one portal, which each of them must leave as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ckanext.ess.tests.ckan.catalogues import SERVED, TYPES, Catalogue, Portal, differences, state
from ckanext.ess.tests.ckan.faults import FILES, LISTING, Fault, Impatient
from ckanext.ess.tests.unit.fake_upstream import status
from ckanext.ess.tests.unit.udata_pages import organization

pytestmark = pytest.mark.usefixtures("one_portal", "impatient")


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Catalogue]]:
    """One catalogue of each kind, for the whole module."""
    with ExitStack() as stack:
        yield {kind: stack.enter_context(SERVED[kind]()) for kind in TYPES}


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are short, retries come at once."""
    monkeypatch.setattr("ckanext.ess.harvesters.remote.Http", Impatient)


def rows(faults: list[Fault]) -> Any:
    """Each fault for each kind of catalogue that knows it."""
    known = [(kind, fault) for kind in TYPES for fault in faults if fault.words(kind) is not None]
    return pytest.mark.parametrize(
        ("kind", "fault"), [pytest.param(*one, id=f"{one[0]}: {one[1].name}") for one in known]
    )


@rows(LISTING)
def test_a_fault_of_a_listing(kind: str, fault: Fault, served: dict[str, Catalogue], portal: Portal):
    """The run fails as a whole, with a sentence; nothing changes here."""
    catalogue = served[kind]
    before = portal.harvested(catalogue)
    mend = catalogue.spoil([catalogue.listing], fault.route(catalogue.listing))
    try:
        run = catalogue.run()
    finally:
        mend()
    assert run.error
    assert fault.words(kind) in catalogue.said()
    assert (run.gone, run.deleted) == (0, 0)
    assert differences(before, state(catalogue)) == {}
    is_clean(catalogue, before)


@rows(FILES)
def test_a_fault_of_a_file_that_changed(
    kind: str, fault: Fault, served: dict[str, Catalogue], portal: Portal
):
    """The dataset keeps what was known of it, the others are written, the fault is reported."""
    catalogue = served[kind]
    before = portal.harvested(catalogue)
    catalogue.forget_contents()
    mend = catalogue.spoil(catalogue.files, fault.route(catalogue.files[0]))
    try:
        run = catalogue.run()
    finally:
        mend()
    said = catalogue.said()
    assert fault.words(kind) in said, said
    assert (run.error, run.gone, run.deleted) == ("", 0, 0)
    assert run.failed + run.unreadable >= 1
    assert differences(before, state(catalogue)) == {}
    is_clean(catalogue, before)


@pytest.mark.parametrize("kind", TYPES)
def test_a_fault_of_a_file_at_the_first_run(kind: str, served: dict[str, Catalogue], portal: Portal):
    """What else there is, is written; the next run completes it."""
    catalogue = served[kind]
    before = portal.harvested(catalogue)
    catalogue.purge()
    mend = catalogue.spoil(catalogue.files, status(404, b"no"))
    try:
        run = catalogue.run()
    finally:
        mend()
    assert "404" in catalogue.said()
    assert run.error == ""
    assert run.failed + run.unreadable == 1
    is_clean(catalogue, before)


@pytest.mark.parametrize(
    ("path", "answer", "said", "fails"),
    [
        ("/api/1/datasets/", {"data": [], "total": 3, "next_page": "?page=2"}, "whole", False),
        ("/api/1/datasets/", {"data": [], "total": 0, "next_page": None}, "max_loss", True),
        (f"/api/1/organizations/{organization(2)['id']}/", None, "503", False),
    ],
    ids=["pages without a row", "suddenly empty", "an organisation away"],
)
def test_a_fault_that_only_a_udata_has(
    path: str, answer: Any, said: str, fails: bool, served: dict[str, Catalogue], portal: Portal
):
    catalogue = served["udata"]
    before = portal.harvested(catalogue)
    route = status(503) if answer is None else status(200, json.dumps(answer).encode())
    mend = catalogue.spoil([path], route)
    try:
        run = catalogue.run()
    finally:
        mend()
    assert said in catalogue.said()
    assert bool(run.error) is fails
    assert (run.gone, run.deleted) == (0, 0)
    assert differences(before, state(catalogue)) == {}
    is_clean(catalogue, before)


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (status(500, b"oops"), "500"),
        (status(200, b"PK\x03\x04 half"), "zip"),
        (status(200, b"<html>Connexion</html>"), "IATI"),
    ],
    ids=["away", "cut", "a page"],
)
def test_a_fault_of_a_zip(route: Any, said: str, served: dict[str, Catalogue], portal: Portal):
    """Nothing that was in it is taken for gone."""
    catalogue = served["urls"]
    before = portal.harvested(catalogue)
    mend = catalogue.spoil(["/iati/archives.zip"], route)
    try:
        run = catalogue.run()
    finally:
        mend()
    assert said in catalogue.said()
    assert (run.error, run.gone, run.deleted) == ("", 0, 0)
    assert differences(before, state(catalogue)) == {}
    is_clean(catalogue, before)


def is_clean(catalogue: Catalogue, before: dict[str, Any]) -> None:
    """A run without a fault, after which the portal has what it had before."""
    catalogue.retry_now()
    run = catalogue.run()
    assert (run.error, run.failed, run.unreadable, run.undone()) == ("", 0, 0, 0), catalogue.said()
    assert differences(before, state(catalogue)) == {}


def test_there_are_rows_enough():
    """Each kind of catalogue has its faults."""
    for kind in TYPES:
        known = [fault for fault in (*LISTING, *FILES) if fault.words(kind) is not None]
        assert len(known) >= 25, kind
