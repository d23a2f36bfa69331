"""``ckan ess index``: an existing Solr gets its fields, differences are found and repaired."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from ckan.cli.cli import ckan
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess import config
from ckanext.ess.iati.extract.rates import Rates
from ckanext.ess.index.activities.client import Core
from ckanext.ess.index.activities.exchange import rates
from ckanext.ess.index.activities.origin import Origin
from ckanext.ess.jobs import activities, draining
from ckanext.ess.store import activity_state
from ckanext.ess.tests.ckan.validation_portal import iati
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running

pytestmark = pytest.mark.usefixtures("validation_portal", "clean_queues")

#: What “solr create” gives a core, as far as it matters: fields of Solr's own, guessed ones, soft commits.
MANAGED = """<schema name="default-config" version="1.6">
<uniqueKey>id</uniqueKey>
<fieldType name="string" class="solr.StrField" sortMissingLast="true" docValues="true"/>
<fieldType name="plong" class="solr.LongPointField" docValues="true"/>
<fieldType name="text_general" class="solr.TextField">
<analyzer><tokenizer name="standard"/></analyzer></fieldType>
<fieldType name="text_fr" class="solr.TextField"><analyzer><tokenizer name="standard"/></analyzer></fieldType>
<field name="id" type="string" indexed="true" stored="true" required="true" multiValued="false"/>
<field name="_version_" type="plong" indexed="false" stored="false"/>
<field name="_root_" type="string" indexed="true" stored="false" docValues="false"/>
<field name="_text_" type="text_general" indexed="true" stored="false" multiValued="true"/>
</schema>
"""
CONFIG = """<config>
<luceneMatchVersion>9.12</luceneMatchVersion>
<schemaFactory class="ManagedIndexSchemaFactory"><bool name="mutable">true</bool></schemaFactory>
<updateHandler class="solr.DirectUpdateHandler2"><updateLog/>
<autoSoftCommit><maxTime>3000</maxTime></autoSoftCommit></updateHandler>
<requestHandler name="/select" class="solr.SearchHandler"/>
</config>
"""


def said(*words: str) -> tuple[int, str]:
    """Status and output of a command."""
    from click.testing import CliRunner

    runner = CliRunner()
    answer = runner.invoke(ckan, ["-c", tk.config["__file__"], "ess", "index", *words])
    return answer.exit_code, answer.output


@pytest.fixture
def existing(activity_core: Core, monkeypatch: pytest.MonkeyPatch) -> Iterator[Core]:
    """A core that an administrator has made in a Solr of his own, with nothing in it."""
    solr, name = activity_core.url.rsplit("/", 1)
    status = requests.get(f"{solr}/admin/cores", {"action": "STATUS", "core": name}, timeout=20).json()
    place = Path(status["status"][name]["instanceDir"]).parent / "existing_activities"
    shutil.rmtree(place, ignore_errors=True)
    (place / "conf").mkdir(parents=True)
    (place / "conf" / "managed-schema.xml").write_text(MANAGED)
    (place / "conf" / "solrconfig.xml").write_text(CONFIG)
    create = {"action": "CREATE", "name": place.name, "instanceDir": str(place)}
    requests.get(f"{solr}/admin/cores", create, timeout=60).raise_for_status()
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, f"{solr}/{place.name}")
    yield Core(f"{solr}/{place.name}")
    unload = {"action": "UNLOAD", "core": place.name, "deleteInstanceDir": "true"}
    requests.get(f"{solr}/admin/cores", unload, timeout=60)


def test_an_existing_solr_gets_its_fields(existing: Core):
    """Once; then it takes what the embedded one takes, and shows nothing by itself. Before, it is told."""
    with running(FakeUpstream()) as site:
        site.serve("/a.xml", iati("", ""))
        factories.Dataset(resources=[{"url": site.url("/a.xml"), "format": "XML"}])
        draining.drain()
        (file,) = activity_state.every()
        assert (file.status, (file.failure or {}).get("code")) == ("nothing", "no-fields")
        _gets_its_fields()
        activities.ask([file.resource_id])
        draining.drain()
    answer = existing.select(q="title_fr:puit", rows=0)
    assert answer["response"]["numFound"] == 2
    settings = existing.get("config/updateHandler")["config"]["updateHandler"]
    assert settings["autoSoftCommit"]["maxTime"] == -1
    assert settings["autoCommit"]["openSearcher"] is False
    existing.delete("*:*")
    existing.commit()


def _gets_its_fields() -> None:
    status, printed = said("init", "--show")
    assert status == 0
    assert '"name": "budget_eur"' in printed
    assert "existing_activities/schema" in printed
    assert said("init")[0] == 0
    status, printed = said("init")
    assert (status, "is ready" in printed) == (0, True)
    assert "add-field" not in said("init", "--show")[1]


@pytest.mark.parametrize(
    ("core", "status", "sentence"),
    [
        ("", 1, "has no index of activities"),
        ("no_such_core", 1, "There is no Solr core at"),
        ("ckan_test", 1, "has fields that are not ours"),
        ("ess_activities_test", 0, "is ready"),
    ],
)
def test_what_is_told_apart(
    activity_core: Core, monkeypatch: pytest.MonkeyPatch, core: str, status: int, sentence: str
):
    """No core configured, none there, somebody else's, ours."""
    url = f"{activity_core.url.rsplit('/', 1)[0]}/{core}" if core else ""
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, url)
    found, printed = said("init")
    assert (found, sentence in printed) == (status, True), printed


