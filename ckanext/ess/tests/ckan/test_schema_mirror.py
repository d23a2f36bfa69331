"""The copy of our fields in extras: there for harvesters, never on the way to an update, never for others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.schema import mirror
from ckanext.ess.tests.forms import form_values

FIELDS: dict[str, Any] = {
    "title": "Accès à l’eau",
    "notes": "Des puits.",
    "ess_kind": "iati-activities",
    "ess_country": ["SN", "ML"],
    "ess_activity_count": 12,
    "ess_humanitarian": "false",
    "frequency": "ANNUAL",
    "temporal_start": "2020-01-01",
    "temporal_end": "2026",
    "language": ["fr"],
}

#: What udata's CKAN harvester requires of a dataset, of its organisation, of a resource: key and types.
UDATA_DATASET: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "name", "title", "metadata_created", "metadata_modified"), (str,)),
    **dict.fromkeys(("notes", "license_id", "license_title", "author", "author_email"), (str, type(None))),
    **dict.fromkeys(("maintainer", "maintainer_email", "state"), (str, type(None))),
    "tags": (list,),
    "resources": (list,),
    "private": (bool,),
}
UDATA_RESOURCE: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "name", "format", "created", "url"), (str,)),
    **dict.fromkeys(("description", "mimetype", "hash", "last_modified", "resource_type"), (str, type(None))),
    "position": (int,),
    "size": (int, type(None)),
}
UDATA_ORGANIZATION = dict.fromkeys(
    ("id", "description", "created", "title", "name", "state", "image_url"), (str,)
)


@pytest.fixture
def create(call: Any) -> Any:
    """Create a dataset and show it."""

    def act(**more: Any) -> dict[str, Any]:
        resources = [{"url": "https://exemple.org/a.xml"}]
        given = {"name": factories.Dataset.stub().name, **FIELDS, "resources": resources, **more}
        return call("package_show", id=call("package_create", **given)["id"])

    return act


def extras(dataset: dict[str, Any]) -> dict[str, Any]:
    pairs = [(extra["key"], extra["value"]) for extra in dataset.get("extras", [])]
    assert len(pairs) == len(dict(pairs)), "a key appears twice"
    return dict(pairs)


def stored(name: str) -> set[str]:
    """Keys of the extras in the database, where fields of a schema live too."""
    package = model.Package.get(name)
    assert package
    return set(package.extras)


def test_our_fields_are_mirrored_as_text(create: Any):
    mirrored = extras(create())
    assert mirrored["ess_kind"] == "iati-activities"
    assert json.loads(mirrored["ess_country"]) == ["SN", "ML"]
    assert mirrored["ess_activity_count"] == "12"
    assert mirrored["frequency"] == mirror.FREQUENCY + "ANNUAL"
    assert mirrored["temporal_start"] == "2020-01-01"
    assert all(isinstance(value, str) for value in mirrored.values())
    assert "ess_theme" not in mirrored


def test_showing_twice_changes_nothing(create: Any):
    dataset = create()
    again = json.loads(json.dumps(dataset))
    assert mirror.into_extras({}, again) == dataset


def test_search_answers_carry_the_mirror_too(create: Any, call: Any):
    dataset = create()
    found = call("package_search", fq=f"name:{dataset['name']}")["results"]
    assert extras(found[0])["ess_kind"] == "iati-activities"


@pytest.mark.parametrize("cached", [True, False])
def test_nothing_is_mirrored_on_the_way_to_an_update(create: Any, call: Any, cached: bool):
    dataset = create(extras=[{"key": "own", "value": "1"}])
    shown = call("package_show", {"for_update": True, "use_cache": cached}, id=dataset["id"])
    assert extras(shown) == {"own": "1"}


def test_what_is_shown_can_be_written_back(create: Any, call: Any):
    dataset = create(extras=[{"key": "own", "value": "1"}])
    before = stored(dataset["id"])
    call("package_update", **{**dataset, "notes": "Des puits et des pompes."})
    after = call("package_show", id=dataset["id"])
    assert after["notes"] == "Des puits et des pompes."
    assert extras(after) == extras(dataset)
    assert stored(dataset["id"]) == before


def test_a_field_that_is_taken_away_stays_away(create: Any, call: Any):
    dataset = create()
    del dataset["frequency"]
    del dataset["ess_country"]
    call("package_update", **dataset)
    after = call("package_show", id=dataset["id"])
    assert "frequency" not in after
    assert not {"frequency", "ess_country"} & set(extras(after))


def test_a_patch_changes_one_field(create: Any, call: Any):
    dataset = create(extras=[{"key": "own", "value": "1"}])
    call("package_patch", id=dataset["id"], ess_country=["BF"])
    after = call("package_show", id=dataset["id"])
    assert after["ess_country"] == ["BF"]
    assert json.loads(extras(after)["ess_country"]) == ["BF"]
    assert extras(after)["own"] == "1"
    assert after["ess_kind"] == "iati-activities"


def test_an_extra_of_somebody_else_is_still_refused_under_a_field_s_name(create: Any, call: Any):
    dataset = create()
    with pytest.raises(tk.ValidationError) as raised:
        call("package_patch", id=dataset["id"], extras=[{"key": "title", "value": "x"}])
    assert "extras" in raised.value.error_dict


def test_resources_come_and_change_beside_the_mirror(create: Any, call: Any):
    dataset = create()
    new = {"url": "https://exemple.org/b.xml", "ess_schema": "iati-activities-2.03"}
    resource = call("resource_create", package_id=dataset["id"], **new)
    call("resource_patch", id=resource["id"], name="B")
    call("package_revise", match={"id": dataset["id"]}, update={"title": "Eau"})
    after = call("package_show", id=dataset["id"])
    assert [one["name"] for one in after["resources"]] == ["", "B"]
    assert after["resources"][1]["ess_schema"] == "iati-activities-2.03"
    assert extras(after) == extras(dataset)


def test_the_form_keeps_fields_and_others_extras(create: Any, call: Any, app: Any, headers: dict[str, str]):
    own = [{"key": "own", "value": "1"}]
    dataset = create(extras=own, owner_org=factories.Organization()["id"], ess_sector_group=["720"])
    address = f"/dataset/edit/{dataset['name']}"
    form = form_values(app.get(address, headers=headers).body, "dataset-edit")
    assert form["ess_activity_count"] == ["12"]
    form["title"] = ["Accès à l’eau potable"]
    app.post(address, data=form, headers=headers, follow_redirects=False, status=302)
    after = call("package_show", id=dataset["id"])
    assert after["title"] == "Accès à l’eau potable"
    changing = {"title", "metadata_modified", "organization", "resources", "extras", "license_title"}
    for name in set(dataset) - changing:
        assert comparable(after.get(name)) == comparable(dataset[name]), name
    assert set(extras(after)) == set(extras(dataset))
    assert extras(after)["own"] == "1"


def comparable(value: Any) -> Any:
    """A form says nothing and empty alike, and gives lists in its own order."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        return sorted(value)
    return value or None


