"""A converted sheet saved as files of a dataset: the same resource each time, each version kept."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from werkzeug.datastructures import FileStorage

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.iati.changes import Known, activities, compare
from ckanext.ess.jobs import files
from ckanext.ess.store import publications
from ckanext.ess.store.conversions import Conversion
from ckanext.ess.store.converting import Details
from ckanext.ess.store.publications import PublishedVersion

ACTIVITIES, ORGANISATION = "activities", "organisation"
#: Datasets offered to put a file into, and names in a list of changes; all changes are counted.
_MOST_DATASETS, _MOST_NAMED = 200, 500
_SCHEMAS = {ACTIVITIES: "iati-activities-2.03", ORGANISATION: "iati-organisations-2.03"}
_NAMES = {ACTIVITIES: "activites", ORGANISATION: "organisation"}
_LICENCE = "lov2"


class Target(NamedTuple):
    """Where a file can be saved: a dataset, and the file in it that it replaces; "" for a new one.

    ``is_usual`` says that the publisher's file was saved there before.
    """

    dataset: str
    title: str
    resource: str = ""
    resource_name: str = ""
    is_usual: bool = False

    @property
    def value(self) -> str:
        """What a form sends for it."""
        return f"{self.dataset}/{self.resource}"


class _File(NamedTuple):
    kind: str
    name: str
    content: bytes
    made: Mapping[str, Known]


def targets(organizations: list[str], file_name: str) -> list[Target]:
    """Where somebody may save a file, the latest datasets first.

    Args:
        organizations: those whose datasets they may change.
        file_name: of the activities.
    """
    if not organizations:
        return []
    query = {
        "fq": "owner_org:(%s) AND dataset_type:dataset" % " OR ".join(organizations),  # noqa: UP031 - Solr's braces
        "include_private": True,
        "rows": _MOST_DATASETS,
        "sort": "metadata_modified desc",
    }
    found: list[Target] = []
    known = _published(file_name)
    for dataset in tk.get_action("package_search")({}, query)["results"]:
        found.append(Target(dataset["id"], dataset["title"] or dataset["name"]))
        for one in dataset["resources"]:
            if one.get("url_type") == "upload" and (one.get("format") or "").upper() in {"XML", "IATI", ""}:
                name = one.get("name") or one["url"]
                found.append(Target(dataset["id"], found[-1].title, one["id"], name, one["id"] in known))
    return found


def _published(file_name: str) -> set[str]:
    query = model.Session.query(PublishedVersion.resource_id).filter(PublishedVersion.name == file_name)
    return {row.resource_id for row in query}


def name_of(conversion: Conversion, kind: str) -> str:
    """Name of a file: the same for the same publisher, so that its address stays."""
    publisher = conversion.result.get("publisher", {}).get("id", "")
    kept = "".join(char if char.isalnum() or char == "-" else "-" for char in publisher)
    return f"{_NAMES[kind]}-{kept}.xml".lower()


def save(conversion: Conversion, dataset: str, resource: str, fields: Mapping[str, str]) -> None:
    """Save the files of a conversion, and note where.

    Args:
        conversion: the sheet, converted.
        dataset: identifier of the dataset, "" for a new one.
        resource: identifier of the file with activities that is replaced, "" for none.
        fields: ``title``, ``organization``, ``licence`` of a new dataset.

    Raises:
        NotAuthorized: who asks may not change the dataset.
        ObjectNotFound: there is no such dataset or file.
        ValidationError: CKAN refuses a field or the file.
    """
    made = list(_files(conversion))
    _refuse_too_large(made)
    package = _package(conversion, dataset, fields)
    saved: dict[str, str] = {}
    for file in made:
        there = [one for one in package["resources"] if one["id"] == resource and file.kind == ACTIVITIES]
        there = there or [one for one in package["resources"] if one["id"] in _published(file.name)]
        if resource and file.kind == ACTIVITIES and not there:
            raise tk.ObjectNotFound
        saved[file.kind] = _write(package["id"], there[0] if there else None, file)["id"]
    noted = {"round": conversion.round, "dataset": package["id"], "resources": saved}
    conversion.choices = {**conversion.choices, "saved": noted}
    model.Session.commit()


def _package(conversion: Conversion, dataset: str, fields: Mapping[str, str]) -> dict[str, Any]:
    if dataset:
        tk.check_access("package_update", {}, {"id": dataset})
        return tk.get_action("package_show")({}, {"id": dataset})
    title = fields.get("title", "").strip()[:200]
    publisher = conversion.result.get("publisher", {})
    new = {
        "title": title,
        "notes": tk._("Projects of {name}, in the IATI format, made from a spreadsheet.").format(
            name=publisher.get("name", "")
        ),
        "owner_org": fields.get("organization", ""),
        "license_id": fields.get("licence") or _LICENCE,
        "ess_kind": "iati-activities",
        "ess_file_type": ACTIVITIES,
        "ess_iati_version": "2.03",
        "ess_publisher_id": publisher.get("id", ""),
    }
    return tk.get_action("package_create")({}, new)


def _files(conversion: Conversion) -> Iterator[_File]:
    if conversion.activities:
        content = zlib.decompress(conversion.activities)
        made = Details(conversion.details).made
        yield _File(ACTIVITIES, name_of(conversion, ACTIVITIES), content, made)
    if conversion.organisation:
        content = zlib.decompress(conversion.organisation)
        name = name_of(conversion, ORGANISATION)
        yield _File(ORGANISATION, name, content, activities(io.BytesIO(content)))


def _refuse_too_large(made: list[_File]) -> None:
    """Say so before a dataset is made."""
    most = config.max_upload_bytes()
    if any(len(file.content) > most for file in made):
        said = tk._("The file is larger than {number} MB, the most that this portal keeps.")
        raise tk.ValidationError({"upload": [said.format(number=most // 1024**2)]})


def _write(package: str, there: dict[str, Any] | None, file: _File) -> dict[str, Any]:
    """Make or replace a resource, and keep the version."""
    names = {ACTIVITIES: tk._("IATI activities"), ORGANISATION: tk._("IATI organisation file")}
    upload = FileStorage(io.BytesIO(file.content), file.name, content_type="application/xml")
    fields = {"upload": upload, "url": file.name, "format": "XML", "ess_schema": _SCHEMAS[file.kind]}
    if there is None:
        fields.update(package_id=package, name=names[file.kind])
        saved = tk.get_action("resource_create")({}, fields)
        before: Mapping[str, Known] = {}
    else:
        before = _before(there, file)
        upload.filename = there["url"].rpartition("/")[2] or file.name
        saved = tk.get_action("resource_patch")({}, {**fields, "id": there["id"], "url": upload.filename})
    if saved.get("url_type") != "upload":
        raise tk.ValidationError({"upload": [tk._("This portal keeps no files: download yours instead.")]})
    _keep(saved, file, before)
    return saved


def _before(resource: dict[str, Any], file: _File) -> Mapping[str, Known]:
    """What the file held so far; where it was not published from a sheet, that version is kept now."""
    known = publications.versions(resource["id"])
    if known:
        return known[0].activities()
    with suppress(files.NotReadError):
        opened = files.open_upload(resource, config.validation_max_bytes())
        try:
            content = b"".join(iter(lambda: opened.stream.read(1 << 16), b""))
        finally:
            opened.close()
        held = activities(io.BytesIO(content))
        version = PublishedVersion(
            resource_id=resource["id"], user_id="", name=file.name, kind=file.kind, activity_count=len(held)
        )
        publications.keep(version, held, content)
        model.Session.flush()
        return held
    return {}


def _keep(resource: dict[str, Any], file: _File, before: Mapping[str, Known]) -> None:
    found = compare(before, file.made)._asdict() if before else {}
    version = PublishedVersion(
        resource_id=resource["id"],
        user_id=tk.current_user.id,
        name=file.name,
        kind=file.kind,
        activity_count=len(file.made),
        changes={
            **{name: [list(one) for one in named[:_MOST_NAMED]] for name, named in found.items()},
            "counts": {name: len(named) for name, named in found.items()},
        },
    )
    publications.keep(version, file.made, file.content)
    model.Session.commit()
