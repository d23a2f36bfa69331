"""From a spreadsheet to a valid file in pages: over HTTP, without JavaScript, without an account."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from ckan import model

from ckanext.ess.iati.validate import validate, verdict
from ckanext.ess.jobs import conversions as job
from ckanext.ess.store import conversions
from ckanext.ess.store.conversions import LEASE, MOST_TRIES, Conversion
from ckanext.ess.store.harvest import utcnow
from ckanext.ess.tests.ckan.publish_portal import (
    converted,
    fresh_turns,
    no_conversions,
    path_of,
    send,
    sheet,
)
from ckanext.ess.tests.register import ASSOCIATION, register
from ckanext.ess.tests.unit.convert_sheets import GARDEN, TITLES, WATER

__all__ = ["fresh_turns", "no_conversions"]


pytestmark = pytest.mark.usefixtures("validation_portal", "fresh_turns", "no_conversions")


def test_the_form_needs_no_account(app: Any):
    """It says what it takes, what is kept, and where a template is."""
    page = app.get("/publish").body
    assert 'type="file"' in page
    assert "25 MB" in page
    assert "24 hours" in page
    assert "/publish/template.xlsx" in page
    assert "/publish/template.csv" in page


@pytest.mark.parametrize("path", ["/", "/validate"])
def test_the_page_is_found(app: Any, path: str):
    """From the home page, the navigation and the page that checks."""
    assert 'href="/publish"' in app.get(path).body


@pytest.mark.parametrize(("lang", "title"), [("fr", "Titre"), ("en", "Title")])
def test_templates(app: Any, lang: str, title: str):
    """A workbook with lists, and CSV; in the language asked for, else the page's."""
    answer = app.get(f"/publish/template.xlsx?lang={lang}")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert any(title in str(cell.value) for cell in book.worksheets[0][1])
    assert "attachment" in answer.headers["Content-Disposition"]
    text = app.get(f"/publish/template.csv?lang={lang}").data.decode("utf-8-sig")
    assert title in text.splitlines()[0]
    prefix = "/fr" if lang == "fr" else ""
    assert title in app.get(f"{prefix}/publish/template.csv").data.decode("utf-8-sig").splitlines()[0]
    assert app.get("/publish/template.exe", status=404)


def test_a_filled_template_is_valid(app: Any):
    """The examples are left out, what is filled in below is converted."""
    book = openpyxl.load_workbook(io.BytesIO(app.get("/publish/template.xlsx?lang=fr").data))
    projects = book.worksheets[0]
    titles = {str(cell.value).removesuffix(" *"): cell.column for cell in projects[1]}
    for title, text in {
        "Identifiant du projet": "P1", "Titre": "Eau", "Description": "Douze puits.", "Statut": "En cours",
        "Date de début réelle": "01/03/2025", "Secteur": "14030",
    }.items():  # fmt: skip
        projects.cell(5, titles[title], text)
    stream = io.BytesIO()
    book.save(stream)
    address = converted(
        app, stream.getvalue(), "modele.xlsx", organisation_role="4", organisation_country="SN"
    )
    page = app.get(address).body
    assert "1 project of Exemple Sahel is in an IATI 2.03 file" in page
    answer = app.get(f"{address}/activities.xml")
    assert verdict(validate(io.BytesIO(answer.data))) in {"valid", "warnings"}
    assert b"FR-RCS-123456782-P1" in answer.data


def test_a_siren_gives_the_identifier_without_any_register(app: Any):
    """Offline too; a wrong number has its sentence, and what was typed stays."""
    page = app.post("/publish/who", data={"organisation_id": "123456782", "organisation_role": "4"}).body
    assert 'value="FR-RCS-123456782"' in page
    assert re.search(r'value="4" selected', page)
    page = app.post("/publish/who", data={"organisation_id": "123456789"}).body
    assert "ess-siren-wrong" in page
    assert 'value="123456789"' in page
    assert app.post("/publish/who", data={"organisation_id": "GB-CHC-202918"}).body.count("GB-CHC-202918")


