"""Pages of projects against a portal whose every number is known, and against files that mean harm."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess import config
from ckanext.ess.jobs import draining
from ckanext.ess.tests.ckan import activity_catalogue
from ckanext.ess.tests.ckan.activity_catalogue import PUBLIC, activity, activity_portal, budget, country
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running

__all__ = ["activity_portal"]

SCRIPT = "<script>alert(1)</script>"
#: Identifiers that a path, a server or a browser may spoil.
ODD = ("XM/DAC 7/été-1", "XM//2", "../etc/passwd", "?q=1#2", "100%25", 'a"b', "<b>x</b>", "show", "feed.rss")
HOSTILE = (
    activity(
        "HARM",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        country("SN")
        + budget(2021, "1e300")
        + budget(20223, "5")
        + budget(2020, "-1000")
        + '<document-link format="text/html" url="javascript:alert(1)"><title><narrative>Cliquez</narrative>'
        '</title><category code="A01"/></document-link>'
        + "<location><point><pos>999 999</pos></point></location>"
        + '<related-activity type="1" ref="&lt;img src=x onerror=alert(1)&gt;"/>',
        description="&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
    ),
    activity("LONG", "Mot" * 3000, country("SN")),
    activity("BARE", "", status="99", start="pas une date", description=""),
    *(activity("ODD", f"Projet {place}", identifier=_xml) for place, _xml in enumerate(
        one.replace("&", "&amp;").replace("<", "&lt;") for one in ODD
    )),
)  # fmt: skip


@pytest.fixture
def site_pages(activity_portal: dict[str, Any]) -> dict[str, Any]:
    """The known projects, the same file in a second dataset, and the hostile ones."""
    if "hostile" not in activity_portal:
        head = '<iati-activities version="2.03">'
        with running(FakeUpstream()) as site:
            site.serve("/again.xml", PUBLIC)
            site.serve("/harm.xml", (head + "".join(HOSTILE) + "</iati-activities>").encode())
            owner = activity_portal["organization"]
            for name in ("again", "harm"):
                resources = [{"url": site.url(f"/{name}.xml"), "format": "XML", "name": name}]
                activity_portal[name] = factories.Dataset(owner_org=owner["id"], resources=resources)
            draining.drain()
        model.Session.rollback()
        activity_portal["hostile"] = True
    return activity_portal


def page(app: Any, path: str, status: int = 200) -> BeautifulSoup:
    """A page, as a browser reads it."""
    return BeautifulSoup(app.get(path, status=status).body, "html.parser")


def words(soup: Any) -> str:
    """What stands there, with plain spaces."""
    return " ".join(soup.get_text(" ").split())


def test_the_answer_comes_first(app: Any, site_pages: dict[str, Any]):
    """How many projects, and the sums that the action gives."""
    found = activity_catalogue.ask("ess_activity_search", filters={"country": ["ML"]})
    soup = page(app, "/fr/projects?country=ML")
    assert f"{found['count']} projet" in words(soup.select_one(".ess-answer"))
    sums = [one["title"].replace("\u202f", "").replace("\xa0", " ") for one in soup.select(".ess-answer-sum")]
    assert f"{round(found['totals']['commitments_eur'])} €" in sums
    assert [one["aria-current"] for one in soup.select('[data-ess-value="ML"]')] == ["true"]
    assert "Mali" in words(soup.select_one(".ess-chips"))


def test_a_private_project_is_not_there(app: Any, site_pages: dict[str, Any]):
    """Neither in the search nor on a page of its own, in no shape."""
    assert page(app, "/fr/projects?q=secret").select(".ess-result") == []
    for path in ("/projects/FR-RCS-523369619-SECRET", "/projects/show.json?id=FR-RCS-523369619-SECRET"):
        app.get(path, status=404)


def test_the_same_identifier_in_two_files_is_shown_twice(app: Any, site_pages: dict[str, Any]):
    soup = page(app, "/fr/projects/FR-RCS-523369619-EAU")
    assert len(soup.select("article.ess-project")) == 2
    assert "figure dans 2 fichiers" in words(soup)


def test_what_a_project_says(app: Any, site_pages: dict[str, Any]):
    """Texts in the reader's language with the other beside it, shares, sums, sectors, who, the file."""
    soup = page(app, "/fr/projects/FR-RCS-523369619-EAU").select_one("article.ess-project")
    assert soup is not None
    text = words(soup)
    assert words(soup.h1) == "Forages d’eau potable à Thiès"
    for told in (
        "Drinking water wells",
        "Sénégal",
        "60 %",
        "Mali",
        "40 %",
        "1 500 €",
        "500 €",
        "AFD",
        "Thiès",
    ):
        assert told in text.replace("\u202f", " ").replace("\xa0", " "), told
    english = page(app, "/en/projects/FR-RCS-523369619-EAU")
    assert words(english.select_one("h1")) == "Drinking water wells"


