"""Verdicts outside their page: badges, lists, counts; and that strangers see nothing of a private file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.tests import factories

from ckanext.ess.index import verdicts as index
from ckanext.ess.store.validation import ValidationState
from ckanext.ess.tests.ckan.report_pages import FILE, made
from ckanext.ess.tests.ckan.validation_portal import act, iati, judge, resource

pytestmark = pytest.mark.usefixtures("validation_portal")

SECRET = "A secret title"


@pytest.fixture
def people() -> dict[str, dict[str, str]]:
    """What requests of each kind of person carry, by what they are to the organisation ``mine``."""
    users = {name: factories.UserWithToken() for name in ("stranger", "member", "editor", "admin")}
    own = [{"name": users[name]["name"], "capacity": name} for name in ("member", "editor", "admin")]
    factories.Organization(name="mine", users=own)
    factories.Organization(name="others", users=[{"name": users["stranger"]["name"], "capacity": "admin"}])
    return {"anonymous": {}, **{name: {"Authorization": user["token"]} for name, user in users.items()}}


# --- the badge


@pytest.mark.parametrize(("lang", "word"), [("fr", "Non conforme"), ("en", "Invalid")])
def test_badges_speak(app: Any, lang: str, word: str):
    """A picture with a title, in the language that its address asks for."""
    address, _ = made()
    answer = app.get(f"{address}.svg?lang={lang}")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    root = ET.fromstring(answer.body)
    assert root.get("role") == "img"
    assert word in (root.findtext("{http://www.w3.org/2000/svg}title") or "")
    assert float(root.get("width") or 0) > 60


def test_badges_are_cached_until_they_change(app: Any):
    """An ETag, 304 for the same picture, and caches may keep it."""
    address, one = made()
    first = app.get(f"{address}.svg")
    assert "public" in first.headers["Cache-Control"]
    assert "s-maxage=300" in first.headers["Cache-Control"]
    again = app.get(f"{address}.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.body) == (304, "")
    judge(one["id"], b"no XML at all")
    assert app.get(f"{address}.svg", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_badges_of_private_datasets_are_kept_by_nobody(app: Any, people: dict[str, Any]):
    """Those who may see one see it; no cache does."""
    address, _ = made(package_id=factories.Dataset(owner_org="mine", private=True)["id"])
    answer = app.get(f"{address}.svg", headers=people["member"])
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert "ess-badge" not in app.get(address, headers=people["member"]).body


# --- who sees what

PAGES = ("", ".svg", "/report.json", "/report.csv", "/report.official", "?rule=0.3.1", "?activity=x")
INSIDERS = {"member", "editor", "admin"}


@pytest.mark.parametrize("end", PAGES)
def test_private_reports_are_private(app: Any, people: dict[str, dict[str, str]], end: str):
    """To strangers they are as if they were not: 404, and no word of them."""
    dataset = factories.Dataset(owner_org="mine", private=True, title=SECRET)
    address, _ = made(package_id=dataset["id"], name=SECRET)
    seen = set[str]()
    for name, headers in people.items():
        answer = app.get(address + end, headers=headers)
        if answer.status_code == 200:
            seen.add(name)
        else:
            assert answer.status_code == 404
            assert SECRET not in answer.body
            assert "what-is-this" not in answer.body
    assert seen == INSIDERS


@pytest.mark.parametrize("end", PAGES)
def test_public_reports_are_public(app: Any, people: dict[str, dict[str, str]], end: str):
    """Whoever may see a file may see what was found in it."""
    address, _ = made(package_id=factories.Dataset(owner_org="mine")["id"])
    assert [app.get(address + end, headers=headers).status_code for headers in people.values()] == [200] * 5


@pytest.mark.parametrize("private", [False, True])
def test_checks_are_asked_for_by_those_who_may(app: Any, people: dict[str, dict[str, str]], private: bool):
    """The button is there for them, and works for them only."""
    dataset = factories.Dataset(owner_org="mine", private=private)
    address, one = made(package_id=dataset["id"])
    run = act("ess_validation_show", factories.Sysadmin()["name"], resource_id=one["id"])["run_id"]
    for name, headers in people.items():
        answer = app.post(address, headers=headers, follow_redirects=False)
        page = app.get(address, headers=headers)
        if name in {"editor", "admin"}:
            assert answer.status_code == 302
            assert "Check again" in page.body
        else:
            assert answer.status_code in (403, 404)
            assert "Check again" not in page.body
    model.Session.expire_all()
    asked = model.Session.get(ValidationState, one["id"])
    assert asked is not None
    assert asked.next_run not in (None, run)


def test_a_file_of_another_dataset_is_not_found(app: Any):
    """An address that mixes two datasets leads nowhere."""
    _, one = made()
    other = factories.Dataset()
    assert app.get(f"/dataset/{other['id']}/resource/{one['id']}/validation", status=404)


# --- verdicts in other pages


def test_lists_show_the_worst_verdict_with_one_query(app: Any, queries: list[str]):
    """However many datasets are on the page."""
    for content in (iati(""), FILE):
        for _ in range(4):
            dataset = factories.Dataset()
            judge(resource(package_id=dataset["id"])["id"], content)
            judge(resource(package_id=dataset["id"])["id"], iati(""))
    queries.clear()
    page = app.get("/dataset/").body
    assert page.count("ess-verdict-invalid") >= 4
    asked = [text for text in queries if re.search(r"JOIN ess_validation\b", text)]
    assert len(asked) == 1, asked


def test_a_datasets_page_shows_each_verdict_with_one_query(app: Any, queries: list[str]):
    """Beside each file, leading to its report."""
    dataset = factories.Dataset()
    for content in (iati(""), FILE, b"no XML"):
        judge(resource(package_id=dataset["id"])["id"], content)
    queries.clear()
    page = app.get(f"/dataset/{dataset['name']}").body
    for status in ("invalid", "unreadable"):
        assert re.search(rf'<a class="ess-verdict ess-verdict-{status}" href="[^"]*/validation"', page)
    asked = [text for text in queries if "FROM ess_validation" in text and "resource_id IN" in text]
    assert len(asked) == 1, asked


def test_a_files_page_leads_to_its_report(app: Any):
    """Where people look for it."""
    _address, one = made()
    page = app.get(f"/dataset/{one['package_id']}/resource/{one['id']}").body
    assert re.search(r'ess-verdict-invalid" href="[^"]*/validation"', page)


def test_an_organisation_counts_its_datasets_by_verdict(app: Any, people: dict[str, dict[str, str]]):
    """Each count leads to the datasets; nobody's count includes what they may not see."""
    for content, private in ((FILE, False), (FILE, False), (iati(""), False), (FILE, True)):
        dataset = factories.Dataset(owner_org="mine", private=private)
        judge(resource(package_id=dataset["id"])["id"], content)
    index.refresh_all()
    for name, invalid in (("anonymous", 2), ("stranger", 2), ("member", 3)):
        page = app.get("/organization/mine", headers=people[name]).body
        counts = dict(
            re.findall(
                r'ess-verdict-([a-z-]+)" href="[^"]*ess_validation=\1".*?<b>(\d+)</b>', page, re.DOTALL
            )
        )
        assert counts == {"invalid": str(invalid), "valid": "1"}, name
        listed = app.get("/organization/mine?ess_validation=invalid", headers=people[name]).body
        assert listed.count('class="dataset-item"') == invalid