def test_the_register_gives_the_name(app: Any, ckan_config: Any):
    """To anybody, within the limits of a visitor."""
    with register() as (address, asked):
        ckan_config["ckanext.ess.recherche_entreprises.url"] = address
        ckan_config["ckanext.ess.http.allow_private"] = True
        page = app.post("/publish/who", data={"organisation_id": ASSOCIATION}).body
        assert "EAU POUR DEMAIN" in page
        assert re.search(r'value="22" selected', page)
        ckan_config["ckanext.ess.check.per_hour"] = 1
        answer = app.post("/publish/who", data={"organisation_id": ASSOCIATION})
        assert answer.status_code == 429
        assert len(asked) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", ""])
def test_a_register_that_does_not_answer_stops_nobody(app: Any, ckan_config: Any, url: str):
    """The identifier is there, and a sentence that asks for the name."""
    ckan_config["ckanext.ess.recherche_entreprises.url"] = url
    page = app.post("/publish/who", data={"organisation_id": ASSOCIATION}).body
    assert 'value="FR-RCS-123456782"' in page
    assert "Please write the name" in page


def test_a_sheet_waits_then_shows(app: Any):
    """First a page that refreshes without JavaScript and with it; then the result."""
    address = path_of(send(app, sheet(TITLES, WATER, GARDEN)))
    waiting = app.get(address)
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"', waiting.body)
    assert 'hx-trigger="every 2s"' in waiting.body
    assert app.get(f"{address}/activities.xml", status=404)
    job.convert(address.rpartition("/")[2])
    page = app.get(address).body
    assert "2 projects of Exemple Sahel are in an IATI 2.03 file" in page
    assert "refresh" not in page
    answer = app.get(f"{address}/activities.xml")
    assert verdict(validate(io.BytesIO(answer.data))) in {"valid", "warnings"}
    assert "activites-fr-rcs-123456782.xml" in answer.headers["Content-Disposition"]
    assert app.get(f"{address}/organisation.xml").data.startswith(b"<?xml")


def test_results_are_secret_and_kept_by_no_cache(app: Any):
    """Whoever has the link sees it; nobody else learns of it."""
    address = converted(app, sheet(TITLES, WATER))
    assert len(address.rpartition("/")[2]) >= 32
    for path in (address, f"{address}/activities.xml"):
        answer = app.get(path)
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
    for path in ("/publish/0000", "/publish/0000/activities.xml", "/publish/0000/corrections.csv"):
        assert app.get(path, status=404)
    for path in ("/publish/0000", "/publish/0000/sheet", "/publish/0000/save"):
        assert app.post(path, data={"round": "1"}, status=404)


def test_sheets_live_for_a_day(app: Any):
    """Then nobody sees them, and they are deleted."""
    address = converted(app, sheet(TITLES, WATER))
    model.Session.query(Conversion).update({"expires": utcnow() - timedelta(seconds=1)})
    model.Session.commit()
    assert app.get(address, status=404)
    assert conversions.prune() == 1
    assert model.Session.query(Conversion).count() == 0


def test_a_dead_workers_sheet_is_converted_by_another(app: Any):
    """The row is the claim; a sheet that stops workers is left alone, and its page says so."""
    address = path_of(send(app, sheet(TITLES, WATER)))
    token = address.rpartition("/")[2]
    assert conversions.take(token) is not None
    assert conversions.take(token) is None
    model.Session.query(Conversion).update({"taken": utcnow() - 2 * LEASE})
    model.Session.commit()
    assert conversions.is_forgotten(conversions.find(token))  # type: ignore[arg-type]
    model.Session.query(Conversion).update({"tries": MOST_TRIES})
    model.Session.commit()
    assert conversions.take(token) is None
    page = app.get(address).body
    assert "begun several times" in page
    assert "refresh" not in page


def test_a_late_worker_writes_over_nothing(app: Any):
    """What an earlier round found is dropped."""
    address = converted(app, sheet(TITLES, WATER))
    found = conversions.find(address.rpartition("/")[2])
    assert found is not None
    conversions.again(found)
    assert not conversions.finish(found.token, 1, {"result": {"made": 99}})
    assert conversions.finish(found.token, 2, {"result": {"readable": True}})