def test_a_currency_without_rate_is_said(app: Any, site_pages: dict[str, Any]):
    """XOF with the rate that was used, XTS as not converted, never as zero."""
    text = words(page(app, "/fr/projects/FR-RCS-523369619-LAOS")).replace("\u202f", " ")
    assert "655,957 en 2023" in text
    assert "non converti" in text


@pytest.mark.parametrize("identifier", ODD)
def test_odd_identifiers_have_pages(app: Any, site_pages: dict[str, Any], identifier: str):
    """By parameter always; by the link that the search gives too."""
    soup = page(app, f"/projects/show?id={quote(identifier, safe='')}")
    assert identifier in words(soup.select_one(".ess-project-head"))
    number = ODD.index(identifier)
    listed = page(app, f'/projects?q="Projet {number}"&rows=100')
    link = next(one for one in listed.select(".ess-result-title a") if words(one) == f"Projet {number}")
    assert identifier in words(page(app, link["href"]).select_one(".ess-project-head"))


@pytest.mark.parametrize(
    "path",
    [
        "/projects/FR-RCS-523369619-HARM",
        "/projects?q=HARM&rows=100",
        "/projects?rows=100",
        "/projects/charts",
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_hostile_becomes_markup(app: Any, site_pages: dict[str, Any], path: str, language: str):
    """No script of theirs, no handler, no address that runs."""
    body = app.get(f"/{language}{path}").body
    assert SCRIPT not in body
    assert "<img src=x" not in body
    soup = BeautifulSoup(body, "html.parser")
    assert not [one for one in soup.select("a[href]") if one["href"].lower().startswith("javascript:")]
    text = words(soup.select_one("[role=main]"))
    for slip in ("None", "{amount}", "Traceback"):
        assert slip not in text.split()


def test_linked_data_cannot_end_its_script(app: Any, site_pages: dict[str, Any]):
    soup = page(app, "/projects/FR-RCS-523369619-HARM")
    (script,) = soup.select('head script[type="application/ld+json"]')
    assert SCRIPT in json.loads(script.string)["description"]


def test_other_shapes(app: Any, site_pages: dict[str, Any]):
    """JSON and XML hold both occurrences; XML from us does not run in our name."""
    address = "?id=FR-RCS-523369619-EAU"
    assert len(json.loads(app.get(f"/projects/show.json{address}").body)["activities"]) == 2
    answer = app.get(f"/projects/show.xml{address}")
    root = etree.fromstring(answer.get_data())
    assert [one.findtext("iati-identifier") for one in root] == ["FR-RCS-523369619-EAU"] * 2
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    linked = json.loads(app.get(f"/projects/show.jsonld{address}").body)
    assert (linked["@type"], linked["identifier"]) == ("Project", "FR-RCS-523369619-EAU")


def test_the_export_has_all_that_is_found(app: Any, site_pages: dict[str, Any]):
    """The menu's form leads to a file with the page's filters, whatever the page and the order."""
    soup = page(app, "/en/projects?country=SN&q=projet&sort=title&rows=50&more=1")
    form = soup.select_one('form[action$="/export"]')
    given = "&".join(f"{one['name']}={one['value']}" for one in form.select("input[type=hidden]"))
    rows = app.get(f"{form['action']}?{given}&format=jsonl&unit=activity").body.strip().splitlines()
    found = activity_catalogue.ask("ess_activity_search", q="projet", filters={"country": ["SN"]})
    assert len(rows) == found["count"]
    for unit in form.select("#ess-export-unit option"):
        for shape in form.select("#ess-export-format option"):
            app.get(f"{form['action']}?{given}&format={shape['value']}&unit={unit['value']}", status=200)


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feeds(app: Any, site_pages: dict[str, Any], kind: str):
    """Well-formed whatever the titles; as many entries as results."""
    answer = app.get(f"/projects/feed.{kind}?country=SN")
    root = etree.fromstring(answer.get_data())
    entries = root.findall("{*}entry") or root.findall("channel/item")
    assert len(entries) == activity_catalogue.ask("ess_activity_search", filters={"country": ["SN"]})["count"]


def test_tables_are_the_action_s(app: Any, site_pages: dict[str, Any]):
    """The CSV behind a drawing."""
    rows = [*csv.DictReader(io.StringIO(app.get("/en/projects/charts/country.csv").body.lstrip("\ufeff")))]
    wanted = activity_catalogue.ask("ess_activity_money", by="country")["rows"]
    assert [(row["Code"], int(row["Projects"]), float(row["Budget (EUR)"])) for row in rows] == [
        (row["value"], row["count"], row["budget"]) for row in wanted
    ]
    app.get("/projects/charts/password.csv", status=404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/projects?start_year=abc", 400),
        ("/projects?location=1,2,3", 400),
        ("/projects?page=501", 400),
        ("/projects?budget_band=%7B!lucene%7D", 400),
        ("/projects?country=%22%20OR%20*:*", 200),
        ("/projects?q=%7B!func%7Dsum(1)", 200),
        ("/projects?q=" + "a" * 5000, 200),
        ("/projects/" + "x" * 3000, 404),
        ("/projects/show", 404),
        ("/countries/XX", 404),
        ("/countries/FR", 200),
        ("/countries", 200),
        ("/sectors/140", 200),
        ("/sectors/nothing", 404),
        ("/organization/nobody/projects", 404),
    ],
)
def test_whatever_is_asked_has_an_answer(app: Any, site_pages: dict[str, Any], path: str, status: int):
    app.get(f"/fr{path}", status=status)


def test_a_country_and_an_organisation(app: Any, site_pages: dict[str, Any]):
    """The same numbers as the search."""
    found = activity_catalogue.ask("ess_activity_search", filters={"country": ["SN"]})
    soup = page(app, "/fr/countries/sn")
    assert words(soup.h1).startswith("Sénégal")
    assert f"{found['count']} projet" in words(soup.select_one(".ess-answer"))
    name = site_pages["organization"]["name"]
    assert "Projets" in words(page(app, f"/fr/organization/{name}/projects").select_one(".nav-tabs"))


def test_without_an_index(app: Any, site_pages: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    """The portal works, leads nobody there, and says why."""
    monkeypatch.delenv(config.ACTIVITIES_SOLR_VARIABLE)
    monkeypatch.setitem(tk.config, config.ACTIVITIES_SOLR, "")
    for path in ("/fr/projects?q=unasked", "/fr/projects/FR-RCS-523369619-EAU", "/fr/countries/BR"):
        assert "pas encore en service" in words(page(app, path, 503))
    home = page(app, "/fr/")
    assert not home.select('a[href$="/projects"], a[href$="/projects/"]')
    assert page(app, "/fr/dataset/").select(".ess-tabs") == []
