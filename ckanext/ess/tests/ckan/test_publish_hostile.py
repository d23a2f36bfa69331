"""Sheets and forms that nobody should trust, and limits, on ``/publish``."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ckan import model

from ckanext.ess.logic import publishing
from ckanext.ess.logic.checks import Refused
from ckanext.ess.store import conversions
from ckanext.ess.store.conversions import Conversion
from ckanext.ess.tests.ckan.hostile import LONG, outside_bdi, scripts
from ckanext.ess.tests.ckan.publish_portal import (
    WHO,
    WRONG,
    converted,
    correct,
    field,
    fresh_turns,
    no_conversions,
    said,
    send,
    sheet,
    workbook,
)
from ckanext.ess.tests.unit.convert_sheets import GARDEN, TITLES, WATER

__all__ = ["fresh_turns", "no_conversions"]


pytestmark = pytest.mark.usefixtures("validation_portal", "fresh_turns", "no_conversions")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"%PDF-1.7", "PDF"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls"),
        ("a.csv", b"un,deux\n1,2\n", "project"),
        ("a.xlsx", b"PK\x03\x04 no", "damaged"),
        ("a.csv", b"Titre;Statut\n" + b"Eau;2\n" * 20_001, "20000 rows"),
    ],
)
def test_what_is_no_sheet_has_a_sentence(app: Any, name: str, content: bytes, words: str):
    """And may be sent again."""
    page = app.get(converted(app, content, name)).body
    assert "could not be read" in page
    assert words in " ".join(said(page))
    assert "ess-again-upload" in page


def test_hostile_words_stay_words(app: Any):
    """Script and text that turns round: in the file's name, titles, cells, the organisation."""
    evil = "<script>alert(1)</script>\u202e"
    rows = [
        [*TITLES, evil, "Note"],
        [*WRONG[:1], evil, *WRONG[2:], evil, LONG],
        [evil, *GARDEN[1:], evil, evil],
    ]
    content = workbook(Projets=rows)
    address = converted(app, content, f"{evil}.xlsx", organisation_name=evil)
    for query in ("", "?page=2"):
        page = app.get(address + query).body
        assert scripts(page) == []
        assert (
            outside_bdi(re.sub(r"<(?:option|textarea|title)[^>]*>.*?</\w+>", "", page, flags=re.DOTALL)) == []
        )
    correct(app, address, **{field(app.get(address).body, "Date de début réelle")["name"]: evil})
    page = app.get(address).body
    assert scripts(page) == []
    assert app.get(f"{address}/corrections.csv").status_code == 200


def test_fields_that_are_no_cells_change_nothing(app: Any):
    """Other rows, other sheets, numbers that are none."""
    address = converted(app, sheet(TITLES, WRONG, GARDEN))
    names = [
        "c.0.99999.1",
        "c.7.2.1",
        "c.0.2.9999",
        "c.0.3.1",
        "c.x.y.z",
        "c.0.²." + "1",
        "a.projects.nothing",
        "t.99",
    ]
    correct(app, address, **dict.fromkeys(names, "x"))
    assert "corrected here" not in app.get(address).body


def test_formulas_in_the_list_of_corrections_are_harmless(app: Any):
    """A spreadsheet opens it."""
    address = converted(app, sheet(TITLES, WRONG))
    correct(app, address, **{field(app.get(address).body, "Date de début réelle")["name"]: "=1+1"})
    assert ";'=1+1" in app.get(f"{address}/corrections.csv").data.decode("utf-8-sig")


@pytest.mark.ckan_config("ckanext.ess.check.max_megabytes", 1)
@pytest.mark.parametrize("size", [1024 * 1024 + 1, 3 * 1024 * 1024], ids=["a byte", "by far"])
def test_sheets_that_are_too_large_are_refused(app: Any, size: int):
    """413 and a sentence, before anything is kept."""
    answer = send(app, b"x" * size)
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.body
    assert model.Session.query(Conversion).count() == 0


def test_nothing_sent_is_refused(app: Any):
    """What was filled in is still there."""
    answer = app.post("/publish", data=WHO, follow_redirects=False, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert "Choose your spreadsheet" in answer.body
    assert 'value="Exemple Sahel"' in answer.body


@pytest.mark.ckan_config("ckanext.ess.check.per_hour", 1)
def test_one_client_has_its_share(app: Any):
    """429 and when to come again; checks and sheets count together, corrections apart."""
    address = converted(app, sheet(TITLES, WRONG))
    answer = send(app, sheet(TITLES, WATER))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    for number in range(10):
        assert correct(app, address, organisation_name=f"N{number}").status_code == 302
    assert correct(app, address).status_code == 429


def test_the_database_is_nobodys_to_fill(app: Any, monkeypatch: pytest.MonkeyPatch):
    """503 and when to come again, once a lot is kept."""
    address = converted(app, sheet(TITLES, WRONG))
    assert conversions.kept_bytes() > len(sheet(TITLES, WRONG))
    monkeypatch.setattr(publishing, "MOST_KEPT", 10)
    answer = send(app, sheet(TITLES, WATER))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert model.Session.query(Conversion).count() == 1
    assert correct(app, address, organisation_name="N").status_code == 302


@pytest.mark.parametrize("number", [2001, 40])
def test_corrections_have_their_limits(app: Any, number: int):
    """Many cells, or long texts: the sheet itself is the place."""
    address = converted(app, sheet(TITLES, WRONG))
    token = address.rpartition("/")[2]
    found = conversions.find(token)
    assert found is not None
    text = "x" * (30_000 if number < 100 else 1)
    edits = [("Projets", 2, column, text, "") for column in range(1, number + 1)]
    with pytest.raises(Refused):
        publishing.correct(found, {"edits": edits})


@pytest.mark.ckan_config("ckanext.ess.validation", False)
def test_a_portal_that_checks_nothing_has_no_such_page(app: Any):
    """Nor a link to it."""
    assert app.get("/publish", status=404)
    assert 'href="/publish"' not in app.get("/").body
