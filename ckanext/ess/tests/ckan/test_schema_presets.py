"""Our presets in the schema of a portal that had its own."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.tests.forms import form_values

OTHER = "ckanext.ess.tests.ckan:other_schema.yaml"
pytestmark = pytest.mark.ckan_config("scheming.dataset_schemas", OTHER)

GIVEN = {
    "service": "Voirie",
    "pays": ["SN"],
    "numero": "123 456 782",
    "rythme": "MONTHLY",
    "nature": "culture",
    "jour": "2026-11-03",
    "effectif": "1 200",
    "ouvert": "oui",
}
KEPT = {**GIVEN, "numero": "123456782", "effectif": 1200, "ouvert": "true", "ess_kind": "other"}


@pytest.fixture
def dataset(call: Any) -> dict[str, Any]:
    resources = [{"url": "https://exemple.org/a.csv", "modele": "x"}]
    return call("package_create", name=factories.Dataset.stub().name, **GIVEN, resources=resources)


def test_the_presets_stand_alone(dataset: dict[str, Any], call: Any):
    shown = call("package_show", id=dataset["id"])
    assert {name: shown[name] for name in KEPT} == KEPT
    assert shown["resources"][0]["modele"] == "x"


def test_they_refuse_what_they_refuse_with_us(call: Any):
    wrong = {"pays": ["XX"], "numero": "1", "rythme": "x", "jour": "x", "effectif": "x", "ouvert": "x"}
    with pytest.raises(tk.ValidationError) as raised:
        call("package_create", name=factories.Dataset.stub().name, **wrong)
    assert set(raised.value.error_dict) == set(wrong)


def test_nothing_is_mirrored_where_nothing_would_take_it_out_again(dataset: dict[str, Any], call: Any):
    shown = call("package_show", id=dataset["id"])
    assert shown.get("extras", []) == []
    call("package_update", **{**shown, "title": "Autre"})
    assert call("package_show", id=dataset["id"])["title"] == "Autre"


def test_the_other_portal_s_form_and_page_stay_its_own(
    dataset: dict[str, Any], app: Any, headers: dict[str, str], call: Any
):
    address = f"/fr/dataset/edit/{dataset['name']}"
    body = app.get(address, headers=headers).body
    assert "ess-form-section" not in body
    form = form_values(body, "dataset-edit") | {"service": ["Parcs"]}
    app.post(address, data=form, headers=headers, follow_redirects=False, status=302)
    after = call("package_show", id=dataset["id"])
    assert {name: after[name] for name in KEPT} == {**KEPT, "service": "Parcs"}
    page = BeautifulSoup(app.get(f"/fr/dataset/{dataset['name']}").body, "html.parser")
    table = page.select_one(".additional-info table").get_text(" ")
    for words in ("Sénégal", "123 456 782", "Tous les mois", "Culture et patrimoine", "3 nov. 2026", "Oui"):
        assert words in table