def test_the_facet_counts_what_the_table_holds(app: Any):
    """In the page and in the API; values have names."""
    for content in (iati(""), iati(""), FILE, b"no XML"):
        judge(resource()["id"], content)
    index.refresh_all()
    found = act("package_search", **{"facet.field": ["ess_validation"], "rows": 0})["facets"][
        "ess_validation"
    ]
    counts = act("ess_validation_list")["counts"]
    assert found == {status: number for status, number in counts.items() if number}
    page = app.get("/fr/dataset/").body
    assert re.search(r'data-ess-value="unreadable".*?Illisible.*?data-count="1"', page, re.DOTALL)


@pytest.mark.ckan_config("ckanext.ess.validation", False)
def test_a_portal_that_checks_nothing_shows_nothing(app: Any):
    """Neither verdicts, nor pages, nor links to them."""
    address, one = made()
    assert app.get(address, status=404)
    assert app.get("/validate", status=404)
    for page in (f"/dataset/{one['package_id']}", "/dataset/", "/"):
        body = app.get(page).body
        assert "ess-verdict" not in body
        assert "/validate" not in body


@pytest.fixture
def queries() -> Iterator[list[str]]:
    """Texts of the queries that were sent to the database."""
    texts: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        texts.append(statement)

    engine = model.Session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    yield texts
    sa.event.remove(engine, "before_cursor_execute", note)
