"""Files of all activities of a question: three units, five formats, over real Solr and HTTP."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from lxml import etree

from ckanext.ess import config
from ckanext.ess.export.activities.columns import UNITS
from ckanext.ess.tests.ckan.activity_catalogue import activity_portal, ask
from ckanext.ess.tests.shared import shared

__all__ = ["activity_portal"]

pytestmark = pytest.mark.usefixtures("activity_portal")

OURS = "publisher=FR-RCS-523369619"


def download(app: Any, asked: str, prefix: str = "") -> Any:
    """The answer to a request for a file."""
    return app.get(f"{prefix}/projects/export?{asked}")


def table(app: Any, asked: str, prefix: str = "") -> list[dict[str, str]]:
    """Rows of a CSV file by title."""
    text = download(app, f"format=csv&{asked}", prefix).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if prefix else ","))


def test_projects_with_codes_and_names(app: Any):
    """Readable titles, a code beside its name, amounts as numbers."""
    rows = {row["IATI identifier"]: row for row in table(app, OURS)}
    assert len(rows) == 3
    water = rows["FR-RCS-523369619-EAU"]
    assert (water["Title"], water["Status (code)"], water["Status"]) == (
        "Drinking water wells", "2", "Implementation",
    )  # fmt: skip
    assert (water["Countries (codes)"], water["Countries"], water["Countries (percentages)"]) == (
        "SN; ML", "Senegal; Mali", "60; 40",
    )  # fmt: skip
    assert (water["Funders (identifiers)"], water["Funders"]) == ("FR-RCS-775665599", "AFD")
    assert (water["Budget in euros"], water["Start"]) == ("1500.0", "2021-03-01")


def test_in_french(app: Any):
    """Titles, names and semicolons."""
    rows = {row["Identifiant IATI"]: row for row in table(app, OURS, "/fr")}
    assert rows["FR-RCS-523369619-EAU"]["Titre"] == "Forages d’eau potable à Thiès"
    assert rows["FR-RCS-523369619-EAU"]["Pays"] == "Sénégal; Mali"


def test_transactions_and_budgets(app: Any):
    """One row for each, converted, with what it names itself."""
    rows = table(app, f"unit=transaction&{OURS}")
    assert len(rows) == 5
    (own,) = [row for row in rows if row["Countries of the transaction (codes)"]]
    assert (own["Amount"], own["Countries of the transaction"], own["Type of transaction"]) == (
        "100.1", "Mali", "Disbursement",
    )  # fmt: skip
    (francs,) = [row for row in rows if row["Currency (code)"] == "XOF"]
    assert (francs["Amount"], francs["Amount in euros"], francs["Year"]) == ("655957.0", "1000.0", "2023")
    budgets = table(app, f"unit=budget&{OURS}")
    assert sorted(row["Amount"] for row in budgets) == ["1000.0", "250.0", "500.0", "77.0"]
    assert {row["Budget or planned disbursement"] for row in budgets} == {"Budget"}


def test_chosen_columns_and_filters(app: Any):
    """In the order asked for."""
    rows = table(app, "columns=title,iati_identifier&q=école&country=SN&exclude_country=ML&" + OURS)
    assert [list(row.values()) for row in rows] == [
        ["Des écoles pour l’éducation des filles", "FR-RCS-523369619-ECOLE"]
    ]


def test_every_project_of_real_files_once(app: Any, activity_portal: dict[str, Any]):
    """As many rows as the search counts; the private one is not among them."""
    shared("samples/real")
    count = ask("ess_activity_search", rows=0)["count"]
    lines = download(app, "format=jsonl&columns=iati_identifier,dataset_id").data.decode().splitlines()
    assert len(lines) == count > 100
    assert activity_portal["private"]["id"] not in {json.loads(line)["dataset_id"] for line in lines}


@pytest.mark.parametrize("unit", UNITS)
def test_json_has_all_columns(app: Any, unit: str):
    """Under names for programs, with what was asked."""
    found = download(app, f"format=json&unit={unit}").json
    assert list(found["rows"][0]) == [column.name for column in UNITS[unit]]
    assert found["about"]["Address"].startswith("http")


def test_a_workbook_says_what_it_is(app: Any):
    """Two sheets; texts are texts, amounts numbers, days days."""
    answer = download(app, f"format=xlsx&country=SN&{OURS}")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    about = dict(book.worksheets[0].iter_rows(values_only=True))  # type: ignore[arg-type]
    assert (about["country"], about["Number of projects"]) == ("SN", "2")
    sheet = book.worksheets[1]
    titles = [cell.value for cell in next(sheet.iter_rows())]
    row = dict(zip(titles, (cell.value for cell in list(sheet.iter_rows())[1]), strict=True))
    assert isinstance(row["Budget in euros"], (int, float))
    assert row["Start"].year in (2019, 2021)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_iati_xml_is_a_file_again(app: Any):
    """One version: a file that the schema of the version accepts in its activities; several: an archive."""
    root = etree.fromstring(download(app, f"format=xml&{OURS}").data)
    assert (root.tag, root.get("version"), len(root)) == ("iati-activities", "2.03", 3)
    shared("samples/real")
    archive = zipfile.ZipFile(io.BytesIO(download(app, "format=xml").data))
    assert len(archive.namelist()) > 1
    activities = 0
    for name in archive.namelist():
        part = etree.fromstring(archive.read(name))
        assert name == f"activities-{part.get('version')}.xml"
        activities += len(part)
    assert activities == ask("ess_activity_search", rows=0)["count"]


def test_the_action_says_where(app: Any):
    """Its address gives the file."""
    answer = ask(
        "ess_activity_export", q="eau", filters={"country": ["SN"], "start_year": "2020.."}, columns="title"
    )
    assert (answer["count"], answer["format"], answer["columns"]) == (
        1,
        "csv",
        [{"name": "title", "title": "Title"}],
    )
    address = answer["url"].partition("test.ckan.net")[2]
    assert len(app.get(address).data.decode().splitlines()) == 2


def test_what_is_wrong_is_said(app: Any, monkeypatch: pytest.MonkeyPatch):
    """In sentences, before the file begins."""
    wrong = app.get("/projects/export?format=pdf&unit=x&columns=y&nothing=1", status=400)
    assert wrong.data.decode().count("There is no") == 4
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, "http://127.0.0.1:9/solr/ess_activities")
    assert "try again" in app.get("/projects/export", status=503).data.decode()
