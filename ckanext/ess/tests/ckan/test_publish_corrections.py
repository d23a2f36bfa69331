"""Step 2 of ``/publish``: cells, columns and what else is corrected in place."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckanext.ess.jobs import conversions as job
from ckanext.ess.tests.ckan.publish_portal import (
    WRONG,
    converted,
    correct,
    field,
    fresh_turns,
    no_conversions,
    said,
    sheet,
)
from ckanext.ess.tests.unit.convert_sheets import GARDEN, TITLES, WATER

__all__ = ["fresh_turns", "no_conversions"]


pytestmark = pytest.mark.usefixtures("validation_portal", "fresh_turns", "no_conversions")


def test_a_cell_is_corrected_in_place(app: Any):
    """The problem stands beside the cell; what is typed is kept, told, listed, and can be taken back."""
    address = converted(app, sheet(TITLES, WRONG, GARDEN))
    page = app.get(address).body
    assert "1 error stands in the way" in page
    assert "1 project is ready" in page
    cell = field(page, "Date de début réelle")
    assert cell["value"] == "32/01/2025"
    assert any("not a date" in one for one in said(page))
    assert app.get(f"{address}/activities.xml", status=404)
    answer = correct(app, address, **{cell["name"]: "31/01/2025"})
    assert answer.status_code == 302
    page = app.get(address).body
    assert "2 projects of Exemple Sahel are in" in page
    assert b'iso-date="2025-01-31"' in app.get(f"{address}/activities.xml").data
    assert "1 cell corrected here" in page
    listed = app.get(f"{address}/corrections.csv").data.decode("utf-8-sig")
    assert "E2;32/01/2025;31/01/2025" in listed
    correct(app, address, undo="0")
    page = app.get(address).body
    assert field(page, "Date de début réelle")["value"] == "32/01/2025"


def test_corrections_add_up(app: Any):
    """Two rounds, two cells; a wrong text is shown again as it was typed."""
    other = [*GARDEN[:4], "mars 2025", *GARDEN[5:]]
    address = converted(app, sheet(TITLES, WRONG, other))
    page = app.get(address).body
    names = re.findall(r'name="(c\.\d+\.\d+\.5)"', page)
    assert len(names) == 2
    correct(app, address, **{names[0]: "31/01/2025"})
    page = app.get(address).body
    assert re.findall(r'name="(c\.\d+\.\d+\.5)"', page), page
    correct(app, address, **{field(page, "Date de début réelle")["name"]: "01/03/20225"})
    page = app.get(address).body
    assert field(page, "Date de début réelle")["value"] == "01/03/20225"
    correct(app, address, **{field(page, "Date de début réelle")["name"]: "01/03/2022"})
    page = app.get(address).body
    assert "2 cells corrected here" in page
    assert "2 projects" in page


def test_an_older_page_changes_nothing(app: Any):
    """Two windows: the second says that it is late."""
    address = converted(app, sheet(TITLES, WRONG))
    page = app.get(address).body
    cell = field(page, "Date de début réelle")
    correct(app, address, **{cell["name"]: "31/01/2025"})
    answer = app.post(address, data={"round": "1", cell["name"]: "x"}, follow_redirects=False)
    assert answer.status_code == 409
    assert "converted again meanwhile" in answer.body
    assert "1 cell corrected here" in app.get(address).body


def test_unknown_columns_are_asked_for(app: Any):
    """A close title is proposed, another may be left out or be what its owner says."""
    titles = [*TITLES[:1], "Intitulé interne", *TITLES[2:], "Budjet 2025", "Chargée de projet"]
    address = converted(app, sheet(titles, [*WATER, "1 000,50", "Awa"]))
    page = app.get(address).body
    soup = BeautifulSoup(page, "html.parser")
    asked = {label.text: str(label["for"]) for label in soup.select(".ess-question > label")}
    assert {"Intitulé interne", "Budjet 2025", "Chargée de projet"} <= set(asked)
    chosen = soup.find(id=asked["Budjet 2025"]).select_one("option[selected]")  # type: ignore[union-attr]
    assert chosen is not None
    assert chosen["value"] == "Budget 2025"
    correct(app, address, **{asked["Intitulé interne"]: "Title", asked["Chargée de projet"]: ""})
    content = app.get(f"{address}/activities.xml").data
    assert b">1000.50</value>" in content
    assert "Eau à Thiès".encode() in content
    assert b"Awa" not in content


def test_missing_columns_are_filled_for_all_rows_or_row_by_row(app: Any):
    """A status and a country that the sheet does not have."""
    drop = {TITLES.index("Statut"), TITLES.index("Pays")}
    rows = [[cell for place, cell in enumerate(row) if place not in drop] for row in (TITLES, WATER, GARDEN)]
    address = converted(app, sheet(*rows))
    page = app.get(address).body
    assert 'name="a.projects.status"' in page
    assert 'name="a.projects.country"' in page
    assert '<datalist id="ess-list-ActivityStatus">' in page
    correct(app, address, **{"a.projects.status": "En cours", "add.projects.country": "1"})
    page = app.get(address).body
    column = field(page, "Pays")["name"].rpartition(".")[2]
    names = re.findall(rf'name="(c\.\d+\.\d+\.{column})"', page)
    assert len(names) == 2
    correct(app, address, **dict.fromkeys(names, "Sénégal"))
    assert "2 projects of Exemple Sahel are in" in app.get(address).body


def test_who_publishes_is_asked_for_where_it_is_missing(app: Any):
    """In step 2 as well."""
    address = converted(app, sheet(TITLES, WATER), organisation_name="", organisation_id="")
    page = app.get(address).body
    assert any("Who publishes is unknown" in one for one in said(page))
    assert "--organisation" not in page
    correct(app, address, organisation_name="Exemple", organisation_id="123456782")
    assert "1 project of Exemple is in" in app.get(address).body


def test_projects_with_errors_can_be_left_out(app: Any):
    """And the page says how many."""
    address = converted(app, sheet(TITLES, WRONG, GARDEN))
    correct(app, address, partial="1")
    page = app.get(address).body
    assert "1 project of Exemple Sahel is in" in page
    assert "1 project with errors is not in it" in page
    assert app.get(f"{address}/activities.xml").data.count(b"<iati-activity ") == 1


def test_a_sheet_is_sent_again(app: Any):
    """What was typed is dropped, what was said of columns stays."""
    titles = [*TITLES[:1], "Intitulé interne", *TITLES[2:]]
    address = converted(app, sheet(titles, WRONG))
    page = app.get(address).body
    label = BeautifulSoup(page, "html.parser").select_one(".ess-question > label")
    assert label is not None
    correct(app, address, **{str(label["for"]): "Titre"})
    again = {"upload": (io.BytesIO(sheet(titles, WATER)), "Projets 2.csv")}
    answer = app.post(
        f"{address}/sheet", data=again, follow_redirects=False, content_type="multipart/form-data"
    )
    assert answer.status_code == 302
    job.convert(address.rpartition("/")[2])
    page = app.get(address).body
    assert "1 project of Exemple Sahel is in" in page
    assert "Projets 2.csv" in page


def test_long_lists_have_pages(app: Any):
    """Of rows with problems; each shows its own fields."""
    rows = [[f"P{number}", *WRONG[1:]] for number in range(45)]
    address = converted(app, sheet(TITLES, *rows))
    first, last = app.get(address).body, app.get(f"{address}?page=3").body
    assert "45 rows to look at" in first
    assert first.count('class="ess-line"') == 20
    assert last.count('class="ess-line"') == 5
    assert app.get(f"{address}?page=99999").body.count('class="ess-line"') == 5
    assert app.get(f"{address}?page=x").status_code == 200


def test_findings_of_the_validator_speak_of_cells(app: Any):
    """With the title of the column, no word of XML."""
    address = converted(app, sheet([*TITLES, "Courriel de contact"], [*WATER, "awa@gmail.com"]))
    (one,) = [one for one in said(app.get(address).body) if "gmail" in one]
    assert "Courriel de contact" in one
    assert "email>" not in one
