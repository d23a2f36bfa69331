"""Sample files through the portal: its verdicts are those of ``ess-iati validate`` on the same bytes."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from ckan import model
from ckan.lib.search import rebuild

from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.iati.validate.verdict import verdict
from ckanext.ess.jobs import draining
from ckanext.ess.store import claims, verdicts
from ckanext.ess.tests.ckan.validation_portal import act
from ckanext.ess.tests.shared import shared_files
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running

pytestmark = pytest.mark.usefixtures("validation_portal", "clean_queues")

#: Bytes of the largest sample that is taken; a variable lets one take all of them.
LARGEST = int(os.environ.get("ESS_TEST_LARGEST_SAMPLE", "60000"))
FILES = [path for path in shared_files("samples/*/*.xml") if path.stat().st_size <= LARGEST]


def load(upstream: FakeUpstream) -> dict[str, Path]:
    """A public dataset for each file, in one transaction; returns the files by resource."""
    found: dict[str, Path] = {}
    for number, path in enumerate(FILES):
        upstream.serve(f"/{number}.xml", path.read_bytes())
        package = model.Package(name=f"sample-{number}", title=path.name, type="dataset")
        package.extras = {"ess_kind": "iati-activities"}
        one = model.Resource(url=upstream.url(f"/{number}.xml"), format="XML")
        package.resources_all.append(one)
        model.Session.add(package)
        found[one.id] = path
    model.Session.commit()
    rebuild(quiet=True)
    return found


def test_portal_and_command_agree():
    """On every file: status, counts by severity and by rule, version, activities; and the facet's counts."""
    with running(FakeUpstream()) as upstream:
        files = load(upstream)
        assert len(files) > 40
        assert claims.due() == len(files)
        assert draining.drain() == len(files)
    statuses: Counter[str] = Counter()
    for identifier, path in files.items():
        report = validate(path, Options(max_findings=100_000))
        shown = act("ess_validation_show", resource_id=identifier)
        assert (shown["status"], path.name) == (verdict(report), path.name)
        assert (shown["summary"], shown["version"]) == (report.counts(), report.version), path.name
        assert {one["rule"]: one["count"] for one in shown["rules"]} == dict(report.rules), path.name
        assert shown["activity_count"] == report.activity_count, path.name
        assert shown["kept_findings"] == len(report.findings), path.name
        statuses[shown["status"]] += 1
    facets = act("package_search", **{"facet.field": ["ess_validation"], "rows": 0})["facets"][
        "ess_validation"
    ]
    listed = act("ess_validation_list", limit=1)["counts"]
    assert facets == statuses == {status: number for status, number in listed.items() if number}
    assert len(statuses) > 2
    packages = [one.package_id for one in model.Session.query(model.Resource)]
    assert Counter(verdicts.of_packages(packages).values()) == statuses
