"""A hostile upstream, of each kind: refused with a sentence, and the run or the next one goes on.

Unlike other tests, private addresses are not read here: only the upstream itself is trusted, by its port.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from ckanext.ess.tests.ckan.catalogues import SERVED, TYPES, Catalogue, Portal, differences, state
from ckanext.ess.tests.ckan.faults import BOMB, HUGE, LAUGHS, SECRETS, Impatient, endless
from ckanext.ess.tests.ckan.harvest_portal import datasets
from ckanext.ess.tests.unit.fake_upstream import Route, redirect, status
from ckanext.ess.tests.unit.udata_pages import dataset
from ckanext.ess.tests.unit.url_site import iati, put, zipped

pytestmark = pytest.mark.usefixtures("one_portal")
MILLION = 1_000_000
TRICKS = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/cron.d/x",
    "a\u0000b",
    "-rf",
    "%2e%2e%2f",
)


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Catalogue]]:
    """One catalogue of each kind, for the whole module."""
    with ExitStack() as stack:
        yield {kind: stack.enter_context(SERVED[kind]()) for kind in TYPES}


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal()


class Names:
    """Names as the upstream's DNS server wants them: ``catalogue.example`` moves when it is told to."""

    def __init__(self) -> None:
        self.leads_to = "127.0.0.1"

    def __call__(self, host: str, port: int) -> Any:
        address = self.leads_to if host == "catalogue.example" else host.strip("[]")
        return [(10 if ":" in address else 2, 1, 6, "", (address, port))]


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture(params=TYPES)
def catalogue(
    request: pytest.FixtureRequest,
    served: dict[str, Catalogue],
    portal: Portal,
    names: Names,
    monkeypatch: pytest.MonkeyPatch,
    ckan_config: Any,
) -> Iterator[Catalogue]:
    """A catalogue that was harvested, and that must give the same again afterwards."""
    made = served[request.param]
    port = made.server.server_port
    trusted = [f"127.0.0.1:{port}", f"catalogue.example:{port}"]
    strict = partial(Impatient, trusted=trusted, resolve=names)
    monkeypatch.setattr("ckanext.ess.harvesters.remote.Http", strict)
    monkeypatch.setitem(ckan_config, "ckanext.ess.http.allow_private", False)
    made.host = f"catalogue.example:{port}"
    before = portal.harvested(made)
    yield made
    made.retry_now()
    names.leads_to = "127.0.0.1"
    run = made.run()
    assert (run.error, run.failed, run.unreadable, run.undone()) == ("", 0, 0, 0), made.said()
    assert differences(before, state(made)) == {}


def refused(catalogue: Catalogue, route: Route) -> str:
    """What is said of a listing that is answered so."""
    mend = catalogue.spoil([catalogue.listing], route)
    try:
        run = catalogue.run()
    finally:
        mend()
    assert run.error
    assert (run.gone, run.deleted) == (0, 0)
    return run.error


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (SECRETS, "169.254.169.254, une adresse de réseau privé"),
        ("http://[::1]:5432/", "::1, une adresse de réseau privé"),
        ("http://[::ffff:169.254.169.254]/", "169.254"),
        ("http://127.0.0.1:6379/", "127.0.0.1, une adresse de réseau privé"),
        ("http://10.0.0.8/", "10.0.0.8, une adresse de réseau privé"),
        ("file:///etc/passwd", "seules les adresses http et https"),
        ("gopher://127.0.0.1:6379/_FLUSHALL", "seules les adresses http et https"),
    ],
)
def test_a_listing_that_leads_inside(target: str, said: str, catalogue: Catalogue):
    assert said in refused(catalogue, redirect(target))


@pytest.mark.parametrize("target", [SECRETS, "http://[::1]:5432/"])
def test_a_file_that_leads_inside(target: str, catalogue: Catalogue):
    """It is reported, its dataset stays, the others are written."""
    catalogue.forget_contents()
    mend = catalogue.spoil(catalogue.files, redirect(target))
    try:
        run = catalogue.run()
    finally:
        mend()
    assert "une adresse de réseau privé" in catalogue.said()
    assert (run.error, run.failed + run.unreadable, run.deleted) == ("", 1, 0)


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200"])
def test_a_name_that_moves_inside(address: str, catalogue: Catalogue, names: Names):
    """DNS rebinding: where the name led when the source was added, it does not lead any more."""
    names.leads_to = address
    run = catalogue.run()
    assert f"catalogue.example est {address}, une adresse de réseau privé" in run.error
    assert run.deleted == 0


