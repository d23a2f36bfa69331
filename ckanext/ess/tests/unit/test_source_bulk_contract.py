"""The Bulk Data Service: every file of its contract, with the values that a person reads off it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from ckanext.ess.sources.base import DatasetDraft, PublisherDraft
from ckanext.ess.tests.shared import shared, shared_files
from ckanext.ess.tests.unit.bulk_indices import contract, read
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream


def org_1() -> PublisherDraft:
    return PublisherDraft(
        id="aaaaaaaa-pub1-4cb6-b08e-496e634e0cf0",
        name="test-org-1",
        title="Test Org 01",
        iati_identifier="TEST-ORG-01",
    )


def expected_activity_1(**changes: Any) -> DatasetDraft:
    draft = DatasetDraft(
        id="aaaaaaaa-9bc5-41dd-9b16-9d9ea28cdf0a",
        name="test-org-1-act-01",
        title="",
        publisher=org_1(),
        source_url="http://test-org-1.org/iati-xml-files/test-org-1-activity-1.xml",
        cached_url="http://localhost:3005/iati-xml-files/test-org-1-activity-1.xml",
        content_hash="fbd23a51c3cc20d6fd53bd3d5c8b1568ec802170",
        file_hash="60917540ffa08d2d038dcb72cff85bf7a8830f18",
        license_id="other-at",
        modified="2024-10-10T04:34:04+00:00",
    )
    return dataclasses.replace(draft, **changes)


#: What a person reads off each file of the contract.
EXPECTED: dict[str, list[DatasetDraft]] = {
    "datasets-full-2025.constructed.json": [
        DatasetDraft(
            id="c8a40aa5-9f31-4bcf-a36f-51c1fc2cc159",
            name="aidagency-culpa",
            title="",
            publisher=PublisherDraft(
                id="ea055d99-f7e9-456f-9f99-963e95493c1b",
                name="aidagency",
                title="Et Et Rerum",
                iati_identifier="UN-KNOWN-ORG-123123",
                organisation_type="70",
                country="GB",
                region="789",
                source_type="primary",
                description="A harum aut.",
                website="https://little-licensing.name",
                exclusions_url="https://quintessential-review.net",
                license_id="cc-by",
                first_published="2025-01-02",
            ),
            source_url="http://jaunty-kick.net",
            cached_url="https://bulk-data.iatistandard.org/aidagency/aidagency-culpa.xml",
            file_type="activities",
            iati_version="2.03",
            content_hash="da0aaf9ea45e9d1e25880b4afa2b7bf9e4b5c501",
            file_hash="5c5d7e150145f34975485e6a4b862d5f238f7f84",
            size=423423,
            license_id="cc-by",
            modified="2025-01-02T03:04:05+00:00",
        )
    ],
    "minimal-1-activity-file-200-status-modified.json": [
        expected_activity_1(
            source_url="http://test-org-1.org/iati-xml-files/test-org-1-activity-1-modified.xml",
            cached_url="http://localhost:3005/iati-xml-files/test-org-1-activity-1-modified.xml",
            content_hash="043e0e0fe9d02418d50c37c058dba8c9a02a5ee4",
            file_hash="6fb76e0d539f6229e7d5a6cddaf4e046fa75de82",
            modified="2024-10-10T04:33:04+00:00",  # its offset is "+00:01"
        )
    ],
    "minimal-1-activity-file-200-status.json": [expected_activity_1()],
    "minimal-1-activity-file-bds-failed-to-download.json": [
        expected_activity_1(
            source_url="http://test-org-1.org/iati-xml-files/test-org-1-activity-1-404.xml",
            cached_url="",
            content_hash="",
            file_hash="",
            modified="",
            problems=("doubt.copy: ",),
        )
    ],
    "minimal-1-activity-file-dataset-404s.json": [
        expected_activity_1(cached_url="http://localhost:3005/404")
    ],
    "minimal-1-activity-file-dataset-500s.json": [
        expected_activity_1(cached_url="http://localhost:3005/500")
    ],
    "minimal-2-activity-files-2-publishers-200-status.json": [
        expected_activity_1(  # the index of organisations gives this name another identifier: that one stands
            cached_url="https://bulk-data.iatistandard.org/test-org-1/test-org-1-act-01.xml",
            content_hash="854a53af5c9666f737514a12e8a3d05316579a19",
            file_hash="780319192ca4c79184ca79bc4fc4849bf984d2f5",
        ),
        expected_activity_1(
            id="bbbbbbbb-9bc5-41dd-9b16-9d9ea28cdf0b",
            name="test-org-2-act-01",
            publisher=PublisherDraft(
                id="bbbbbbbb-pub2-4cb6-b08e-496e634e0cf0",
                name="test-org-2",
                title="Test Org 02",
                iati_identifier="TEST-ORG-02",
            ),
            source_url="http://test-org-2.org/iati-xml-files/test-org-2-activity-1.xml",
            cached_url="https://bulk-data.iatistandard.org/test-org-2/test-org-1-act-01.xml",
            content_hash="854a53af5c9666f737514a12e8a3d05316579a11",
            file_hash="780319192ca4c79184ca79bc4fc4849bf984d2f1",
        ),
    ],
    "minimal-3-activity-files-3-publishers-200-status.json": [
        expected_activity_1(license_id=""),
        expected_activity_1(
            id="bbbbbbbb-9bc5-41dd-9b16-9d9ea28cdf0b",
            name="test-org-2-act-01",
            publisher=PublisherDraft(
                id="bbbbbbbb-pub2-4cb6-b08e-496e634e0cf0",
                name="test-org-2",
                title="Test Org 02",
                iati_identifier="TEST-ORG-02",
            ),
            source_url="http://test-org-2.org/iati-xml-files/test-org-2-activity-1.xml",
            cached_url="http://localhost:3005/iati-xml-files/test-org-2-activity-1.xml",
            content_hash="2f70ee0c0ee83daaf0bbbdc8c87a52eef2377c7b",
            file_hash="ebb0f1155b3e2865406aab1d891791aa1da7f01c",
            license_id="",
        ),
        expected_activity_1(
            id="cccccccc-9bc5-41dd-9b16-9d9ea28cdf0c",
            name="test-org-3-act-01",
            publisher=PublisherDraft(
                id="cccccccc-pub3-4cb6-b08e-496e634e0cf0",
                name="test-org-3",
                title="Test Org 03",
                iati_identifier="TEST-ORG-03",
            ),
            source_url="http://test-org-3.org/iati-xml-files/test-org-3-activity-1.xml",
            cached_url="http://localhost:3005/iati-xml-files/test-org-3-activity-1.xml",
            content_hash="5664beb2ec52ad5f158c1615666d69458a2cb188",
            file_hash="405fd0d88ff6196a6b8e75825f49a440f7aa5713",
            license_id="",
        ),
    ],
}
#: How many of three publishers each index of organisations describes.
DESCRIBED = {
    "reporting-org-index-01.json": 3,
    "reporting-org-index-02-1-reporting-org-removed.json": 2,
    "reporting-org-index-03-a-single-reporting-org.json": 1,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_index_of_the_contract(name: str, upstream: FakeUpstream):
    orgs = "reporting-orgs-2025.constructed.json" if "constructed" in name else "reporting-org-index-01.json"
    assert read(upstream, contract(name), contract(orgs)) == EXPECTED[name]


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_index_of_organisations(name: str, upstream: FakeUpstream):
    drafts = read(upstream, contract("minimal-3-activity-files-3-publishers-200-status.json"), contract(name))
    described = [draft for draft in drafts if draft.publisher.iati_identifier]
    assert len(described) == DESCRIBED[name]
    for draft in drafts[len(described) :]:
        assert draft.publisher == PublisherDraft(
            id=f"{draft.id[:8]}-pub{draft.name[9]}-4cb6-b08e-496e634e0cf0",
            name=draft.publisher.name,
            title=draft.publisher.name,
        )
        assert draft.problems == (f"doubt.publisher: {draft.publisher.name}",)


def test_no_file_of_the_contract_is_forgotten():
    shared("contracts/bds")
    known = {*EXPECTED, *DESCRIBED, "reporting-orgs-2025.constructed.json"}
    assert {path.name for path in shared_files("contracts/bds/*.json")} == known


def test_samples_of_the_contract_are_what_the_table_says():
    """The stored files that the indices name have the hashes that the indices say."""
    import hashlib

    path: Path = shared("contracts/bds/iati-xml-files/test-org-1-activity-1.xml")
    digest = hashlib.sha1(path.read_bytes()).hexdigest()
    assert digest == EXPECTED["minimal-1-activity-file-200-status.json"][0].file_hash