def _document(number: int, resource_id: str) -> bytes:
    fields: dict[str, Any] = {
        "id": f"{resource_id}/x/{number}",
        "kind": "activity",
        "resource_id": resource_id,
    }
    return json.dumps({**fields, "dataset_id": "none", "run": "none"}).encode()


def test_differences_are_found_and_repaired(activity_core: Core):
    """Lost, strange and never written activities; then a rebuild, and an empty index filled again."""
    with running(FakeUpstream()) as site:
        for name in "abc":
            site.serve(f"/{name}.xml", iati("", ""))
        files = [{"url": site.url(f"/{name}.xml"), "format": "XML"} for name in "abc"]
        resources = factories.Dataset(resources=files)["resources"]
        draining.drain()
        assert said("check") == (0, "No difference: 6 activities.\n")
        activity_core.delete(f'resource_id:"{resources[0]["id"]}" AND iati_identifier:*-1')
        activity_core.add([_document(number, "nobodys") for number in range(3)])
        activity_core.commit()
        status, printed = said("check")
        assert status == 1
        assert f"{resources[0]['id']}  2 activities expected, 1 in the index" in printed
        assert "nobodys  3 activities of a file that is not ours" in printed
        status, printed = said("update", "--jobs", "1")
        assert (status, "1 files read again; the index holds 6 activities." in printed) == (0, True), printed
        assert said("check") == (0, "No difference: 6 activities.\n")
        assert said("clear", "--yes")[0] == 0
        assert activity_core.select(q="*:*", rows=0)["response"]["numFound"] == 0
        assert "3 files read again; the index holds 6" in said("rebuild", "--jobs", "1")[1]
        assert said("commit") == (0, "0 files made visible.\n")


def test_rates_are_shown(activity_core: Core):
    """With the year that they are of."""
    status, printed = said("rates", "--year", "2020")
    assert (status, "XOF        655.957000" in printed) == (0, True), printed


def test_an_administrator_has_newer_rates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Documents are then made of another engine, so they are written again; a broken table is not used."""
    before = Origin(dataset_id="d", resource_id="r").engine
    table = tmp_path / "rates.tsv"
    monkeypatch.setitem(tk.config, config.ACTIVITIES_RATES, str(table))
    assert rates() is Rates.shipped()
    line = "2030\tUSD\t2\t2030-01-02\t2030-12-31\t250"
    table.write_text(f"year\tcurrency\tper_euro\tfirst_day\tlast_day\tdays\n{line}\n")
    assert rates().convert(Decimal(10), "USD", 2030, "EUR") == (Decimal(5), Decimal(2), 2030)
    assert Origin(dataset_id="d", resource_id="r").engine != before
    table.write_text("year\n2030\tUSD\ttwo\n")
    assert rates() is Rates.shipped()