@pytest.mark.parametrize(
    ("route", "said"),
    [(HUGE, "Mo, la limite"), (BOMB, "bombe|Mo, la limite"), (endless, "limite")],
    ids=["ten gigabytes announced", "a compressed bomb", "without end"],
)
def test_a_listing_without_measure(route: Route, said: str, catalogue: Catalogue):
    assert re.search(said, refused(catalogue, route))


def test_an_xml_bomb(catalogue: Catalogue):
    """No entity is ever expanded: it costs nothing and is said."""
    catalogue.forget_contents()
    mend = catalogue.spoil(catalogue.files, status(200, LAUGHS))
    started = time.monotonic()
    try:
        run = catalogue.run()
    finally:
        mend()
    assert time.monotonic() - started < 60
    assert (run.error, run.deleted) == ("", 0)
    if catalogue.type != "udata":  # nobody said that it was IATI there: it is a file like any other
        assert "IATI" in catalogue.said() or "type de document" in catalogue.said()


def many(kind: str) -> bytes:
    """A listing of a million empty datasets, or the page of it that comes first."""
    if kind == "iati-bulk":
        return b'{"datasets": [' + b"{}," * (MILLION - 1) + b"{}]}"
    if kind == "iati-registry":
        return json.dumps({"success": True, "result": {"count": MILLION, "results": [{}] * 1000}}).encode()
    if kind == "udata":
        rows = {"data": [{}] * 100, "total": MILLION, "page_size": 100, "next_page": "?page=2"}
        return json.dumps(rows).encode()
    return b"".join(b"https://x.example/%d.xml\n" % number for number in range(MILLION))


def test_a_million_empty_datasets(catalogue: Catalogue):
    assert "limite" in refused(catalogue, status(200, many(catalogue.type)))


def test_names_with_tricks(catalogue: Catalogue):
    """They become names like any other; what cannot be a dataset is said; the others are written."""
    before = set(datasets())
    mend = _tricky(catalogue)
    catalogue.forget_contents()
    try:
        run = catalogue.run()
        named = set(datasets()) - before
    finally:
        mend()
        catalogue.forget_contents()
    assert run.error == ""
    assert run.added + run.failed + run.unreadable >= 3
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]{1,99}", name.lstrip("-_")) for name in named)
    assert run.deleted == 0


def _tricky(catalogue: Catalogue) -> Any:
    """Add datasets of tricky names to what a catalogue has."""
    if catalogue.type == "urls":
        body = zipped({f"{trick.replace(chr(0), '')}.xml": iati(50 + at) for at, trick in enumerate(TRICKS)})
        put(catalogue.server, "/iati/tricks.zip", body)
        catalogue.page("eau.xml", "riz.xml", "archives.zip", "tricks.zip")
        return lambda: catalogue.page("eau.xml", "riz.xml", "archives.zip")
    if catalogue.type == "udata":
        kept = list(catalogue.fake.datasets)
        catalogue.fake.datasets += [dataset(50 + at, slug=trick) for at, trick in enumerate(TRICKS)]
        return lambda: setattr(catalogue.fake, "datasets", kept)
    upstream = catalogue.upstream
    kept = dict(upstream.datasets)
    owner = next(iter(upstream.publishers))
    for at, trick in enumerate(TRICKS):
        made = upstream.dataset(f"trick{at}", owner)
        upstream.datasets[f"trick{at}"] = replace(made, name=trick)
    return lambda: (upstream.datasets.clear(), upstream.datasets.update(kept))


def test_the_address_of_a_source_is_its_host(catalogue: Catalogue):
    """What the tests above believe."""
    assert urlsplit(catalogue.url).hostname == "catalogue.example"
