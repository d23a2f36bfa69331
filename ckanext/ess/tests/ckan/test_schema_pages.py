"""The dataset's pages and forms, the glossary, and the licences that the portal offers."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.schema import glossary, licences
from ckanext.ess.tests.forms import form_values

DATASET: dict[str, Any] = {
    "title": "Accès à l’eau à Kolda",
    "notes": "Des puits.",
    "ess_kind": "iati-activities",
    "ess_country": ["SN", "ML"],
    "ess_sector": ["14030"],
    "ess_sdg": ["6"],
    "ess_territory": ["region:11"],
    "ess_activity_count": 1234567,
    "ess_data_date": "2026-11-03",
    "temporal_start": "2020",
    "temporal_end": "2026-06",
    "ess_humanitarian": "false",
    "ess_iati_version": "2.03",
    "ess_publisher_id": "FR-SIRET-12345678200010",
    "frequency": "ANNUAL",
    "language": ["fr"],
    "license_id": "cc-by",
    "author_email": "awa@exemple.org",
    "ess_source_url": "https://exemple.org/kolda.xml",
    "resources": [
        {
            "url": "https://exemple.org/kolda.xml",
            "name": "Activités",
            "format": "XML",
            "size": 4123456,
            "hash": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "hash_algorithm": "sha1",
            "ess_schema": "iati-activities-2.03",
        }
    ],
}


def soup(app: Any, address: str, **more: Any) -> BeautifulSoup:
    return BeautifulSoup(app.get(address, **more).body, "html.parser")


def values(page: BeautifulSoup) -> dict[str, str]:
    """Labels and values as a page shows them."""
    rows = page.select(".ess-fields .ess-field")
    return {row.dt.get_text(strip=True): " ".join(row.dd.get_text(" ").split()) for row in rows}


@pytest.fixture
def dataset(call: Any) -> dict[str, Any]:
    return call("package_create", name=factories.Dataset.stub().name, **DATASET)


def test_a_dataset_s_page_shows_names_numbers_and_dates(app: Any, dataset: dict[str, Any]):
    french = values(soup(app, f"/fr/dataset/{dataset['name']}"))
    expected = {
        "Sorte de données": "Activités IATI",
        "Pays d’intervention": "Mali Sénégal",
        "Territoires en France": "Île-de-France (région)",
        "Nombre d’activités": "1 234 567",
        "Données à jour au": "3 nov. 2026",
        "Début de la période couverte": "2020",
        "Fin de la période couverte": "juin 2026",
        "Aide humanitaire": "Non",
        "Rythme de mise à jour": "Tous les ans",
        "Langues": "français",
        "Licence": "Creative Commons Attribution 4.0",
        "Courriel de l’auteur": "awa@exemple.org",
        "Adresse du fichier d’origine": "exemple.org/kolda.xml",
    }
    assert {label: french.get(label) for label in expected} == expected
    assert "140" in french["Groupes de secteurs"]
    english = values(soup(app, f"/en/dataset/{dataset['name']}"))
    assert english["Number of activities"] == "1,234,567"
    assert english["Data current on"] == "3 Nov 2026"
    assert english["Countries of work"] == "Mali Senegal"


def test_values_lead_to_the_datasets_that_have_them(app: Any, dataset: dict[str, Any]):
    page = soup(app, f"/fr/dataset/{dataset['name']}")
    links = {link.get("href") for link in page.select(".ess-fields a")}
    assert {"/fr/dataset/?ess_country=SN", "/fr/dataset/?ess_kind=iati-activities"} <= links
    assert "/fr/dataset/?ess_territory=region%3A11" in links


def test_the_answer_comes_first(app: Any, dataset: dict[str, Any]):
    facts = soup(app, f"/fr/dataset/{dataset['name']}").select(".ess-dataset-facts li")
    said = [" ".join(fact.get_text().split()) for fact in facts]
    assert said[:3] == ["Activités IATI", "1 234 567 activités", "Sénégal, Mali"]


def test_an_unusual_identifier_is_shown_as_it_is_and_explained(app: Any, dataset: dict[str, Any]):
    page = soup(app, f"/fr/dataset/{dataset['name']}")
    identifier = page.find(class_="ess-identifier")
    assert identifier.get_text() == "FR-SIRET-12345678200010"
    assert "FR-SIRET" in page.find(class_="ess-identifier-notes").get_text()


def test_a_file_s_page(app: Any, dataset: dict[str, Any]):
    resource = dataset["resources"][0]["id"]
    shown = values(soup(app, f"/fr/dataset/{dataset['name']}/resource/{resource}"))
    assert shown["Taille"] == "4,1 Mo"
    assert shown["Schéma des données"] == "iati-activities-2.03"
    assert shown["Algorithme de l’empreinte"] == "SHA-1"
    assert shown["Format"] == "XML"


def test_an_empty_dataset_s_pages_show_no_none(app: Any, call: Any):
    made = call("package_create", name=factories.Dataset.stub().name, resources=[{"url": ""}])
    for page in (
        f"/fr/dataset/{made['name']}",
        f"/fr/dataset/{made['name']}/resource/{made['resources'][0]['id']}",
    ):
        answer = soup(app, page)
        assert "None" not in answer.get_text()
        assert all(shown for shown in values(answer).values())


def test_absurd_values_do_not_break_the_page(app: Any, call: Any):
    bad = '"><script>alert(1)</script>' + "é" * 2000
    given = {
        "title": bad,
        "ess_publisher_id": bad,
        "ess_secondary_publisher": bad,
        "extras": [{"key": bad[:90], "value": bad}],
    }
    made = call("package_create", name=factories.Dataset.stub().name, **given)
    body = app.get(f"/dataset/{made['name']}").body
    assert "<script>alert(1)" not in body


# --- forms


def test_the_dataset_form_asks_four_things(app: Any, headers: dict[str, str], call: Any):
    call("organization_create", name=factories.Group.stub().name)
    page = soup(app, "/fr/dataset/new", headers=headers)
    form = page.find("form", id="dataset-edit")
    essential = form.find(class_="ess-form-essential")
    assert len(essential.select(".control-required")) == 4
    assert not any(
        section.has_attr("open") for section in form.find_all("details", class_="ess-form-section")
    )
    assert form.find("select", id="field-private").find("option", selected=True)["value"] == "False"


def test_a_dataset_is_made_without_javascript(app: Any, headers: dict[str, str], call: Any):
    organization = call("organization_create", name=factories.Group.stub().name)
    form = form_values(app.get("/fr/dataset/new", headers=headers).body, "dataset-edit")
    empty = app.post("/fr/dataset/new", data={**form, "title": [""], "ess_kind": [""]}, headers=headers).body
    problems = BeautifulSoup(empty, "html.parser").select(".error-explanation li")
    assert {problem["data-field-label"] for problem in problems} == {"title", "notes", "ess_kind"}
    filled = {
        "title": ["Comptes 2026"],
        "notes": ["x"],
        "ess_kind": ["accounts"],
        "owner_org": [organization["id"]],
    }
    wrong = app.post(
        "/fr/dataset/new", data={**form, **filled, "ess_activity_count": ["x"]}, headers=headers
    ).body
    (opened,) = BeautifulSoup(wrong, "html.parser").select("details.ess-form-section[open]")
    assert opened["id"] == "ess-section-iati"
    app.post("/fr/dataset/new", data={**form, **filled}, headers=headers, follow_redirects=False, status=302)
    made = call("package_show", id="comptes-2026")
    assert (made["ess_kind"], made["state"], made["private"]) == ("accounts", "draft", False)


def test_a_file_s_form_keeps_what_it_shows(
    app: Any, headers: dict[str, str], dataset: dict[str, Any], call: Any
):
    resource = dataset["resources"][0]["id"]
    address = f"/dataset/{dataset['name']}/resource/{resource}/edit"
    form = form_values(app.get(address, headers=headers).body, "resource-edit")
    form |= {"name": ["Activités 2026"], "url": [DATASET["resources"][0]["url"]]}
    app.post(address, data=form, headers=headers, follow_redirects=False, status=302)
    after = call("resource_show", id=resource)
    kept = ("size", "hash", "hash_algorithm", "ess_schema", "url", "format")
    assert {name: after[name] for name in kept} == {name: dataset["resources"][0][name] for name in kept}
    assert after["name"] == "Activités 2026"


# --- glossary and licences


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_glossary_explains_every_word(app: Any, lang: str, shared_portal: Any):
    page = soup(app, f"/{lang}/ess/glossary")
    for term in glossary.terms().values():
        entry = page.find(id=term.key)
        assert term.short[lang] in entry.get_text()
        assert {link["href"][1:] for link in entry.select("a[href^='#']")} == {term.key, *term.see}


@pytest.mark.ckan_config("ckanext.ess.licences", True)
def test_the_portal_can_offer_our_licences(
    app: Any, headers: dict[str, str], dataset: dict[str, Any], call: Any
):
    assert tk.config["licenses_group_url"].endswith("licences.json")
    model.Package._license_register = model.license.LicenseRegister()  # as after a restart
    try:
        listed = [licence["id"] for licence in call("license_list")]
        assert listed == list(licences.licences())
        made = call("package_create", name=factories.Dataset.stub().name, license_id="lov2")
        assert made["license_title"] == "Licence Ouverte / Open Licence version 2.0"
        assert made["isopen"] is True
    finally:
        del model.Package._license_register


def test_the_portal_s_own_licences_stay_otherwise(call: Any):
    assert "lov2" not in [licence["id"] for licence in call("license_list")]
