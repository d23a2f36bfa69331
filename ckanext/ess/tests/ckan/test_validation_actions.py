"""The actions on validation: their shapes, and that verdicts, counts and findings leak to nobody."""

from __future__ import annotations

import io
from typing import Any

import pytest

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.iati.validate.formats.json import report_dict
from ckanext.ess.store import claims, verdicts
from ckanext.ess.store.validation import STATUSES, ValidationPart, ValidationRun
from ckanext.ess.tests.ckan.validation_portal import act, iati, judge, resource

pytestmark = pytest.mark.usefixtures("validation_portal")

READS = ("ess_validation_show", "ess_validation_report", "ess_validation_history")
FILE = iati("<what-is-this/>", '<recipient-country code="XX"/>', "")


@pytest.fixture
def people() -> dict[str, str]:
    """One of each kind, by what they are to the private dataset's organisation."""
    users = {name: factories.User()["name"] for name in ("stranger", "member", "editor", "admin")}
    own = [{"name": users[name], "capacity": name} for name in ("member", "editor", "admin")]
    mine = factories.Organization(name="mine", users=own)
    others = factories.Organization(name="others", users=[{"name": users["stranger"], "capacity": "admin"}])
    return {
        "anonymous": "",
        **users,
        "sysadmin": factories.Sysadmin()["name"],
        "_own": mine["id"],
        "_other": others["id"],
    }


@pytest.fixture
def secret(people: dict[str, str]) -> dict[str, Any]:
    """A private dataset with a file that has errors."""
    dataset = factories.Dataset(owner_org=people["_own"], private=True, title="A secret title")
    made = resource(package_id=dataset["id"])
    judge(made["id"], FILE)
    return made


def may(user: str, action: str, **parameters: Any) -> bool:
    """Whether an action answers."""
    try:
        act(action, user, **parameters)
    except tk.NotAuthorized:
        return False
    return True


def test_new_files_are_pending():
    """Before any check: a status, not an error."""
    made = resource()
    shown = act("ess_validation_show", resource_id=made["id"])
    assert (shown["status"], shown["valid"], shown["rules"], shown["run_id"]) == ("pending", False, [], None)
    assert shown["summary"] == {"critical": 0, "error": 0, "warning": 0, "advisory": 0}
    assert act("ess_validation_report", resource_id=made["id"])["findings"] == []


def test_verdicts_are_those_of_the_command():
    """Counts by severity and by rule, and each finding in the shape that ``ess-iati`` prints."""
    made = resource()
    run = judge(made["id"], FILE)
    shown = act("ess_validation_show", resource_id=made["id"])
    said = report_dict(validate(io.BytesIO(FILE), Options()), "en")
    assert (shown["run_id"], shown["status"], shown["valid"]) == (run, said["verdict"], said["valid"])
    for name in ("summary", "file_type", "version", "activity_count"):
        assert shown[name] == said[name]
    assert {one["rule"]: one["count"] for one in shown["rules"]} == said["rules"]
    found = act("ess_validation_report", resource_id=made["id"], limit=1000)
    assert (found["total"], found["findings"]) == (len(said["findings"]), said["findings"])


def test_rules_say_what_to_do_and_where():
    """Title, explanation, fix, first occurrences with the lines around them."""
    made = resource()
    judge(made["id"], FILE)
    rule = act("ess_validation_show", resource_id=made["id"])["rules"][0]
    assert (rule["severity"], rule["rule"], rule["category"]) == ("critical", "0.3.1", "schema")
    assert all(rule[part] for part in ("title", "explanation", "fix"))
    first = rule["first"][0]
    assert "<what-is-this/>" in next(line["text"] for line in first["excerpt"] if line["here"])


@pytest.mark.parametrize("field", ["rule", "severity", "activity"])
def test_findings_are_chosen_and_paged(field: str):
    """Each filter gives what a look through all findings gives; pages are parts of it."""
    made = resource()
    judge(made["id"], iati(*["<what-is-this/>", '<recipient-country code="XX"/>'] * 400))
    everything: list[dict[str, Any]] = []
    while part := act("ess_validation_report", resource_id=made["id"], limit=1000, offset=len(everything))[
        "findings"
    ]:
        everything += part
    assert len(everything) > 1000
    for value in dict.fromkeys(one[field] for one in everything[::97] if one[field]):
        chosen = [one for one in everything if one[field] == value]
        answer = act("ess_validation_report", resource_id=made["id"], limit=7, offset=3, **{field: value})
        assert (answer["total"], answer["findings"]) == (len(chosen), chosen[3:10])


@pytest.mark.parametrize(
    "wrong", [{"severity": "fatal"}, {"limit": -1}, {"offset": "x"}, {"resource_id": ""}], ids=str
)
def test_wrong_questions_are_refused(wrong: dict[str, Any]):
    """With CKAN's own error."""
    with pytest.raises(tk.ValidationError):
        act("ess_validation_report", **{"resource_id": resource()["id"], **wrong})


def test_checks_are_asked_for_by_those_who_may(people: dict[str, str]):
    """The answer names the run to come; asking again names the same one."""
    dataset = factories.Dataset(owner_org=people["_own"])
    made = resource(package_id=dataset["id"])
    asked = act("ess_validation_run", people["editor"], resource_id=made["id"])
    assert asked["status"] == "pending"
    assert act("ess_validation_run", people["editor"], resource_id=made["id"]) == asked
    (claimed,) = claims.claim(1, "test", [made["id"]])
    assert claimed.run_id == asked["run_id"]


