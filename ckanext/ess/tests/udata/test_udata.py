"""What arrives in a udata that harvests the running portal, through both of its backends."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from ckanext.ess.tests.installed import ROOT

HERE = Path(__file__).parent
PYTHON = Path(os.environ.get("ESS_UDATA_PYTHON") or ROOT / ".venv-udata" / "bin" / "python")
PORTAL = os.environ.get("ESS_PORTAL_URL", "").rstrip("/")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="udata has no environment here: run `make test-udata`"),
    pytest.mark.skipif(not PORTAL, reason="ESS_PORTAL_URL names no running portal: run `make test-udata`"),
]


def ask(action: str) -> Any:
    """Call an action of the portal as a visitor."""
    with urllib.request.urlopen(f"{PORTAL}/api/3/action/{action}", timeout=60) as answer:
        return json.load(answer)["result"]


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, Any]]:
    """Public datasets of the portal by identifier."""
    found = ask("package_search?fq=dataset_type:dataset&rows=1000")["results"]
    return {dataset["id"]: dataset for dataset in found}


@pytest.fixture(scope="module", params=["ckan", "dcat"])
def harvested(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Result of one backend's harvest."""
    url = PORTAL if request.param == "ckan" else f"{PORTAL}/catalog.ttl"
    answer = subprocess.run(
        [str(PYTHON), str(HERE / "udata_harvest.py"), request.param, url],
        check=False, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-3000:]
    return {**json.loads(answer.stdout.splitlines()[-1]), "backend": request.param}


def test_every_dataset_arrives(harvested: dict[str, Any], published: dict[str, Any]):
    """None failed, none was skipped, none is missing."""
    assert harvested["errors"] == []
    assert [item for item in harvested["items"] if item["status"] != "done"] == []
    assert harvested["status"] == "done"
    assert {dataset["remote_id"] for dataset in harvested["datasets"]} == set(published)
    assert published


def test_outsiders_see_datasets_only(published: dict[str, Any]):
    """The portal has public harvest sources; ``package_list`` does not show them."""
    sources = ask("package_search?fq=dataset_type:harvest")["results"]
    assert sources
    assert set(ask("package_list")) == {dataset["name"] for dataset in published.values()}


def test_licences_are_recognised(harvested: dict[str, Any], published: dict[str, Any]):
    """A dataset under Licence Ouverte is under Licence Ouverte there."""
    wanted = {identity for identity, dataset in published.items() if dataset.get("license_id") == "lov2"}
    assert wanted
    assert {d["remote_id"] for d in harvested["datasets"] if d["license"] == "lov2"} >= wanted


def test_checksums_arrive(harvested: dict[str, Any], published: dict[str, Any]):
    """Through DCAT, a file's digest arrives with its algorithm; udata's CKAN backend reads none."""
    if harvested["backend"] == "ckan":
        pytest.skip("udata's CKAN backend drops checksums")
    sent = {r["hash"] for dataset in published.values() for r in dataset["resources"] if r.get("hash")}
    assert sent
    got = {r["checksum"][1] for d in harvested["datasets"] for r in d["resources"] if r["checksum"]}
    assert got == {digest.rpartition(":")[2].lower() for digest in sent}


def test_our_fields_survive(harvested: dict[str, Any], published: dict[str, Any]):
    """Through CKAN they are in the extras; through DCAT, goals and themes are among the tags."""
    datasets = {dataset["remote_id"]: dataset for dataset in harvested["datasets"]}
    for identity, dataset in published.items():
        if harvested["backend"] == "ckan":
            assert datasets[identity]["extras"].get("ess_kind") == dataset["ess_kind"]
        else:
            assert set(datasets[identity]["tags"]) >= {
                f"odd-{number}" for number in dataset.get("ess_sdg", [])
            }


def test_texts_keep_their_accents(harvested: dict[str, Any], published: dict[str, Any]):
    """Titles arrive letter by letter: the answer says its encoding."""
    titles = {dataset["remote_id"]: dataset["title"] for dataset in harvested["datasets"]}
    assert titles == {identity: dataset["title"] for identity, dataset in published.items()}
    assert any(not title.isascii() for title in titles.values())


def test_schemas_are_addresses(harvested: dict[str, Any], published: dict[str, Any]):
    """Through DCAT, a file's schema is an address that people can open."""
    if harvested["backend"] == "ckan":
        pytest.skip("udata's CKAN backend drops schemas")
    described = sum(bool(r.get("ess_schema")) for d in published.values() for r in d["resources"])
    schemas = [r["schema"] for d in harvested["datasets"] for r in d["resources"] if r["schema"]]
    assert len(schemas) == described
    assert all(address.startswith("http") for address in schemas)
