"""The IATI Registry's answers: the API of a CKAN, as far as harvesters use it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from ckanext.ess.embedded.standin.filter_query import QueryError, parse
from ckanext.ess.embedded.standin.holdings import REGISTRY, Dataset, Holdings, Publisher, stable_id

MOST_ROWS = 1_000
_DEFAULT_ROWS = 10
_TRUE = ("true", "1", "yes", "on")
Options = Mapping[str, str]


class ActionError(Exception):
    """A question that is refused: status, and the error object of the answer."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"__type": kind, "message": message}


class _Entry(NamedTuple):
    package: dict[str, Any]
    fields: dict[str, list[str]]


class Registry:
    """Answers the actions of one state of the holdings."""

    def __init__(self, holdings: Holdings, base: str) -> None:
        self._base = base
        self._datasets = holdings.of(REGISTRY)
        self._publishers = [found for found in holdings.publishers if REGISTRY in found.catalogues]
        self._counts = Counter(dataset.publisher.short_name for dataset in self._datasets)
        self._by_word = {word: found for found in self._publishers for word in (found.id, found.short_name)}
        self._entries: list[_Entry] = []
        self._lock = threading.Lock()

    def answer(self, action: str, options: Options) -> Any:
        """The ``result`` of an action.

        Raises:
            ActionError: there is no such action or thing, or the question is malformed.
        """
        known: dict[str, Callable[[Options], Any]] = {
            "group_list": lambda _: [],
            "organization_list": self._organization_list,
            "organization_show": self._organization_show,
            "package_list": lambda _: sorted(dataset.name for dataset in self._datasets),
            "package_search": self._package_search,
            "package_show": self._package_show,
            "site_read": lambda _: True,
            "status_show": self._status,
        }
        if action not in known:
            raise ActionError(400, "Bad Request", f"Action name not known: {action}")
        return known[action](options)

    def _package_search(self, options: Options) -> dict[str, Any]:
        try:
            wanted, asked = parse(options.get("fq", "")), parse(_searched(options.get("q", "")))
        except QueryError as error:
            raise ActionError(409, "Search Query Error", f"Search Query is invalid: {error}") from error
        packages = [entry.package for entry in self._listed() if wanted(entry.fields) and asked(entry.fields)]
        sort = options.get("sort") or "title_string asc"
        _order(packages, sort)
        start = _number(options.get("start", "0"), "start")
        rows = min(_number(options.get("rows", str(_DEFAULT_ROWS)), "rows"), MOST_ROWS)
        return {
            "count": len(packages),
            "facets": {},
            "results": packages[start : start + rows],
            "sort": sort,
            "search_facets": {},
        }

    def _listed(self) -> list[_Entry]:
        """All datasets, made once: a client asks for many pages of them."""
        with self._lock:
            if not self._entries:
                packages = map(self._package, self._datasets)
                self._entries = [_Entry(package, _fields_of(package)) for package in packages]
            return self._entries

    def _package_show(self, options: Options) -> dict[str, Any]:
        wanted = options.get("id") or options.get("name_or_id", "")
        for dataset in self._datasets:
            if wanted in (dataset.id, dataset.name):
                return self._package(dataset)
        raise ActionError(404, "Not Found Error", "Not found")

    def _organization_list(self, options: Options) -> list[Any]:
        shown = self._publishers[_number(options.get("offset", "0"), "offset") :]
        shown = shown[: _number(options.get("limit") or "1000", "limit")]
        if options.get("all_fields", "").lower() in _TRUE:
            return [self._organization(publisher, {}) for publisher in shown]
        return [publisher.short_name for publisher in shown]

    def _organization_show(self, options: Options) -> dict[str, Any]:
        publisher = self._by_word.get(options.get("id", ""))
        if publisher is None:
            raise ActionError(404, "Not Found Error", "Not found")
        return self._organization(publisher, options)

    def _status(self, _: Options) -> dict[str, Any]:
        return {"ckan_version": "2.10.4", "site_title": "IATI Registry (stand-in)", "site_url": self._base}

    def _package(self, dataset: Dataset) -> dict[str, Any]:
        moment = dataset.modified.replace(" ", "T").partition("+")[0]
        return {
            "author": None,
            "author_email": dataset.publisher.contact_email,
            "creator_user_id": stable_id(f"user/{dataset.publisher.short_name}"),
            "id": dataset.id,
            "isopen": True,
            "license_id": dataset.license_id,
            "license_title": dataset.license_id,
            "maintainer": None,
            "maintainer_email": None,
            "metadata_created": moment,
            "metadata_modified": moment,
            "name": dataset.name,
            "notes": "",
            "num_resources": 1,
            "num_tags": 0,
            "organization": _short_organization(dataset.publisher),
            "owner_org": dataset.publisher.id,
            "private": False,
            "state": "active",
            "title": dataset.title,
            "type": "dataset",
            "url": None,
            "version": None,
            "extras": _extras(dataset),
            "resources": [self._resource(dataset, moment)],
            "tags": [],
            "groups": [],
            "relationships_as_subject": [],
            "relationships_as_object": [],
        }

    def _resource(self, dataset: Dataset, moment: str) -> dict[str, Any]:
        return {
            "cache_last_updated": None,
            "cache_url": None,
            "created": moment,
            "description": None,
            "format": "IATI-XML",
            "hash": dataset.sha1,
            "id": stable_id(f"resource/{dataset.id}"),
            "last_modified": None,
            "metadata_modified": moment,
            "mimetype": "",
            "mimetype_inner": None,
            "name": None,
            "package_id": dataset.id,
            "position": 0,
            "resource_type": None,
            "size": dataset.size,
            "state": "active",
            "url": f"{self._base}/files/{quote(dataset.path)}",
            "url_type": None,
        }

    def _organization(self, publisher: Publisher, options: Options) -> dict[str, Any]:
        facts = publisher.facts
        record = _short_organization(publisher) | {
            "display_name": publisher.title,
            "license_id": facts.get("default_licence_id", ""),
            "package_count": self._counts[publisher.short_name],
            "publisher_contact": "",
            "publisher_contact_email": publisher.contact_email,
            "publisher_constraints": facts.get("exclusions_policy_url", ""),
            "publisher_country": facts.get("hq_country", ""),
            "publisher_description": facts.get("description", ""),
            "publisher_first_publish_date": facts.get("first_publication_date", ""),
            "publisher_frequency_select": "not_specified",
            "publisher_iati_id": publisher.identifier,
            "publisher_organization_type": facts.get("organisation_type", ""),
            "publisher_source_type": facts.get("reporting_source_type", "").replace("-", "_"),
            "publisher_ui_url": facts.get("data_portal_url", ""),
            "publisher_url": facts.get("website", ""),
            "users": [],
            "tags": [],
            "groups": [],
            "extras": [],
        }
        if options.get("show_historical_publisher_names", "").lower() in _TRUE:
            record["historical_publisher_names"] = [{"old_name": name} for name in publisher.former_names]
        return record


