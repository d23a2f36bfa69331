"""A real udata, served over HTTP, harvested by the running portal with the portal's own command."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ckanext.ess.tests.udata.test_udata import HERE, PORTAL, PYTHON, ask, pytestmark

__all__ = ["pytestmark"]
PATIENCE = 120


class Served(NamedTuple):
    """A udata that answers: its address, and a token that may delete."""

    url: str
    token: str

    def datasets(self) -> list[dict[str, Any]]:
        """All that it lists."""
        with urllib.request.urlopen(f"{self.url}/api/1/datasets/?page_size=100", timeout=60) as answer:
            return json.load(answer)["data"]

    def delete(self, identifier: str) -> None:
        """Delete a dataset, as its editor would."""
        address = f"{self.url}/api/1/datasets/{identifier}/"
        request = urllib.request.Request(address, method="DELETE", headers={"X-API-KEY": self.token})
        urllib.request.urlopen(request, timeout=60).close()


@pytest.fixture(scope="module")
def udata() -> Iterator[Served]:
    """A udata in a process of its own, with 48 datasets of three organisations."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(PYTHON), str(HERE / "udata_serve.py"), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            first = next(line for line in process.stdout or () if line.startswith("TOKEN "))
            served = Served(f"http://127.0.0.1:{port}", first.split()[1])
            _wait_for(served)
            yield served
        finally:
            process.terminate()


def _wait_for(served: Served) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            served.datasets()
        except OSError:  # noqa: PERF203 - it waits anyway
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


def ckan(*words: str) -> subprocess.CompletedProcess[str]:
    """Run ``ckan ess harvest …`` on the portal's own configuration."""
    program = shutil.which("ckan", path=str(Path(sys.executable).parent))
    assert program
    command = [program, "-c", os.environ["ESS_PORTAL_INI"], "ess", "harvest", *words]
    # what stands in the environment is for tests that may empty their data
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CKAN_")}
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=600)


def report() -> dict[str, Any]:
    """What the last run did."""
    return json.loads(ckan("report", "udata", "--json").stdout)


def harvested() -> dict[str, dict[str, Any]]:
    """The portal's datasets from there, by their identifier there."""
    found = ask('package_search?q=harvest_source_title:"udata"&rows=1000')["results"]
    return {dataset["ess_harvest_id"]: dataset for dataset in found}


def test_from_the_first_run_to_a_deletion(udata: Served):
    """48 datasets with organisations, files, schema; unchanged by a second run; one that goes is followed."""
    settings = '{"grace_days": 0}'
    added = ckan("add", "udata", udata.url, "--type", "udata", "--config", settings)
    assert added.returncode == 0, added.stdout + added.stderr

    first = ckan("run", "udata")
    assert first.returncode == 0, first.stdout + first.stderr
    there = {dataset["id"]: dataset for dataset in udata.datasets()}
    here = harvested()
    assert len(here) == 48
    assert set(here) == set(there)
    for identifier, dataset in here.items():
        _is_like(dataset, there[identifier])

    second = ckan("run", "udata")
    assert second.returncode == 0, second.stdout + second.stderr
    done = report()
    assert (done["found"], done["unchanged"], done["added"], done["updated"]) == (48, 48, 0, 0)
    assert harvested() == here

    gone = min(there)
    udata.delete(gone)
    third = ckan("run", "udata")
    assert third.returncode == 0, third.stdout + third.stderr
    assert set(harvested()) == set(here) - {gone}
    assert report()["deleted"] == 1


def _is_like(dataset: dict[str, Any], record: dict[str, Any]) -> None:
    assert dataset["title"] == record["title"]
    assert dataset["license_id"] == "lov2"
    assert dataset["frequency"] == "ANNUAL"
    assert dataset["organization"]["title"] == record["organization"]["name"]
    assert [file["url"] for file in dataset["resources"]] == [file["url"] for file in record["resources"]]
    schemas = [(file["schema"] or {}).get("name") or "" for file in record["resources"]]
    assert [file.get("ess_schema", "") for file in dataset["resources"]] == schemas
    assert dataset["ess_kind"] == ("grants" if any(schemas) else "other")


def test_organisations_have_their_numbers():
    """SIRET and SIREN, checked, and the family that a badge tells."""
    known = {
        one["title"]: one for one in ask("organization_list?all_fields=true&include_extras=true&limit=1000")
    }
    association = known["Fédération des associations d’entraide"]
    assert (association["ess_siret"], association["ess_family"]) == ("12345678200010", "association")
    assert known["Métropole d’Exemple"]["ess_family"] == "public"
    assert PORTAL
