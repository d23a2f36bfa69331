"""The report on a file, its badge and its downloads; verdicts in lists; and that nothing leaks."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ckan import model
from ckan.tests import factories

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.store import claims, verdicts
from ckanext.ess.store.validation import ValidationState
from ckanext.ess.tests.ckan.hostile import LONG, hostile, outside_bdi, scripts
from ckanext.ess.tests.ckan.validation_portal import act, iati, judge, resource

pytestmark = pytest.mark.usefixtures("validation_portal")

FILE = iati("<what-is-this/>", '<recipient-country code="XX"/>', "", "<what-else/>")
SECRET = "A secret title"


@pytest.fixture
def people() -> dict[str, dict[str, str]]:
    """What requests of each kind of person carry, by what they are to the organisation ``mine``."""
    users = {name: factories.UserWithToken() for name in ("stranger", "member", "editor", "admin")}
    own = [{"name": users[name]["name"], "capacity": name} for name in ("member", "editor", "admin")]
    factories.Organization(name="mine", users=own)
    factories.Organization(name="others", users=[{"name": users["stranger"]["name"], "capacity": "admin"}])
    return {"anonymous": {}, **{name: {"Authorization": user["token"]} for name, user in users.items()}}


def made(content: bytes | None = FILE, **fields: Any) -> tuple[str, dict[str, Any]]:
    """A resource with a verdict, and the address of its report."""
    one = resource(**fields)
    if content is not None:
        judge(one["id"], content)
    return f"/dataset/{one['package_id']}/resource/{one['id']}/validation", one


def test_the_answer_comes_first(app: Any):
    """Verdict, sentence, what to do first; then findings with their lines, and what to do."""
    address, _ = made(name="activités.xml")
    page = app.get(address).body
    order = [
        "activités.xml",
        "Against the standard in",
        "What to do first",
        ">What was found<",
        "what-is-this",
    ]
    places = [page.index(words, page.index("ess-report")) for words in order]
    assert places == sorted(places)
    assert "&lt;what-is-this/&gt;" in page
    assert "iatistandard.org" in page


def test_it_is_french_for_the_french(app: Any):
    """Every sentence, not the frame only."""
    address, _ = made()
    page = app.get(f"/fr{address}").body
    for words in (
        "Contraire au standard",
        "À faire d’abord",
        "Ce qui a été constaté",
        "Structure du fichier",
    ):
        assert words in page
    for words in ("What was found", "critical", "Severity", "What to do first"):
        assert words not in re.sub(r"<[^>]*>", "", page)


def test_filters_are_in_the_address_and_can_be_taken_off(app: Any):
    """Severity, rule, activity; each a chip that leads back."""
    address, one = made()
    shown = act("ess_validation_show", resource_id=one["id"])
    rule = next(rule for rule in shown["rules"] if rule["severity"] == "critical")
    for query in (f"rule={rule['rule']}", "activity=FR-RNA-W751234567-2", "severity=critical"):
        page = app.get(f"{address}?{query}").body
        assert page.count('class="ess-chip"') == 1
        assert "What to do first" not in page
    page = app.get(f"{address}?activity=FR-RNA-W751234567-2&severity=critical").body
    assert page.count('class="ess-chip"') == 2
    nothing = app.get(f"{address}?activity=nobody").body
    assert "Nothing was found that matches" in nothing


def test_filters_give_what_the_action_gives(app: Any):
    """The same number, the same lines."""
    address, one = made()
    for activity in ("FR-RNA-W751234567-1", "FR-RNA-W751234567-2"):
        said = act("ess_validation_report", resource_id=one["id"], activity=activity)
        page = app.get(f"{address}?activity={activity}").body
        assert page.count('class="ess-finding"') == said["total"]
        for finding in said["findings"]:
            assert f"line {finding['line']}" in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=99999999999", "severity=fatal", "rule=%00"]
)
def test_senseless_filters_do_no_harm(app: Any, query: str):
    """They count for nothing, or find nothing."""
    address, _ = made()
    assert app.get(f"{address}?{query}").status_code == 200


def state(resource_id: str, **values: Any) -> None:
    """Put a resource into a state past any check."""
    claims.ask(model.Resource.id == resource_id, reason=claims.ASKED)
    row = model.Session.get(ValidationState, resource_id)
    for name, value in values.items():
        setattr(row, name, value)
    model.Session.commit()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (iati(""), "Every tool can read this file"),
        (b"<html></html>", "could not be read"),
        (b"", "could not be read"),
        (None, "waiting to be checked"),
    ],
    ids=["sound", "a web page", "empty", "not yet"],
)
def test_every_state_has_its_page(app: Any, content: bytes | None, words: str):
    """In a sentence, with what to do next."""
    address, one = made(content)
    if content is None:
        state(one["id"])
    page = app.get(address).body
    assert words in page
    assert ('http-equiv="refresh"' in page) is (content is None)


def test_kinds_that_are_not_checked_say_so(app: Any):
    """Not applicable is no fault."""
    address, one = made(None)
    state(one["id"], status="not-applicable", wanted=None, next_run=None)
    page = app.get(address).body
    assert "is not checked here" in page
    assert "no fault" in page


def test_history_is_a_chart_and_a_table(app: Any):
    """The title says whether it gets better; each run is a bar and a row."""
    address, one = made(FILE)
    judge(one["id"], iati(""))
    page = app.get(address).body
    assert "fewer than on" in page
    assert page.count("<g><title>") == 2
    table = page.partition('id="ess-history"')[2]
    assert table.count('<th scope="row">') == 2


def test_hostile_words_stay_words(app: Any):
    """Whatever a file says, in every view of its report."""
    address, _one = made(hostile(), name="<script>alert(1)</script>\u202ename")
    for query in (
        "",
        "?rule=0.3.1",
        "?severity=critical",
        "?activity=%3Cscript%3Ealert(1)",
        "?activity=FR-RNA-W751234567-2",
    ):
        page = app.get(address + query).body
        assert scripts(page) == []
        assert LONG not in page
        assert outside_bdi(page.partition('<div class="ess-report"')[2]) == []
    svg = app.get(address + ".svg").body
    assert scripts(svg) == []


def test_a_hundred_thousand_findings_are_a_quick_page(app: Any):
    """Under 300 ms, filtered too."""
    address, one = made(None)
    many(one["id"], 100_000)
    for query in ("", "?rule=ess.link", "?activity=A-777", "?rule=ess.link&page=1500"):
        app.get(address + query)
        started = time.perf_counter()
        page = app.get(address + query)
        seconds = time.perf_counter() - started
        assert page.status_code == 200
        assert seconds < 0.3, (query, seconds)


def many(resource_id: str, number: int) -> None:
    """Give a resource a verdict with a great many findings."""
    claims.ask(model.Resource.id == resource_id, reason=claims.ASKED)
    model.Session.commit()
    (claimed,) = claims.claim(1, "test", [resource_id])
    assert claims.begin(claimed)
    found = [
        Finding("ess.link", "warning", "documents", f"A-{n % 1000}", n % 1000 + 1, n + 1, 1,
                f"/iati-activities/iati-activity[{n}]/document-link/@url", {"value": f"http://x/{n}"})
        for n in range(number)
    ]  # fmt: skip
    first = [{"finding": [*found[0][:8], dict(found[0].params)], "excerpt": []}]
    kind = {"kind": "", "count": number, "activities": 1000, "first": first}
    rule = {"rule": "ess.link", "severity": "warning", "category": "documents", "count": number,
            "activities": 1000, "kinds": [kind]}  # fmt: skip
    fields: dict[str, Any] = {"started": claims.NOW, "version": "2.03", "file_type": "activities",
                              "activity_count": 1000, "warning": number, "rules": [rule]}  # fmt: skip
    assert verdicts.write(claimed, verdicts.Verdict("warnings", fields, found), history=3)


@pytest.mark.parametrize("shape", ["json", "csv", "official"])
def test_downloads_hold_everything(app: Any, shape: str):
    """More findings than one answer of the action has."""
    address, one = made(iati(*["<what-is-this/>", '<recipient-country code="XX"/>'] * 400))
    total = act("ess_validation_report", resource_id=one["id"])["total"]
    assert total > 1000
    body = app.get(f"{address}/report.{shape}").body
    if shape == "json":
        assert len(json.loads(body)["findings"]) == total
    elif shape == "csv":
        assert len(body.splitlines()) == total + 1
    else:
        errors = [
            error
            for activity in json.loads(body)["errors"]
            for part in activity["errors"]
            for error in part["errors"]
        ]
        assert len(errors) == total
    assert app.get(f"{address}/report.exe", status=404)


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
    asked = [text for text in queries if re.search(r"FROM ess_validation\b", text)]
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


@pytest.fixture
def queries() -> Any:
    """Texts of the queries that were sent to the database."""
    import sqlalchemy as sa

    texts: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        texts.append(statement)

    engine = model.Session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    yield texts
    sa.event.remove(engine, "before_cursor_execute", note)