def _short_organization(publisher: Publisher) -> dict[str, Any]:
    return {
        "id": publisher.id,
        "name": publisher.short_name,
        "title": publisher.title,
        "type": "organization",
        "description": "",
        "image_url": "",
        "created": "2020-02-24T20:56:01.763851",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def _extras(dataset: Dataset) -> list[dict[str, str]]:
    values = {
        "activity_count": str(dataset.activity_count),
        "country": dataset.countries[0] if len(dataset.countries) == 1 else "",
        "data_updated": dataset.data_updated,
        "filetype": dataset.kind,
        "iati_version": dataset.version,
        "language": dataset.language,
        "secondary_publisher": "",
        "validation_status": "Not Found",
    }
    return [{"key": key, "value": value} for key, value in values.items()]


def _fields_of(package: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a query may ask of a package."""
    fields = {key: [str(value)] for key, value in package.items() if isinstance(value, str | int) and value}
    for extra in package["extras"]:
        if extra["value"]:
            fields[f"extras_{extra['key']}"] = fields[extra["key"]] = [extra["value"]]
    fields["organization"] = [package["organization"]["name"]]
    fields["dataset_type"], fields["res_format"] = ["dataset"], ["IATI-XML"]
    fields["capacity"] = ["public"]
    fields["text"] = [package["title"], package["name"], package["organization"]["title"]]
    return fields


def _searched(query: str) -> str:
    return "" if query.strip() in ("", "*:*", "*") else query


def _order(packages: list[dict[str, Any]], sort: str) -> None:
    for rule in reversed(sort.split(",")):
        field, _, direction = rule.strip().partition(" ")
        key = "title" if field == "title_string" else field
        packages.sort(key=lambda package: str(package.get(key) or ""), reverse=direction.strip() == "desc")


def _number(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ActionError(409, "Validation Error", f"{name}: Must be a natural number")
    return int(text)
