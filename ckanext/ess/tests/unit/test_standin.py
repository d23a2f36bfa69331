"""The stand-in services: their answers have the shapes of the contracts, their files are what they say."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckanext.ess.embedded.standin.folder import Folder
from ckanext.ess.embedded.standin.synthetic import ELSEWHERE, Synthetic
from ckanext.ess.sources.bulk_data import BulkData
from ckanext.ess.sources.filters import Wanted
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.iati_registry import IatiRegistry
from ckanext.ess.tests.shared import REPOSITORY, shared
from ckanext.ess.tests.unit.standins import ACTIVITIES, Serving, filled, served

STANDIN = REPOSITORY / "ckanext/ess/embedded/standin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path)


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    yield from served(Folder(folder))


@pytest.fixture(scope="module")
def synthetic() -> Iterator[Serving]:
    yield from served(Synthetic(120, 6))


def shape(value: Any) -> Any:
    """Keys and kinds of a JSON value; a missing one is like any other."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def contract(path: str) -> Any:
    return json.loads(shared(f"contracts/{path}").read_text())


NULLABLE = {"cached_dataset_url_zip", "cached_dataset_zip_url", "cached_dataset_zip_etag"}


def same_shape(ours: Any, theirs: Any, where: str = "") -> None:
    """Every key of the contract is there with the same kind of value, and no other key."""
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs), where
        for key, inner in theirs.items():
            if key not in NULLABLE:
                same_shape(ours[key], inner, f"{where}.{key}")
    elif isinstance(theirs, list):
        for inner in ours if theirs else []:
            same_shape(inner, theirs[0], f"{where}[]")
    elif ours is not None and theirs is not None:
        assert type(ours) is type(theirs), where


def test_the_bulk_data_service_answers_in_the_shape_of_the_contract(synthetic: Serving):
    same_shape(synthetic.json("/bds/datasets-full"), contract("bds/datasets-full-2025.constructed.json"))
    same_shape(synthetic.json("/bds/reporting-orgs"), contract("bds/reporting-orgs-2025.constructed.json"))
    minimal, full = synthetic.json("/bds/datasets-minimal"), synthetic.json("/bds/datasets-full")
    assert len(minimal["datasets"]) == 120
    assert set(minimal["datasets"][0]) <= set(full["datasets"][0])
    assert "initial_contents" not in json.dumps(minimal)


def test_the_registry_answers_in_the_shape_of_the_contract(synthetic: Serving):
    theirs = contract("iati_registry/ckan-registry-datasets-01-1-dataset.json")
    ours = synthetic.json("/registry/api/3/action/package_search?rows=3")
    same_shape(ours, theirs)
    keys = [extra["key"] for extra in theirs["result"]["results"][0]["extras"]]
    assert [extra["key"] for extra in ours["result"]["results"][0]["extras"]] == keys
    organisation = synthetic.action("organization_show", id="synthetic-0000")
    old = contract("c4iati/registry/metadata/fixture-org.json")
    assert not {key for key in organisation if key.startswith("publisher_")} - {*old, "publisher_ui_url"}


def test_it_shares_no_code_with_our_parsers():
    for path in STANDIN.rglob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) ([\w.]+)", path.read_text(), re.MULTILINE)
        ours = {name for name in imported if name.startswith("ckanext")}
        assert all(name.startswith("ckanext.ess.embedded.standin") for name in ours), path
        others = {name.partition(".")[0] for name in imported} - {"ckanext"}
        assert others <= sys.stdlib_module_names, path


def test_a_folder_is_read_with_its_subfolders(serving: Serving, capsys: pytest.CaptureFixture[str]):
    names = serving.action("package_list")
    assert len(names) == 5
    said = capsys.readouterr().err
    assert "page.xml: passed over, not an IATI file (root element html)" in said
    assert "notes.txt: passed over, not an XML file" in said
    assert "broken.xml: broken" in said
    assert "hidden" not in said


def test_publishers_are_those_that_the_files_name(serving: Serving):
    found = {
        org["short_name"]: (
            org["human_readable_name"],
            org["organisation_identifier"],
            org["organisation_type"],
        )
        for org in serving.json("/bds/reporting-orgs")["reporting_orgs"]
    }
    assert found == {
        "exemple-energie-co": ("Exemple Énergie & Co", "FR-RCS-000000018", "22"),
        "beta": ("Beta", "GB-CHC-0", "22"),
    }


