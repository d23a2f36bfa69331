"""The OpenAPI file is valid, names what the search takes, and fits its answers."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from ckanext.ess.index.activities.questions.names import FIELDS, ORDERS
from ckanext.ess.tests.ckan.activity_catalogue import activity_portal, ask

__all__ = ["activity_portal"]


@pytest.fixture
def described(app: Any, activity_portal: dict[str, Any]) -> dict[str, Any]:
    """The file as it is served."""
    answer = app.get("/projects/openapi.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.json


def test_it_is_valid(described: dict[str, Any]):
    """By the rules of OpenAPI 3.1."""
    validate(described)
    assert described["openapi"] == "3.1.0"


def test_it_names_all_fields_and_orders(described: dict[str, Any]):
    """They come from the table that the search reads."""
    search = described["paths"]["/api/3/action/ess_activity_search"]["get"]["parameters"]
    named = {one["name"]: one for one in search}
    assert set(FIELDS) | {f"exclude_{name}" for name in FIELDS} <= set(named)
    assert set(named["sort"]["schema"]["enum"]) == set(ORDERS)


@pytest.mark.parametrize(
    ("action", "schema", "asked"),
    [
        ("ess_activity_search", "Found", {"facets": ["country", "funder"], "q": "eau"}),
        ("ess_activity_facets", "Facets", {"facets": ["country"]}),
        ("ess_activity_money", "Sums", {"by": "country"}),
        ("ess_activity_show", "Activities", {"iati_identifier": "FR-RCS-523369619-EAU"}),
        ("ess_activity_export", "File", {"format": "xlsx"}),
    ],
)
def test_answers_are_as_described(described: dict[str, Any], action: str, schema: str, asked: dict[str, Any]):
    """Each has what its schema wants."""
    whole = {**described["components"]["schemas"][schema], "components": described["components"]}
    jsonschema.validate(ask(action, **asked), whole)
