"""Catalogues of every kind, each on a server whose answers a test spoils path by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from ckan import model
from ckan.lib import search
from ckan.plugins import toolkit as tk
from ckanext.harvest.model import HarvestJob, HarvestObject

from ckanext.ess.embedded.standin.server import _json, _State
from ckanext.ess.store.harvest import HarvestedDataset, HarvestedPublisher, HarvestRun
from ckanext.ess.tests.ckan.harvest_portal import Harvest, Upstream, context, datasets, found
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, Handler, Route, running
from ckanext.ess.tests.unit.standins import ACTIVITIES
from ckanext.ess.tests.unit.udata_pages import SIRET, FakeUdata, dataset, organization, resource
from ckanext.ess.tests.unit.url_site import iati, put, zipped

TYPES = ("iati-bulk", "iati-registry", "udata", "urls")


class Catalogue(Harvest):
    """A harvest source on a server.

    Args:
        source_type: of the source.
        server: where the catalogue is.
        path: its address there.
        listing: the path that a run asks for first.
        files: the paths where one of its IATI files is read, best first.
    """

    def __init__(
        self, source_type: str, server: FakeUpstream, path: str, listing: str = "", files: Sequence[str] = ()
    ) -> None:
        super().__init__(None, source_type)  # type: ignore[arg-type]
        self.server, self.path, self.listing, self.files = server, path, listing, tuple(files)
        self.fake = FakeUdata()
        self.host = server.place

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"

    def page(self, *names: str) -> None:
        """Serve a page with links to files."""
        links = "".join(f'<a href="{name}">{name}</a>' for name in names)
        put(self.server, "/iati/", f"<html><body>{links}</body></html>")

    def spoil(self, paths: Sequence[str], route: Route) -> Callable[[], None]:
        """Put a fault in its place; calling the answer mends it."""
        before = {path: self.server.routes.get(path) for path in paths}
        self.server.routes.update(dict.fromkeys(paths, route))

        def mend() -> None:
            for path, old in before.items():
                del self.server.routes[path]
                if old is not None:
                    self.server.routes[path] = old

        return mend

    def said(self) -> str:
        """Everything that the last run reports."""
        run = self.finish()
        job = tk.get_action("harvest_job_show")({"ignore_auth": True}, {"id": self.last_job().id})
        gathered = [one["message"] for one in job["gather_error_summary"]]
        return "\n".join([run.error, *run.notes, *self.errors(), *gathered])

    def forget_contents(self) -> None:
        """Have the next run read listing and files again."""
        self._update(content="", mark="")
        runs = sa.update(HarvestRun).where(HarvestRun.source_id == self.id)
        model.Session.execute(runs.values(listing=""))
        model.Session.commit()

    def retry_now(self) -> None:
        """Have the next run try again what could not be read."""
        self._update(retry_after=None)

    def _update(self, **values: Any) -> None:
        row = HarvestedDataset
        model.Session.execute(sa.update(row).where(row.source_id == self.id).values(values))
        model.Session.commit()

    def purge(self) -> None:
        """Take away all that was harvested: the next run is a first one."""
        self.forget_contents()
        row = HarvestedDataset
        for package in model.Session.scalars(sa.select(row.package_id).where(row.source_id == self.id)).all():
            if package:
                tk.get_action("dataset_purge")(context(), {"id": package})
        for table in (HarvestedDataset, HarvestedPublisher):
            model.Session.execute(sa.delete(table).where(table.source_id == self.id))
        model.Session.commit()


@contextmanager
def bulk() -> Iterator[Catalogue]:
    """A Bulk Data Service."""
    with _iati("alpha", "beta") as (server, upstream):
        files = ("/bds/alpha/alpha-eau.xml", "/files/alpha/eau.xml")
        made = Catalogue("iati-bulk", server, "/bds", "/bds/datasets-full", files)
        made.upstream = upstream
        yield made


@contextmanager
def registry() -> Iterator[Catalogue]:
    """An IATI Registry."""
    with _iati("gamma", "delta") as (server, upstream):
        listing = "/registry/api/3/action/package_search"
        made = Catalogue("iati-registry", server, "/registry", listing, ["/files/gamma/eau.xml"])
        made.upstream = upstream
        yield made


@contextmanager
def udata() -> Iterator[Catalogue]:
    """Three datasets of two organisations; the third has an IATI file beside a CSV one."""
    owners = [organization(1, business_number_id=SIRET), organization(2, badges=[])]
    rows = [dataset(1), dataset(2, organization=owners[1]), dataset(3, tags=["iati"])]
    with running(FakeUpstream()) as server:
        xml = resource(4, format="xml", title="iati.xml", url=server.url("/iati.xml"), schema=None)
        rows[2]["resources"] = [resource(3), xml]
        server.serve("/iati.xml", ACTIVITIES.format(ref="FR-RCS-123456782", name="Exemple 1").encode())
        made = Catalogue("udata", server, "", "/api/1/datasets/", ["/iati.xml"])
        made.fake = FakeUdata(rows, owners).serve(server)
        yield made


@contextmanager
def urls() -> Iterator[Catalogue]:
    """A page with two files and a zip of two, of two publishers."""
    with running(FakeUpstream()) as server:
        put(server, "/iati/eau.xml", iati(1))
        put(server, "/iati/riz.xml", iati(2, "XM-EXAMPLE-2", "Greniers du Sahel"))
        put(server, "/iati/archives.zip", zipped({"2023.xml": iati(3), "2024.xml": iati(4)}))
        made = Catalogue("urls", server, "/iati/", "/iati/", ["/iati/eau.xml"])
        made.page("eau.xml", "riz.xml", "archives.zip", "rapport.pdf")
        yield made


SERVED = dict(zip(TYPES, (bulk, registry, udata, urls), strict=True))


@contextmanager
def _iati(one: str, other: str) -> Iterator[tuple[FakeUpstream, Upstream]]:
    """Three datasets of two publishers, as both IATI catalogues show them."""
    upstream = Upstream()
    for key, publisher in {"eau": one, "sante": one, "riz": other}.items():
        upstream.dataset(key, publisher)
    with running(FakeUpstream()) as server:
        server.fallback = lambda handler: _answer(handler, _State(upstream.holdings(), server.url()))
        yield server, upstream


def _answer(handler: Handler, state: _State) -> None:
    path = unquote(urlsplit(handler.path).path)
    if path in state.files:
        with state.files[path].read() as stream:
            handler.answer(200, stream.read(), {"ETag": f'"{state.files[path].sha1}"'})
    elif path.startswith("/registry/api/"):
        result = state.registry.answer(path.rpartition("/")[2], handler.options)
        handler.answer(200, _json({"success": True, "result": result}))
    elif path in {"/bds/datasets-full", "/bds/reporting-orgs"}:
        etag = {"ETag": f'"{state.holdings.created_seconds}"'}
        handler.answer(200, state.index(path.rpartition("/")[2]), etag)
    else:
        handler.answer(404, b"no such page here")


class Portal:
    """A portal that has harvested each catalogue once, and what it then had."""

    def __init__(self) -> None:
        self._clean: dict[str, tuple[Catalogue, dict[str, Any]]] = {}

    def harvested(self, catalogue: Catalogue) -> dict[str, Any]:
        """What the portal has of a catalogue after a clean first run; made at the first question."""
        if catalogue.type not in self._clean:
            run = catalogue.create(catalogue.type, grace_days=0).run()
            assert (run.error, run.failed, run.unreadable, run.undone()) == ("", 0, 0, 0), catalogue.said()
            self._clean[catalogue.type] = catalogue, state(catalogue)
        return self._clean[catalogue.type][1]


def state(catalogue: Catalogue) -> dict[str, Any]:
    """What the portal has of a catalogue: datasets without the moments of their writing, nothing stuck.

    What the database has and what a search finds must be the same.
    """
    search.commit()
    mine = set(
        model.Session.scalars(
            sa.select(HarvestedDataset.package_id).where(HarvestedDataset.source_id == catalogue.id)
        )
    )
    kept = {name: _lasting(one) for name, one in datasets().items() if one["id"] in mine}
    assert kept.keys() == found().intersection(datasets_of(mine))
    stuck = sa.select(sa.func.count(HarvestObject.id)).where(
        HarvestObject.state.not_in(("COMPLETE", "ERROR"))
    )
    unfinished = sa.select(sa.func.count(HarvestJob.id)).where(HarvestJob.status != "Finished")
    assert (model.Session.scalar(stuck), model.Session.scalar(unfinished)) == (0, 0)
    current = sa.select(HarvestObject.package_id).where(
        HarvestObject.current, HarvestObject.package_id.in_(mine)
    )
    assert sorted(model.Session.scalars(current)) == sorted(one["id"] for one in kept.values())
    return kept


def differences(before: Any, after: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Places where two states differ, with what is there in each; for short reports of failed tests."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted({*before, *after}, key=str)
        both = [(f"{path}/{key}", before.get(key), after.get(key)) for key in keys]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        both = [(f"{path}/{at}", *pair) for at, pair in enumerate(zip(before, after, strict=True))]
    else:
        return {} if before == after else {path: (before, after)}
    return {place: pair for at, a, b in both for place, pair in differences(a, b, at).items()}


def datasets_of(packages: set[Any]) -> set[str]:
    """Names of packages, deleted ones too."""
    return set(model.Session.scalars(sa.select(model.Package.name).where(model.Package.id.in_(packages))))


def _lasting(one: dict[str, Any]) -> dict[str, Any]:
    """What stays of a dataset; a field without a value is none, whether it was made so or emptied."""
    kept = _filled(one)
    kept["organization"] = one["organization"]["name"]
    kept["resources"] = [_filled(resource) for resource in one["resources"]]
    return kept


def _filled(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in _MOMENTS and value not in (None, "", [])}


_MOMENTS = {"metadata_modified", "metadata_created", "created", "owner_org", "organization", "resources"}