def test_datasets_are_what_their_files_are(serving: Serving, folder: Path):
    by_name = {record["short_name"]: record for record in serving.json("/bds/datasets-full")["datasets"]}
    assert set(by_name) == {
        "beta",
        "beta-organisation",
        "exemple-energie-co-broken",
        "exemple-energie-co-senegal-2024",
        "exemple-energie-co-senegal-2024-2",
    }
    for record in by_name.values():
        good = record["last_known_good_dataset"]
        with urllib.request.urlopen(good["cached_dataset_xml_url"]) as answer:
            body = answer.read()
            assert answer.headers["ETag"] == f'"{good["hash"]}"'
        assert hashlib.sha1(body).hexdigest() == good["hash"]
        plain = re.sub(rb'generated-datetime="[^"]+"', b"", body)
        assert hashlib.sha1(plain).hexdigest() == good["hash_excluding_generated_timestamp"]
        assert good["content_length"] == len(body)
        assert body.decode().startswith(good["initial_contents"][:50])
        with urllib.request.urlopen(record["source_url"]) as answer:
            assert answer.read() == body
    package = serving.action("package_show", id="beta")
    values = {extra["key"]: extra["value"] for extra in package["extras"]}
    assert values == {
        "activity_count": "1",
        "country": "ML",
        "data_updated": "2026-02-03 04:05:06",
        "filetype": "activity",
        "iati_version": "2.02",
        "language": "fr",
        "secondary_publisher": "",
        "validation_status": "Not Found",
    }
    assert package["organization"]["name"] == "beta"
    assert package["resources"][0]["url"].endswith("/files/beta.xml")


def test_identifiers_are_the_same_each_time(folder: Path, tmp_path: Path):
    first = {dataset.name: dataset.id for dataset in Folder(folder).holdings().datasets}
    other = tmp_path / "copy"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("copy"))
    assert {dataset.name: dataset.id for dataset in Folder(other).holdings().datasets} == first
    assert len(set(first.values())) == 5
    assert [dataset.id for dataset in Synthetic(5).holdings().datasets] == [
        dataset.id for dataset in Synthetic(5).holdings().datasets
    ]


def test_made_up_datasets_change_and_go():
    """The others stay what they were, to the byte."""
    before = {one.id: one for one in Synthetic(100).holdings().datasets}
    after = {one.id: one for one in Synthetic(100, changed=3, gone=5).holdings().datasets}
    assert len(after) == 95
    changed = [one for one in after.values() if one.sha1 != before[one.id].sha1]
    assert [one.countries for one in changed] == [(ELSEWHERE,)] * 3
    for one in changed:
        with one.read() as stream:
            body = stream.read()
        assert (len(body), hashlib.sha1(body).hexdigest()) == (one.size, one.sha1)


def test_a_change_in_the_folder_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ckanext.ess.embedded.standin.folder._PATIENCE", -1)
    for serving in served(Folder(folder)):
        etag = serving.get("/bds/datasets-full").headers["ETag"]
        assert serving.get("/bds/datasets-full", method="HEAD").headers["ETag"] == etag
        (folder / "beta.xml").unlink()
        assert len(serving.json("/bds/datasets-full")["datasets"]) == 4
        assert serving.get("/bds/datasets-full").headers["ETag"] != etag
        new = ACTIVITIES.format(ref="X", name="New")
        (folder / "new.xml").write_text(new, encoding="utf-8")
        assert "new" in serving.action("package_list")


def test_conditional_and_head_requests(serving: Serving):
    for path in ("/bds/datasets-full", "/bds/beta/beta.xml", "/files/beta.xml"):
        whole = serving.get(path)
        etag, length = whole.headers["ETag"], whole.headers["Content-Length"]
        head = serving.get(path, method="HEAD")
        assert (head.headers["ETag"], head.headers["Content-Length"], head.read()) == (etag, length, b"")
        assert head.headers["Last-Modified"].endswith("GMT")
        assert serving.status(path, If_None_Match=etag)[0] == 304


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nothing", 404, b"Not found"),
        ("/files/../holdings.py", 404, b"Not found"),
        ("/files/%2e%2e/%2e%2e/etc/passwd", 404, b"Not found"),
        ("/files/notes.txt", 404, b"Not found"),
        ("/registry/api/3/action/package_show?id=x", 404, b"Not Found Error"),
        ("/registry/api/3/action/organization_show?id=x", 404, b'"success": false'),
        ("/registry/api/3/action/nonsense", 400, b"Action name not known"),
        ("/registry/api/3/action/package_search?rows=x", 409, b"Must be a natural number"),
        ("/registry/api/3/action/package_search?fq=((", 409, b"Search Query is invalid"),
    ],
)
def test_questions_that_have_no_answer(path: str, status: int, said: bytes, serving: Serving):
    found, body = serving.status(path)
    assert found == status
    assert said in body


