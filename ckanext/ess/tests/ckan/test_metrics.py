"""Numbers for Prometheus: closed unless opened, and read back by Prometheus's own parser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ckan import model
from ckan.tests import factories

from ckanext.ess.store.harvest import HarvestedDataset, HarvestRun, utcnow
from ckanext.ess.store.validation import ValidationState
from ckanext.ess.tests.ckan.harvest_portal import clear_queues

pytestmark = pytest.mark.usefixtures("shared_portal")
TOKEN = "a-token-of-24-signs-long"
opened = pytest.mark.ckan_config("ckanext.ess.metrics", True)


def test_closed_by_default(app: Any, headers: dict[str, str]):
    assert app.get("/ess/metrics", headers=headers, status=404).status_code == 404


@opened
def test_for_administrators_only(app: Any, headers: dict[str, str]):
    user = factories.UserWithToken()
    for given in ({}, {"Authorization": user["token"]}, {"Authorization": f"Bearer {TOKEN}"}):
        answer = app.get("/ess/metrics", headers=given, status=401)
        assert "ess_" not in answer.body
    assert app.get("/ess/metrics", headers=headers).status_code == 200


@opened
@pytest.mark.parametrize(
    ("stands", "given", "status"),
    [
        (TOKEN, TOKEN, 200),
        (TOKEN + "\n", f"Bearer {TOKEN}", 200),
        (TOKEN, "Bearer another-token-as-long", 401),
        (TOKEN, "", 401),
        ("short", "Bearer short", 401),
        ("", "Bearer ", 401),
    ],
)
def test_the_token_of_a_collector(
    app: Any,
    ckan_config: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stands: str,
    given: str,
    status: int,
):
    (tmp_path / "token").write_text(stands)
    monkeypatch.setitem(ckan_config, "ckanext.ess.metrics.token_file", str(tmp_path / "token"))
    app.get("/ess/metrics", headers={"Authorization": given}, status=status)


@opened
def test_the_numbers(app: Any, headers: dict[str, str], call: Any):
    """Help and type of each, counts of this very portal."""
    clear_queues()
    data = {
        "name": "source-mesuree",
        "title": "Mesurée",
        "url": "https://example.org/",
        "source_type": "iati-bulk",
    }
    source_id = call("harvest_source_create", **data)["id"]
    dataset = factories.Dataset(resources=[{"url": "https://example.org/a.xml"}])
    now = utcnow()
    model.Session.add(
        HarvestRun(source_id=source_id, started=now, gathered=now, finished=now, found=7, added=3)
    )
    model.Session.add(
        HarvestRun(source_id=source_id, started=now.replace(year=2025), error="down", finished=now)
    )
    model.Session.add(
        HarvestedDataset(source_id=source_id, guid="1", package_id=dataset["id"], problem="404")
    )
    state = ValidationState(
        resource_id=dataset["resources"][0]["id"], package_id=dataset["id"], status="errors"
    )
    model.Session.merge(state)
    model.Session.commit()

    answer = app.get("/ess/metrics", headers=headers)

    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    families = {one.name: one for one in text_string_to_metric_families(answer.body)}
    assert all(one.documentation and one.type in ("counter", "gauge") for one in families.values())
    told = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for one in families.values()
        for sample in one.samples
    }
    name = "source-mesuree"
    assert told["ess_harvest_runs_total", name, "well"] == 1
    assert told["ess_harvest_runs_total", "failed", name] == 1
    assert told["ess_harvest_last_run_datasets", "found", name] == 7
    assert told["ess_harvest_last_run_duration_seconds", name] == 0
    assert told["ess_harvest_last_success_timestamp_seconds", name] > 1_700_000_000
    assert told["ess_harvest_datasets", name, "unreadable"] == 1
    assert told["ess_harvest_queue_length", "gather"] == 0
    assert told["ess_validation_verdicts", "errors"] >= 1
    assert ("ess_validation_queue_length",) in told


@opened
def test_labels_are_escaped(app: Any, headers: dict[str, str], call: Any):
    """Whatever stands in the database, the format holds."""
    made = call(
        "harvest_source_create",
        name="hostile",
        title="H",
        url="https://example.org/h",
        source_type="iati-bulk",
    )
    package = model.Package.get(made["id"])
    package.name = 'a"b\\c\nd'
    model.Session.add(HarvestRun(source_id=made["id"], started=utcnow(), found=1))
    model.Session.commit()
    try:
        families = text_string_to_metric_families(app.get("/ess/metrics", headers=headers).body)
        labels = [sample.labels.get("source") for one in families for sample in one.samples]
        assert 'a"b\\c\nd' in labels
    finally:
        package = model.Package.get(made["id"])
        package.name = "hostile"
        model.Session.commit()