@pytest.mark.parametrize("action", ["package_show", "package_search"])
def test_udata_finds_every_key_that_it_requires(create: Any, call: Any, action: str):
    organization = call("organization_create", name=factories.Group.stub().name)
    dataset = create(owner_org=organization["id"], tags=[{"name": "eau"}])
    if action == "package_search":
        dataset = call("package_search", fq=f"name:{dataset['name']}")["results"][0]
    dataset = json.loads(json.dumps(dataset))
    assert dataset["type"] == "dataset"
    expected = [(UDATA_DATASET, dataset), (UDATA_ORGANIZATION, dataset["organization"])]
    for keys, holder in [*expected, *((UDATA_RESOURCE, one) for one in dataset["resources"])]:
        assert [key for key, types in keys.items() if not isinstance(holder.get(key, ...), types)] == []
    assert all(extra["value"] not in (None, "") for extra in dataset["extras"])


def test_a_dataset_without_our_fields_is_left_alone(shared_portal: Any):
    foreign = {"type": "dataset", "name": "x", "title": "X", "author": None, "resources": [{"url": "u"}]}
    assert mirror.into_extras({}, json.loads(json.dumps(foreign))) == foreign
    harvest_source = {"type": "harvest", "ess_kind": "other", "extras": []}
    assert mirror.into_extras({}, dict(harvest_source)) == harvest_source


@pytest.mark.ckan_config("ckanext.ess.package_list_datasets_only", True)
def test_outsiders_are_told_of_datasets_only(create: Any, call: Any):
    dataset = create()
    source = harvest_source(call)
    names = call("package_list")
    assert dataset["name"] in names
    assert source not in names
    assert names == sorted(names)
    assert call("package_list", limit=1, offset=1) == names[1:2]
    assert dataset["id"] in call("package_list", {"api_version": 2})
    with pytest.raises(tk.ValidationError):
        call("package_list", limit="x")


@pytest.mark.ckan_config("ckanext.ess.package_list_datasets_only", False)
def test_the_list_can_be_left_to_ckan(create: Any, call: Any):
    create()
    assert harvest_source(call) in call("package_list")


def harvest_source(call: Any) -> str:
    name = factories.Dataset.stub().name
    address = f"https://exemple.org/{name}"
    return call("harvest_source_create", name=name, title=name, url=address, source_type="iati-bulk")["name"]