def test_paging_and_order_of_the_registry(synthetic: Serving):
    def ids(**options: str) -> list[str]:
        return [package["id"] for package in synthetic.action("package_search", **options)["results"]]

    whole = ids(sort="id asc", rows="1000")
    assert whole == sorted(whole)
    assert len(whole) == 120
    assert ids(sort="id asc", rows="50", start="100") == whole[100:]
    assert ids(sort="id asc", rows="7", start="120") == []
    assert ids(sort="id desc", rows="3") == whole[::-1][:3]
    assert len(ids()) == 10
    assert len(synthetic.action("package_search", rows="0", fq="organization:synthetic-0001")["results"]) == 0
    assert synthetic.action("package_search", rows="0", fq="organization:synthetic-0001")["count"] == 20


def test_actions_may_be_posted(synthetic: Serving):
    body = json.dumps({"id": "synthetic-0002"}).encode()
    with synthetic.get("/registry/api/3/action/organization_show", method="POST", data=body) as answer:
        assert json.load(answer)["result"]["publisher_iati_id"] == "XM-EXAMPLE-0002"
    assert synthetic.action("organization_list")[:2] == ["synthetic-0000", "synthetic-0001"]
    assert synthetic.action("organization_list", all_fields="true", limit="1")[0]["package_count"] == 20
    assert synthetic.action("site_read") is True


def test_our_sources_read_both_services_alike(synthetic: Serving):
    http = Http(allow_private=True)
    bulk, registry = BulkData(f"{synthetic.base}/bds", http), IatiRegistry(f"{synthetic.base}/registry", http)
    one = {ref.id: bulk.draft(ref) for ref in bulk.refs()}
    two = {ref.id: registry.draft(ref) for ref in registry.refs()}
    assert len(one) == 120
    assert set(one) == set(two)
    assert bulk.complete
    assert registry.complete
    for identifier, draft in one.items():
        other = two[identifier]
        assert (draft.name, draft.file_type, draft.iati_version) == (
            other.name,
            other.file_type,
            other.iati_version,
        )
        assert draft.publisher.iati_identifier == other.publisher.iati_identifier
        assert (draft.publisher.id, draft.publisher.title) == (other.publisher.id, other.publisher.title)
        assert draft.file_hash == other.file_hash
        assert draft.problems == other.problems == ()
    chosen = BulkData(f"{synthetic.base}/bds", http, wanted=Wanted.of(publishers=["XM-EXAMPLE-0003"]))
    assert len(list(chosen.refs())) == 20
    into = io.BytesIO()
    draft = next(iter(one.values()))
    assert http.download(draft.cached_url, into).sha1 == draft.file_hash
    state = bulk.state()
    assert state
    assert state == bulk.state()


def test_synthetic_files_are_valid_and_all_different():
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(shared("standard/schemas/2.03/iati-activities-schema.xsd"))))
    datasets = Synthetic(40, 3).holdings().datasets
    assert len({dataset.sha1_without_generated for dataset in datasets}) == 40
    identifiers = set()
    for dataset in datasets:
        with dataset.read() as stream:
            tree = etree.parse(stream)
        assert schema.validate(tree), schema.error_log
        found = [element.text for element in tree.iter("iati-identifier")]
        assert len(found) == dataset.activity_count
        identifiers.update(found)
    assert len(identifiers) == sum(dataset.activity_count for dataset in datasets)


def test_a_catalogue_may_be_chosen_for_a_publisher(folder: Path):
    described = {
        "publishers": [
            {
                "short_name": "beta",
                "human_readable_name": "Beta, described",
                "organisation_identifier": "GB-CHC-0",
                "catalogues": ["registry"],
                "hq_country": "GB",
            }
        ],
        "datasets": {"beta.xml": {"title": "040324", "licence_id": "odc-by"}},
    }
    (folder / "publishers.json").write_text(json.dumps(described), encoding="utf-8")
    for serving in served(Folder(folder)):
        assert [org["short_name"] for org in serving.json("/bds/reporting-orgs")["reporting_orgs"]] == [
            "exemple-energie-co"
        ]
        assert len(serving.json("/bds/datasets-full")["datasets"]) == 3
        shown = serving.action("package_show", id="beta")
        assert (shown["title"], shown["license_id"]) == ("040324", "odc-by")
        assert shown["organization"]["title"] == "Beta, described"
        assert len(serving.action("package_list")) == 5
