"""The Bulk Data Service's answers, as versions from 1.3.3 on give them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ckanext.ess.embedded.standin.holdings import BULK, Dataset, Holdings, Publisher


def datasets_minimal(holdings: Holdings, base: str) -> dict[str, Any]:
    """The index of datasets, short form."""
    return _index(holdings, "datasets", [_minimal(dataset, base) for dataset in holdings.of(BULK)])


def datasets_full(holdings: Holdings, base: str) -> dict[str, Any]:
    """The index of datasets, long form."""
    return _index(holdings, "datasets", [_full(dataset, base) for dataset in holdings.of(BULK)])


def reporting_orgs(holdings: Holdings, base: str) -> dict[str, Any]:  # noqa: ARG001 (one signature for all)
    """The index of reporting organisations."""
    shown = [publisher for publisher in holdings.publishers if BULK in publisher.catalogues]
    return _index(holdings, "reporting_orgs", [_organisation(publisher) for publisher in shown])


INDICES = {
    "datasets-minimal": datasets_minimal,
    "datasets-full": datasets_full,
    "reporting-orgs": reporting_orgs,
}


def cached_path(dataset: Dataset) -> str:
    """Path of the service's copy of a file, below its address."""
    return f"{dataset.publisher.short_name}/{dataset.name}.xml"


def _index(holdings: Holdings, member: str, records: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        member: records,
        "index_created": holdings.created,
        "index_created_unix_timestamp": holdings.created_seconds,
    }


def _minimal(dataset: Dataset, base: str) -> dict[str, Any]:
    return {
        "id": dataset.id,
        "last_known_good_dataset": _copy(dataset, base),
        "last_update_check": dataset.modified,
        "licence_id": dataset.license_id,
        "reporting_org_id": dataset.publisher.id,
        "reporting_org_short_name": dataset.publisher.short_name,
        "short_name": dataset.name,
        "source_url": f"{base}/files/{quote(dataset.path)}",
    }


def _full(dataset: Dataset, base: str) -> dict[str, Any]:
    attempt = {"datetime": dataset.modified, "error_occurred": False, "error_details": {}, "http_status": 200}
    record = _minimal(dataset, base)
    record["most_recent_head_attempt"] = dict(attempt)
    record["most_recent_get_attempt"] = dict(attempt)
    record["last_known_good_dataset"] |= {
        "content_length": dataset.size,
        "initial_contents": dataset.initial_contents,
        "server_header_last_modified": dataset.modified,
        "server_header_etag": f'"{dataset.sha1}"',
        "cached_dataset_xml_etag": f'"{dataset.sha1}"',
        "cached_dataset_zip_etag": None,
    }
    return record


def _copy(dataset: Dataset, base: str) -> dict[str, Any]:
    url = f"{base}/bds/{cached_path(dataset)}"
    return {
        "cached_dataset_url_xml": url,
        "cached_dataset_xml_url": url,
        "cached_dataset_url_zip": None,
        "cached_dataset_zip_url": None,
        "downloaded": dataset.modified,
        "hash": dataset.sha1,
        "hash_excluding_generated_timestamp": dataset.sha1_without_generated,
        "source_url": f"{base}/files/{quote(dataset.path)}",
        "verified_on_server": dataset.modified,
    }


def _organisation(publisher: Publisher) -> dict[str, Any]:
    keys = (
        "created_date",
        "data_portal_url",
        "default_licence_id",
        "description",
        "exclusions_policy_url",
        "first_publication_date",
        "hq_country",
        "organisation_type",
        "region",
        "reporting_source_type",
        "website",
    )
    return {key: publisher.facts.get(key) or None for key in keys} | {
        "human_readable_name": publisher.title,
        "iati_identifier": publisher.identifier,
        "id": publisher.id,
        "organisation_identifier": publisher.identifier,
        "short_name": publisher.short_name,
    }