WHO = {
    **{read: {"member", "editor", "admin", "sysadmin"} for read in READS},
    "ess_validation_run": {"editor", "admin", "sysadmin"},
}


@pytest.mark.parametrize("action", WHO)
def test_private_files_are_private(people: dict[str, str], secret: dict[str, Any], action: str):
    """Strangers, with an account or without, learn nothing of a private dataset's file."""
    names = [name for name in people if not name.startswith("_")]
    allowed = {name for name in names if may(people[name], action, resource_id=secret["id"])}
    assert allowed == WHO[action]


@pytest.mark.parametrize("action", READS)
def test_public_files_are_public(people: dict[str, str], action: str):
    """Whoever may see a resource may see its verdict."""
    made = resource(package_id=factories.Dataset(owner_org=people["_own"])["id"])
    assert all(may(user, action, resource_id=made["id"]) for name, user in people.items() if name[0] != "_")
    asking = {
        name
        for name, user in people.items()
        if name[0] != "_" and may(user, "ess_validation_run", resource_id=made["id"])
    }
    assert asking == {"editor", "admin", "sysadmin"}


def test_lists_and_counts_leave_out_what_one_may_not_see(people: dict[str, str], secret: dict[str, Any]):
    """Neither a title nor a number tells of a private dataset."""
    public = resource(package_id=factories.Dataset(owner_org=people["_other"])["id"])
    judge(public["id"], iati(""))
    for name, sees in {
        "anonymous": 1, "stranger": 1, "member": 2, "editor": 2, "admin": 2, "sysadmin": 2,
    }.items():  # fmt: skip
        answer = act("ess_validation_list", people[name])
        assert (answer["count"], len(answer["results"])) == (sees, sees), name
        assert sum(answer["counts"].values()) == sees
        assert (secret["id"] in str(answer)) is (sees == 2)
        assert ("A secret title" in str(answer)) is (sees == 2)
        own = act("ess_validation_list", people[name], organization="mine")
        assert own["count"] == sees - 1


def test_drafts_of_others_stay_theirs(people: dict[str, str]):
    """A private dataset without an organisation is its maker's."""
    maker = factories.User()
    dataset = factories.Dataset(owner_org=people["_own"], private=True)
    model.Session.execute(
        model.Package.__table__.update()  # type: ignore[attr-defined]
        .where(model.Package.id == dataset["id"])
        .values(owner_org=None, creator_user_id=maker["id"])
    )
    model.Session.commit()
    judge(resource_of(dataset["id"]), iati(""))
    assert act("ess_validation_list", people["member"])["count"] == 0
    assert act("ess_validation_list", maker["name"])["count"] == 1


def resource_of(package_id: str) -> str:
    """A resource put into a dataset past CKAN's actions."""
    made = model.Resource(url="http://127.0.0.1:9/x.xml", package_id=package_id)
    model.Session.add(made)
    model.Session.commit()
    return made.id


def test_lists_are_chosen_ordered_and_paged(people: dict[str, str]):
    """Worst first; by organisation, dataset and status; counts whatever the status."""
    dataset = factories.Dataset(owner_org=people["_own"], name="files")
    for content in (iati(""), iati("<what-is-this/>"), b"not XML at all"):
        judge(resource(package_id=dataset["id"])["id"], content)
    judge(resource(package_id=factories.Dataset(owner_org=people["_other"])["id"])["id"], iati(""))
    answer = act("ess_validation_list", organization="mine", limit=2)
    ranks = [STATUSES.index(one["status"]) for one in answer["results"]]
    assert (answer["count"], len(ranks), ranks) == (3, 2, sorted(ranks))
    assert answer["counts"]["unreadable"] == answer["counts"]["invalid"] == 1
    chosen = act("ess_validation_list", dataset="files", status="invalid")
    assert (chosen["count"], chosen["results"][0]["package_name"]) == (1, "files")
    assert act("ess_validation_list", organization="nobody")["count"] == 0


def test_history_is_kept_as_far_as_wanted():
    """Runs, newest first; findings of the present one only."""
    made = resource()
    runs = [judge(made["id"], FILE) for _ in range(5)]
    listed = act("ess_validation_history", resource_id=made["id"])
    assert [one["run_id"] for one in listed] == runs[:1:-1]
    assert len(act("ess_validation_history", resource_id=made["id"], limit=2)) == 2
    assert {row.run_id for row in model.Session.query(ValidationPart)} == {runs[-1]}


@pytest.mark.parametrize("how", ["resource_delete", "package_delete", "dataset_purge"])
def test_reports_go_with_what_they_are_about(how: str):
    """Nobody finds a verdict of what is deleted; purged, nothing of it is left."""
    dataset = factories.Dataset()
    made = resource(package_id=dataset["id"])
    judge(made["id"], FILE)
    admin = factories.Sysadmin()["name"]
    act(how, admin, id=made["id"] if how == "resource_delete" else dataset["id"])
    assert act("ess_validation_list", admin)["count"] == 0
    if how != "package_delete":
        assert model.Session.query(ValidationRun).count() == 0
        with pytest.raises(tk.ObjectNotFound):
            act("ess_validation_show", admin, resource_id=made["id"])


def test_a_dataset_has_the_status_of_its_worst_file():
    """One broken file among good ones is what people must see."""
    dataset = factories.Dataset()
    for content in (iati(""), iati("<what-is-this/>")):
        judge(resource(package_id=dataset["id"])["id"], content)
    assert verdicts.of_packages([dataset["id"], "other"]) == {dataset["id"]: "invalid"}
