"""For the tests of ``/publish``: an empty portal, sheets, and the forms that a browser sends."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup

from ckan import model
from ckan.lib.redis import connect_to_redis

from ckanext.ess.jobs import conversions as job
from ckanext.ess.store import publications
from ckanext.ess.store.conversions import Conversion
from ckanext.ess.tests.forms import form_values
from ckanext.ess.tests.unit.convert_sheets import WATER

WHO = {
    "organisation_id": "123 456 782",
    "organisation_name": "Exemple Sahel",
    "organisation_type": "22",
    "currency": "EUR",
}
WRONG = [*WATER[:4], "32/01/2025", *WATER[5:]]


@pytest.fixture
def fresh_turns() -> None:
    """Nobody has had a file converted yet."""
    redis = connect_to_redis()
    for key in redis.scan_iter("ess:turns:*"):
        redis.delete(key)


@pytest.fixture
def no_conversions(validation_portal: None) -> None:
    """No sheet is there, and no version."""
    for table in (Conversion, publications.PublishedVersion, publications.ColumnMeaning):
        model.Session.query(table).delete()
    model.Session.commit()


def sheet(*rows: list[Any]) -> bytes:
    """A CSV file of some rows."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()


def workbook(**sheets: list[list[Any]]) -> bytes:
    """A workbook of some sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        made = book.create_sheet(name)
        for row in rows:
            made.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def send(app: Any, content: bytes, name: str = "Projets.csv", *, as_: str = "", **fields: str) -> Any:
    """Send the first form, as a browser that follows nothing."""
    sent = {**WHO, **fields, "upload": (io.BytesIO(content), name)}
    return app.post(
        "/publish", data=sent, follow_redirects=False, content_type="multipart/form-data", headers=_as(as_)
    )


def _as(token: str) -> dict[str, str]:
    return {"Authorization": token} if token else {}


def path_of(answer: Any) -> str:
    """Where an answer leads."""
    assert answer.status_code in {302, 303}, answer.body
    return answer.headers["Location"].partition("http://test.ckan.net")[2] or answer.headers["Location"]


def converted(app: Any, content: bytes, name: str = "Projets.csv", **fields: str) -> str:
    """Send a sheet, let a worker convert it, and return the address of its page."""
    address = path_of(send(app, content, name, **fields))
    job.convert(address.rpartition("/")[2])
    return address


def correct(app: Any, address: str, *, as_: str = "", without: tuple[str, ...] = (), **changes: str) -> Any:
    """Send the form of step 2 as it stands, but for some fields; a worker converts again."""
    page = app.get(address, headers=_as(as_)).body
    sent = {name: values[0] for name, values in form_values(page, "ess-correct").items() if name != "save"}
    data = {name: text for name, text in {**sent, **changes}.items() if name not in without}
    answer = app.post(address, data=data, follow_redirects=False, headers=_as(as_))
    if answer.status_code in {302, 303}:
        job.convert(address.rpartition("/")[2])
    return answer


def field(page: str, title: str) -> dict[str, str]:
    """The field of a cell by the title of its column."""
    soup = BeautifulSoup(page, "html.parser")
    label = next(one for one in soup.select(".ess-cell label") if title in one.text)
    found = soup.find(id=label["for"])
    return {"name": str(found["name"]), "value": str(found.get("value", found.text))}  # type: ignore[index]


def said(page: str) -> list[str]:
    """Problems in words."""
    return [" ".join(one.text.split()) for one in BeautifulSoup(page, "html.parser").select(".ess-said")]
