"""Files made from sheets, saved in the portal: the same address each time, versions, who may do it."""

from __future__ import annotations

import io
from typing import Any

import pytest

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.jobs import conversions as job
from ckanext.ess.store import publications
from ckanext.ess.tests.ckan.publish_portal import (
    converted,
    correct,
    fresh_turns,
    no_conversions,
    send,
    sheet,
)
from ckanext.ess.tests.unit.convert_sheets import GARDEN, TITLES, WATER

__all__ = ["fresh_turns", "no_conversions"]

pytestmark = pytest.mark.usefixtures("validation_portal", "fresh_turns", "no_conversions")


@pytest.fixture(autouse=True)
def storage(tmp_path: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal that keeps files."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))


class Editor:
    """Somebody who may edit the datasets of an organisation."""

    def __init__(self, capacity: str = "editor") -> None:
        user = factories.UserWithToken()
        self.token, self.id = user["token"], user["id"]
        self.organization = factories.Organization(
            title="Eau pour demain",
            ess_siren="123456782",
            users=[{"name": user["name"], "capacity": capacity}],
        )

    @property
    def headers(self) -> dict[str, str]:
        """What their requests carry."""
        return {"Authorization": self.token}


def save(app: Any, address: str, editor: Editor | None, target: str = "/", **fields: str) -> Any:
    """Send the form of step 3."""
    data = {"target": target, "title": "Nos projets", "licence": "lov2", **fields}
    if editor is not None:
        data.setdefault("organization", editor.organization["id"])
    headers = editor.headers if editor is not None else {}
    return app.post(f"{address}/save", data=data, headers=headers, follow_redirects=False)


def show(name: str) -> dict[str, Any]:
    """A dataset, as the portal's administrator sees it."""
    return tk.get_action("package_show")({"ignore_auth": True}, {"id": name})


def saved(app: Any, editor: Editor, *rows: list[Any], target: str = "/", **fields: str) -> dict[str, Any]:
    """Convert rows, save them, and return the dataset."""
    address = converted(app, sheet(TITLES, *rows))
    answer = save(app, address, editor, target, **fields)
    assert answer.status_code == 302, answer.body
    name = tk.get_action("package_search")({"ignore_auth": True}, {"include_private": True})["results"][0][
        "name"
    ]
    return show(name)


def test_a_new_dataset_holds_both_files(app: Any):
    """With licence, kind, and an address that the page tells for the registry."""
    editor = Editor()
    address = converted(app, sheet(TITLES, WATER))
    page = app.get(address, headers=editor.headers).body
    assert "Save in this portal" in page
    assert "Save in this portal" not in app.get(address).body
    assert save(app, address, editor).status_code == 302
    found = show("nos-projets")
    assert (found["license_id"], found["ess_kind"]) == ("lov2", "iati-activities")
    first, second = found["resources"]
    assert first["url"].endswith("/download/activites-fr-rcs-123456782.xml")
    assert second["url"].endswith("/download/organisation-fr-rcs-123456782.xml")
    content = app.get(first["url"].partition("http://test.ckan.net")[2]).data
    assert b"FR-RCS-123456782-P1" in content
    page = app.get(address, headers=editor.headers).body
    assert "Saved in this portal" in page
    assert page.count(first["url"]) >= 2
    assert "First version." in page
    french = app.get(f"/fr{address}", headers=editor.headers).body
    assert first["url"] in french
    assert "/fr/dataset/{}/resource".format(found["id"]) not in french


def test_the_next_version_has_the_same_address(app: Any):
    """The old one is kept, and what changed is told."""
    editor = Editor()
    before = saved(app, editor, WATER, GARDEN)
    new = [["P9", *WATER[1:]], [WATER[0], "Autre titre", *WATER[2:]]]
    address = converted(app, sheet(TITLES, *new))
    page = app.get(address, headers=editor.headers).body
    resource = before["resources"][0]
    target = f"{before['id']}/{resource['id']}"
    assert f'<option value="{target}" selected>' in page
    assert save(app, address, editor, target).status_code == 302
    after = show(before["id"])
    assert [one["id"] for one in after["resources"]] == [one["id"] for one in before["resources"]]
    assert after["resources"][0]["url"] == resource["url"]
    page = app.get(address, headers=editor.headers).body
    for words in (
        "1 new project",
        "1 changed project",
        "1 project no longer there",
        "Autre titre",
        GARDEN[1],
    ):
        assert words in page
    versions = app.get(f"/publish/versions/{resource['id']}")
    assert "2 versions of" in versions.body
    old = app.get(f"/publish/versions/{resource['id']}/1.xml").data
    now = app.get(resource["url"].partition("http://test.ckan.net")[2]).data
    assert (b"Autre titre" in old, b"Autre titre" in now) == (False, True)
    assert app.get(f"/publish/versions/{resource['id']}/2.xml").data == now
    assert app.get(f"/publish/versions/{resource['id']}/3.xml", status=404)
    again = converted(app, sheet(TITLES, *new))
    save(app, again, editor, target)
    assert "Nothing changed since the version before." in app.get(again, headers=editor.headers).body


def test_a_file_that_was_there_before_is_kept_too(app: Any, create_with_upload: Any):
    """Even where it came from elsewhere."""
    editor = Editor()
    dataset = factories.Dataset(owner_org=editor.organization["id"])
    address = converted(app, sheet(TITLES, WATER))
    admin = {"ignore_auth": True, "user": factories.Sysadmin()["name"]}
    old = app.get(f"{address}/activities.xml").data.replace("Eau à Thiès".encode(), b"Ancien")
    resource = create_with_upload(old, "vieux.xml", package_id=dataset["id"], format="XML", context=admin)
    assert save(app, address, editor, f"{dataset['id']}/{resource['id']}").status_code == 302
    assert show(dataset["id"])["resources"][0]["url"] == resource["url"]
    assert app.get(f"/publish/versions/{resource['id']}/1.xml").data == old
    assert "1 changed project" in app.get(address, headers=editor.headers).body


def test_old_versions_go_past_a_limit(app: Any, monkeypatch: pytest.MonkeyPatch):
    """The last ones stay."""
    monkeypatch.setattr(publications, "MOST_VERSIONS", 2)
    editor = Editor()
    found = saved(app, editor, WATER)
    target = f"{found['id']}/{found['resources'][0]['id']}"
    for _ in range(2):
        saved(app, editor, WATER, target=target)
    assert [one.number for one in publications.versions(found["resources"][0]["id"])] == [3, 2]


def test_strangers_save_nothing(app: Any):
    """Nor do members, nor editors of another organisation."""
    address = converted(app, sheet(TITLES, WATER))
    assert save(app, address, None).status_code in {302, 403}
    member, other = Editor("member"), Editor()
    assert save(app, address, member).status_code in {400, 403}
    assert save(app, address, other, organization=member.organization["id"]).status_code in {400, 403}
    dataset = factories.Dataset(owner_org=member.organization["id"])
    assert save(app, address, other, f"{dataset['id']}/").status_code == 403
    assert save(app, address, other, "nothing/").status_code == 404
    own = factories.Dataset(owner_org=other.organization["id"])
    foreign = factories.Resource(package_id=dataset["id"])
    assert save(app, address, other, f"{own['id']}/{foreign['id']}").status_code == 404
    assert model.Session.query(publications.PublishedVersion).count() == 0
    assert show(own["id"])["resources"] == []


def test_nothing_is_saved_before_there_is_something(app: Any):
    """A sheet with errors, or one that waits."""
    editor = Editor()
    address = converted(app, sheet(TITLES, ["P1", "", *WATER[2:]]))
    assert save(app, address, editor).status_code == 409
    assert tk.get_action("package_list")({"ignore_auth": True}, {}) == []


def test_versions_of_a_private_dataset_are_private(app: Any):
    """As its files are."""
    editor = Editor()
    found = saved(app, editor, WATER)
    admin = {"ignore_auth": True, "user": factories.Sysadmin()["name"]}
    tk.get_action("package_patch")(admin, {"id": found["id"], "private": True})
    path = f"/publish/versions/{found['resources'][0]['id']}"
    for address in (path, f"{path}/1.xml"):
        assert app.get(address, follow_redirects=False).status_code in {302, 403}
        assert app.get(address, headers=editor.headers).status_code == 200
    assert app.get("/publish/versions/nothing", status=404)


@pytest.mark.ckan_config("ckan.max_resource_size", 0)
def test_a_file_too_large_for_the_portal_makes_no_dataset(app: Any, ckan_config: Any):
    """A sentence, and nothing half done."""
    editor = Editor()
    address = converted(app, sheet(TITLES, WATER))
    answer = save(app, address, editor)
    assert answer.status_code == 400
    assert "the most that this portal keeps" in answer.body
    assert tk.get_action("package_list")({"ignore_auth": True}, {}) == []


def test_the_portal_knows_who_publishes(app: Any):
    """An editor chooses an organisation; identifier and name are the portal's."""
    editor = Editor()
    page = app.get("/publish", headers=editor.headers).body
    assert "Eau pour demain" in page
    sent = {"organization": editor.organization["id"], "organisation_id": "", "organisation_name": ""}
    answer = send(app, sheet(TITLES, WATER), as_=editor.token, **sent)
    address = answer.headers["Location"].partition("http://test.ckan.net")[2] or answer.headers["Location"]
    job.convert(address.rpartition("/")[2])
    assert "1 project of Eau pour demain is in" in app.get(address).body


def test_what_columns_mean_is_remembered(app: Any):
    """For the organisation of an editor, and for nobody else."""
    editor, other = Editor(), Editor()
    titles = [*TITLES[:1], "Intitulé interne", *TITLES[2:]]
    sent = {"organization": editor.organization["id"]}

    def bring(as_: str) -> str:
        answer = send(app, sheet(titles, WATER), as_=as_, **sent)
        address = (
            answer.headers["Location"].partition("http://test.ckan.net")[2] or answer.headers["Location"]
        )
        job.convert(address.rpartition("/")[2])
        return address

    first = bring(editor.token)
    page = app.get(first).body
    assert "Your answers are remembered" in page
    correct(app, first, as_=editor.token, **{"t.0": "Titre"})
    assert publications.meanings(editor.organization["id"]) == {"intitule interne": "Titre"}
    assert "1 project of" in app.get(bring(editor.token)).body
    assert "Intitulé interne" in app.get(bring(other.token)).body
    assert "ess-question" in app.get(bring("")).body
    second = bring(editor.token)
    correct(app, second, **{"a.projects.region": "x"})
    assert publications.meanings(editor.organization["id"]) == {"intitule interne": "Titre"}


def test_another_round_is_saved_again(app: Any):
    """What was saved of an earlier round is not taken for this one."""
    editor = Editor()
    address = converted(app, sheet(TITLES, WATER))
    save(app, address, editor)
    correct(app, address, as_=editor.token, organisation_name="Autre nom")
    page = app.get(address, headers=editor.headers).body
    assert "Saved in this portal" not in page
    assert "Replace" in page
    assert io.BytesIO(app.get(f"{address}/activities.xml").data).read().count(b"Autre nom")
