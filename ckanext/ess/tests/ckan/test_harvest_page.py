"""The page of a harvest source, as its editors see it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckan import model
from ckan.tests import factories

from ckanext.ess.store.harvest import HarvestRun
from ckanext.ess.store.harvest_reports import grouped
from ckanext.ess.tests.ckan.harvest_portal import (
    Harvest,
    Upstream,
    drain,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
)

pytestmark = pytest.mark.usefixtures("harvest_portal")


@pytest.fixture
def source(upstream: Upstream) -> Harvest:
    return Harvest(upstream, "iati-bulk").create(grace_days=0)


@pytest.fixture
def page(app: Any) -> Any:
    """Asks for a page as an administrator; its soup."""
    headers = {"Authorization": factories.SysadminWithToken()["token"]}

    def ask(path: str = "", **options: Any) -> Any:
        answer = app.get(f"{options.pop('lang', '')}/ess/harvest/source{path}", headers=headers, **options)
        return answer if path else BeautifulSoup(answer.body, "html.parser")

    ask.headers = headers  # type: ignore[attr-defined]
    return ask


def rows(soup: BeautifulSoup) -> list[list[str]]:
    """Cells of the table of runs."""
    body = soup.select(".ess-harvest-runs tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in body]


def test_before_the_first_run(source: Harvest, page: Any):
    assert "has not been harvested yet" in page().get_text()


def test_a_line_for_each_run(source: Harvest, page: Any):
    """The youngest first: outcome, found, new, changed, unchanged, gone, failed."""
    source.run()
    source.upstream.dataset("eau", "alpha", country="ML")
    del source.upstream.datasets["mil"]
    source.run()

    soup = page()

    second, first = rows(soup)
    assert first[:7] == ["all went well", "5", "5", "0", "0", "0", "0"]
    assert second[:7] == ["all went well", "4", "0", "1", "3", "1", "0"]
    assert all(float(row[7]) > 0 for row in (first, second))
    assert "deleted on" in soup.get_text()
    assert not soup.select(".ess-harvest-live")


def test_errors_are_grouped_and_downloaded(source: Harvest, page: Any):
    """By their sentence, whatever file it speaks of; the table has them all."""
    source.upstream.pages.update({"eau", "riz", "mil"})
    source.run()

    soup = page()
    (group,) = soup.select(".ess-harvest-errors > li")
    assert group.strong.get_text().startswith("3")
    assert "alpha-eau" in group.get_text()
    assert "partly failed" in rows(soup)[0][0]

    answer = page("/errors.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.body.removeprefix("\ufeff"))))
    assert {row["dataset"] for row in table} == {"alpha-eau", "beta-riz", "beta-mil"}


def test_a_run_under_way_shows_how_far_it_is(source: Harvest, page: Any, app: Any):
    """And the page asks again by itself, without JavaScript."""
    source.run()
    source.start()
    job = source.last_job().id
    run = HarvestRun(job_id=job, source_id=source.id, to_add=10, added=4)
    model.Session.add(run)
    model.Session.commit()

    answer = app.get("/ess/harvest/source", headers=page.headers)

    soup = BeautifulSoup(answer.body, "html.parser")
    bar = soup.select_one(".ess-harvest-live progress")
    assert (bar["value"], bar["max"]) == ("4", "10")
    assert "4 of 10" in soup.select_one(".ess-harvest-live").get_text()
    assert answer.headers["Refresh"] == "5"


def test_a_loss_is_confirmed_on_the_page(source: Harvest, page: Any, app: Any):
    source.run()
    source.upstream.datasets.clear()
    source.run()
    soup = page()
    assert "5 of 5" in soup.select_one(".alert-danger").get_text()
    form = soup.select_one(".alert-danger form")
    assert form["action"] == "/ess/harvest/source/confirm"

    answer = app.post(form["action"], headers=page.headers, follow_redirects=False)

    assert answer.status_code == 302
    assert source.run().deleted == 5


def test_in_french(source: Harvest, page: Any):
    source.upstream.pages.add("eau")
    source.run()
    soup = page(lang="/fr")
    text = soup.select_one("#content, .main, body").get_text(" ", strip=True)
    assert "en partie en échec" in text
    assert "Erreurs du dernier moissonnage" in text
    assert "Errors" not in text


def test_others_do_not_see_it(source: Harvest, app: Any):
    source.run()
    for path in ("", "/errors.csv"):
        assert app.get(f"/ess/harvest/source{path}", status=404).status_code == 404
        assert app.get(f"/ess/harvest/nothing{path}", status=404).status_code == 404
    assert app.post("/ess/harvest/source/confirm", status=404).status_code == 404


def test_hostile_words_are_shown_as_words(source: Harvest, page: Any):
    source.run()
    run = model.Session.query(HarvestRun).one()
    run.error = "<script>alert(1)</script>"
    model.Session.commit()
    soup = page()
    assert "<script>alert(1)</script>" in soup.select_one(".alert-danger").get_text()
    assert not soup.select(".alert-danger script")


def test_groups():
    """Addresses do not tell sentences apart; the most frequent comes first."""
    errors = [
        {"message": "https://a.example/1.xml: not XML", "dataset": "one", "guid": "1"},
        {"message": "something else", "dataset": "", "guid": "3"},
        {"message": "https://a.example/2.xml: not XML", "dataset": "two", "guid": "2"},
    ]
    assert grouped({"errors": errors}) == [
        {"message": "not XML", "count": 2, "datasets": ["one", "two"]},
        {"message": "something else", "count": 1, "datasets": ["3"]},
    ]


def test_a_dry_run_from_the_page(source: Harvest, page: Any, app: Any):
    """Says what would change, hostile words as words, and writes nothing."""
    source.upstream.publisher("alpha", title="<script>alert(1)</script> " + "x" * 300)
    button = page().select_one("form.ess-harvest-try")
    assert button["action"] == "/ess/harvest/source/preview"

    soup = BeautifulSoup(app.post(button["action"], headers=page.headers).body, "html.parser")

    assert "would change 5 datasets" in soup.select_one(".ess-harvest-fresh").get_text()
    assert len(soup.select(".ess-harvest-changes > li")) == 5
    assert "<script>alert(1)</script>" in soup.get_text()
    assert not [one for one in soup.find_all("script") if "alert(1)" in one.get_text()]
    assert model.Session.query(HarvestRun).count() == 0
    assert not model.Session.query(model.Package).filter_by(type="dataset").count()
    source.upstream.down = True
    failed = BeautifulSoup(app.post(button["action"], headers=page.headers).body, "html.parser")
    assert "503" in failed.select_one(".alert-danger").get_text()
    assert app.post(button["action"], status=404).status_code == 404


def test_what_the_last_run_changed(source: Harvest, page: Any):
    source.run()
    source.upstream.change("eau", license_id="odc-odbl")
    source.run()
    soup = page()
    (entry,) = soup.select(".ess-harvest-changes > li")
    assert "changed" in entry.get_text()
    assert "license_id" in entry.dl.get_text()
    assert "Harvested without any failure" in soup.select_one(".ess-harvest-fresh").get_text()


def test_one_dataset_again_by_a_button(source: Harvest, page: Any, app: Any):
    """From the errors and from the dataset's own page, by those who may edit it, with a token of the form."""
    source.upstream.pages.add("eau")
    source.run()
    source.upstream.pages.clear()
    form = page().select_one(".ess-harvest-errors form")
    assert form.select_one("[name=dataset]")["value"] == "alpha-eau"
    own = BeautifulSoup(app.get("/dataset/alpha-eau", headers=page.headers).body, "html.parser")
    assert own.select_one(".ess-harvest-origin form")["action"] == form["action"]
    stranger = BeautifulSoup(app.get("/dataset/alpha-eau").body, "html.parser")
    assert not stranger.select(".ess-harvest-origin")
    data = {"dataset": "alpha-eau"}
    assert app.post(form["action"], data=data, status=404).status_code == 404
    source.upstream.reads.clear()

    answer = app.post(form["action"], data=data, headers=page.headers, follow_redirects=False)

    assert answer.headers["Location"].endswith("/dataset/alpha-eau")
    drain()
    source.finish()
    assert source.upstream.reads == ["eau"]
    assert not page().select(".ess-harvest-errors")
