"""The organisation form, completed from the register; the organisation's pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.tests import register
from ckanext.ess.tests.forms import form_values

URL = "ckanext.ess.recherche_entreprises.url"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, ckan_config: Any, shared_portal: Any) -> Iterator[list[str]]:
    """The register, running, and named by the portal; yields what it is asked."""
    with register.register() as (address, asked):
        monkeypatch.setitem(tk.config, URL, address)
        yield asked


def text(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


# --- the action


def test_a_siren_is_enough(served: list[str], call: Any):
    answer = call("ess_siren_lookup", siren="123 456 782")
    assert answer["found"]
    assert answer["is_social_economy"]
    assert answer["fields"] == {
        "title": "EAU POUR DEMAIN",
        "ess_siren": "123456782",
        "ess_siret": "12345678200010",
        "ess_rna": "W751234567",
        "ess_legal_category": "9220",
        "ess_family": "association",
        "ess_territory": ["departement:75"],
        "ess_country": "FR",
        "ess_iati_identifier": "FR-RCS-123456782",
    }


def test_an_unknown_or_unreadable_register_is_no_error(served: list[str], call: Any):
    assert call("ess_siren_lookup", siren="999999998") == {"found": False, "fields": {}, "problem": ""}
    assert call("ess_siren_lookup", siren="888888880")["problem"]


def test_a_wrong_number_is_refused_and_not_asked(served: list[str], call: Any):
    with pytest.raises(tk.ValidationError) as raised:
        call("ess_siren_lookup", siren="123456789")
    assert "siren" in raised.value.error_dict
    assert served == []


def test_strangers_do_not_ask_the_register(served: list[str], app: Any):
    app.get("/api/3/action/ess_siren_lookup?siren=123456782", status=403)
    app.get("/ess/organization/siren?ess_siren=123456782", status=403)
    assert served == []


def test_without_an_address_nothing_is_asked_and_there_is_no_button(
    call: Any, app: Any, headers: dict[str, str]
):
    assert call("ess_siren_lookup", siren="123456782")["problem"]
    page = app.get("/organization/new", headers=headers).body
    assert "ess_complete" not in page
    assert "hx-get" not in str(BeautifulSoup(page, "html.parser").find("form", class_="ess-form"))


# --- the form


def test_the_form_is_short_and_its_sections_give_reasons(
    app: Any, headers: dict[str, str], shared_portal: Any
):
    page = BeautifulSoup(app.get("/fr/organization/new", headers=headers).body, "html.parser")
    form = page.find("form", class_="ess-form")
    assert form
    sections = form.find_all("details")
    assert [section.find(class_="ess-form-title").get_text() for section in sections] == [
        "Identité",
        "Famille de l’ESS et territoire",
        "Site et contact",
        "Publication IATI",
    ]
    assert all(section.find(class_="ess-form-why").get_text().endswith(".") for section in sections)
    assert not any(section.has_attr("open") for section in sections)
    assert form.find("a", class_="ess-term", href="/fr/ess/glossary#siren")


def test_the_button_completes_the_form_without_javascript(
    served: list[str], app: Any, headers: dict[str, str], call: Any
):
    form = form_values(app.get("/fr/organization/new", headers=headers).body, "ess-form")
    form |= {"ess_siren": ["123 456 782"], "title": ["Eau pour demain"], "ess_complete": ["1"]}
    page = app.post("/fr/ess/organization/complete", data=form, headers=headers).body
    completed = form_values(page, "ess-form")
    assert completed["title"] == ["Eau pour demain"]
    assert completed["ess_rna"] == ["W751234567"]
    assert completed["ess_territory"] == ["departement:75"]
    assert (
        BeautifulSoup(page, "html.parser").find("form", class_="ess-form")["action"] == "/fr/organization/new"
    )
    app.post("/fr/organization/new", data=completed, headers=headers, follow_redirects=False, status=302)
    made = call("organization_show", id="eau-pour-demain")
    assert (made["ess_family"], made["ess_siren"]) == ("association", "123456782")


def test_the_button_completes_an_organisation_that_exists(
    served: list[str], app: Any, headers: dict[str, str], call: Any
):
    made = call(
        "organization_create", name=factories.Group.stub().name, title="Ateliers", ess_contact_name="Awa"
    )
    form = form_values(app.get(f"/organization/edit/{made['name']}", headers=headers).body, "ess-form")
    form |= {"ess_siren": [register.COMPANY]}
    page = app.post("/ess/organization/complete", data=form, headers=headers).body
    completed = form_values(page, "ess-form")
    app.post(
        f"/organization/edit/{made['name']}",
        data=completed,
        headers=headers,
        follow_redirects=False,
        status=302,
    )
    after = call("organization_show", id=made["id"])
    assert after["title"] == "Ateliers"
    assert after["ess_family"] == "societe-commerciale"
    assert after["ess_contact_name"] == "Awa"
    assert after["ess_territory"] == ["departement:2A"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("123456789", "123456789"),
        ("999999998", "ne le connaît pas"),
        ("888888880", "remplir le formulaire à la main"),
        (register.CLOSED, "n’existe plus"),
    ],
)
def test_the_form_says_what_it_could_not_find(
    served: list[str], app: Any, headers: dict[str, str], number: str, words: str
):
    form = {"ess_siren": number, "title": "Mon nom"}
    page = app.post("/fr/ess/organization/complete", data=form, headers=headers).body
    assert words in text(page)
    assert form_values(page, "ess-form")["title"] == ["Mon nom"]


def test_only_who_may_edit_an_organisation_completes_it(served: list[str], app: Any, call: Any):
    made = call("organization_create", name=factories.Group.stub().name)
    user = {"Authorization": factories.UserWithToken()["token"]}
    app.post(
        "/ess/organization/complete",
        data={"id": made["id"], "ess_siren": "123456782"},
        headers=user,
        status=403,
    )
    app.post("/ess/organization/complete", data={"id": "nobody", "ess_siren": "1"}, headers=user, status=404)


def test_what_a_person_must_fill_in_is_asked_in_the_form_only(
    app: Any, headers: dict[str, str], shared_portal: Any
):
    page = app.post("/fr/organization/new", data={"ess_form": "1", "save": ""}, headers=headers).body
    assert "Nom de l’organisation: Valeur manquante" in text(page)


# --- the pages

WHOLE = {
    "title": "Eau pour demain",
    "ess_siren": "123456782",
    "ess_siret": "12345678200010",
    "ess_rna": "W751234567",
    "ess_iati_identifier": "FR-INSEE-12345678200010",
    "ess_family": "association",
    "ess_legal_category": "9220",
    "ess_esus": "true",
    "ess_esus_until": "2027-05-01",
    "ess_territory": ["departement:75", "region:11"],
    "ess_website": "https://exemple.org",
    "ess_contact_name": "Awa",
    "ess_contact_email": "awa@exemple.org",
}


def test_an_organisation_s_page_says_who_it_is(call: Any, app: Any, headers: dict[str, str]):
    made = call("organization_create", name=factories.Group.stub().name, **WHOLE)
    page = app.get(f"/fr/organization/{made['name']}").body
    who = BeautifulSoup(page, "html.parser").find("section", class_="ess-who")
    said = text(str(who))
    for words in (
        "Association",
        "Paris (75)",
        "Île-de-France (région)",
        "123 456 782",
        "exemple.org",
        "1 mai 2027",
    ):
        assert words in said
    links = {link["href"] for link in who.find_all("a")}
    assert "https://annuaire-entreprises.data.gouv.fr/entreprise/123456782" in links
    assert "mailto:awa@exemple.org" in links
    assert not who.find(class_="ess-notes")
    for member_page in (f"/fr/organization/{made['name']}", f"/fr/organization/edit/{made['name']}"):
        notes = BeautifulSoup(app.get(member_page, headers=headers).body, "html.parser").find(
            class_="ess-notes"
        )
        assert "FR-INSEE" in notes.get_text()


def test_the_about_page_shows_names_not_codes(call: Any, app: Any):
    made = call("organization_create", name=factories.Group.stub().name, **WHOLE)
    said = text(app.get(f"/fr/organization/about/{made['name']}").body)
    for words in ("Association déclarée", "Agrément ESUS Oui", "Catégorie juridique", "1 mai 2027"):
        assert words in said
    english = text(app.get(f"/en/organization/about/{made['name']}").body)
    assert "ESUS agreement Yes" in english
    assert "1 May 2027" in english
    assert "None" not in said + english


def test_an_organisation_of_which_nothing_is_known(call: Any, app: Any, headers: dict[str, str]):
    made = call("organization_create", name=factories.Group.stub().name)
    page = app.get(f"/fr/organization/about/{made['name']}").body
    assert "None" not in text(page)
    assert "Rien n’est encore écrit" in text(page)
    assert (
        f"/fr/organization/edit/{made['name']}"
        in app.get(f"/fr/organization/{made['name']}", headers=headers).body
    )


def test_hostile_text_is_escaped(call: Any, app: Any):
    bad = '"><script>alert(1)</script>'
    made = call("organization_create", name=factories.Group.stub().name, title=bad, ess_contact_name=bad)
    for page in (f"/organization/{made['name']}", f"/organization/about/{made['name']}"):
        assert "<script>alert(1)" not in app.get(page).body
