"""The action that makes an IATI file of a spreadsheet, without an account."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from ckan.lib.redis import connect_to_redis

from ckanext.ess.iati.validate import validate, verdict
from ckanext.ess.tests.unit.convert_sheets import GARDEN, TITLES, WATER

pytestmark = pytest.mark.usefixtures("validation_portal", "fresh_turns")

CSV = "\n".join(";".join(row) for row in (TITLES, WATER, GARDEN))
WHO = {"organisation_id": "123456782", "organisation_name": "Exemple Sahel", "organisation_type": "22"}


@pytest.fixture
def fresh_turns() -> None:
    """Nobody has had a file converted yet."""
    redis = connect_to_redis()
    for key in redis.scan_iter("ess:turns:*"):
        redis.delete(key)


def ask(app: Any, content: bytes = CSV.encode(), name: str = "Projets.csv", **sent: Any) -> Any:
    """Call the action over HTTP, as a form with a file."""
    data = {**WHO, **sent, "upload": (io.BytesIO(content), name)}
    return app.post("/api/3/action/ess_convert", data=data, content_type="multipart/form-data")


def test_a_sheet_becomes_a_valid_file(app: Any):
    """And the identifier is made of the SIREN."""
    answer = ask(app).json["result"]
    assert (answer["activities"], answer["written"], answer["counts"]["error"]) == (2, True, 0)
    assert verdict(validate(io.BytesIO(answer["xml"].encode()))) == "valid"
    assert "FR-RCS-123456782-P1" in answer["xml"]


def test_role_and_country_are_given_once(app: Any):
    """For projects that name neither a place nor who carries them out."""
    titles = ["Code projet", "Titre", "Description", "Statut", "Date de début réelle", "Secteur"]
    row = ["P1", "Eau", "Des puits.", "En cours", "01/03/2025", "14030"]
    few = "\n".join(";".join(one) for one in (titles, row)).encode()
    assert not ask(app, few).json["result"]["written"]
    answer = ask(app, few, organisation_role="4", organisation_country="Sénégal").json["result"]
    assert answer["written"]
    assert 'recipient-country code="SN"' in answer["xml"]


def test_problems_name_their_cells(app: Any):
    """Nothing is written, unless one asks for the rest."""
    wrong = CSV.replace("01/03/2025", "32/01/2025").encode()
    answer = ask(app, wrong).json["result"]
    (problem,) = [one for one in answer["problems"] if one["severity"] == "error"]
    assert (problem["sheet"], problem["cell"], problem["value"]) == ("Projets", "E2", "32/01/2025")
    assert (answer["written"], answer["xml"]) == (False, "")
    assert ask(app, wrong, partial="true").json["result"]["xml"].count("<iati-activity ") == 1


def test_titles_of_ones_own(app: Any):
    """As the text of a JSON object."""
    own = CSV.replace("Intitulé", "Nom interne").encode()
    assert not ask(app, own).json["result"]["written"]
    assert ask(app, own, columns=json.dumps({"Nom interne": "Titre"})).json["result"]["written"]
    assert ask(app, own, columns="[1]").status_code == 409


def test_what_is_no_sheet_has_a_sentence(app: Any):
    """It is no fault of the request."""
    answer = ask(app, b"%PDF-1.7", "../../etc/passwd").json["result"]
    assert [one["code"] for one in answer["problems"]] == ["is-pdf"]


def test_no_file(app: Any):
    """The field is named."""
    answer = app.post("/api/3/action/ess_convert", json=WHO)
    assert (answer.status_code, set(answer.json["error"])) == (409, {"__type", "upload"})
    assert app.post("/api/3/action/ess_convert", json={**WHO, "upload": {"a": 1}}).status_code == 409


@pytest.mark.ckan_config("ckanext.ess.check.api_megabytes", 1)
def test_large_files_are_refused(app: Any):
    """413."""
    assert ask(app, b"x" * (1024 * 1024 + 1)).status_code == 413


@pytest.mark.ckan_config("ckanext.ess.check.per_hour", 1)
def test_too_many_are_refused(app: Any):
    """429 and when to come again."""
    assert ask(app).status_code == 200
    answer = ask(app)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
