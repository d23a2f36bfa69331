"""Search of activities over real Solr, with files that went through the portal's own jobs."""

from __future__ import annotations

from typing import Any

import pytest

from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers

from ckanext.ess import config
from ckanext.ess.index.activities.questions.names import COUNTED
from ckanext.ess.tests.ckan.activity_catalogue import activity_portal, ask
from ckanext.ess.tests.unit.hostile_questions import HOSTILE

__all__ = ["activity_portal"]

pytestmark = pytest.mark.usefixtures("activity_portal")

PUBLISHER = {"publisher": "FR-RCS-523369619"}


def found(**asked: Any) -> list[str]:
    """The last part of the identifiers that anybody finds among our own projects, sorted."""
    answer = ask("ess_activity_search", **{"filters": PUBLISHER, **asked})
    return sorted(one["iati_identifier"].rpartition("-")[2] for one in answer["results"])


def wrong_with(asked: dict[str, Any]) -> dict[str, list[str]]:
    """Sentences by parameter; none for a question that gets an answer."""
    try:
        ask("ess_activity_search", **asked)
    except tk.ValidationError as error:
        return error.error_dict
    return {}


def counts(field: str, **asked: Any) -> dict[str, int]:
    """Counts of a field among our own projects."""
    answer = ask("ess_activity_search", facets=[field], **{**PUBLISHER, **asked})
    return {one["value"]: one["count"] for one in answer["facets"][field]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["EAU", "ECOLE", "LAOS"]),
        ("forage", ["EAU"]),
        ("FORAGES", ["EAU"]),
        ("eaux potables", ["EAU"]),
        ("l'eau", ["EAU"]),
        ("de l’eau", ["EAU"]),
        ("ecole", ["EAU", "ECOLE"]),
        ("écoles -eau", ["ECOLE"]),
        ("école -puits", ["ECOLE"]),
        ("forages OR laos", ["EAU", "LAOS"]),
        ("forages OU laos", ["EAU", "LAOS"]),
        ('"eau potable"', ["EAU"]),
        ('"potable eau"', []),
        ("wells", ["EAU"]),
        ("well drinking", ["EAU"]),
        ("senegal", ["EAU", "ECOLE"]),
        ("Sénégal éducation", ["EAU", "ECOLE"]),
        ("thies", ["EAU"]),
        ("amis été", ["EAU", "ECOLE", "LAOS"]),
        ("solid*", ["LAOS"]),
        ("-eau -laos", ["ECOLE"]),
        ("FR-RCS-523369619-EAU", ["EAU"]),
        ("fr-rcs-523369619-eau", ["EAU"]),
        ("FR-RCS-523369619-E", ["EAU", "ECOLE"]),
        ("FR-RCS-523369619", ["EAU", "ECOLE", "LAOS"]),
        ("des", []),
        ("secret", []),
        ("xyzzy", []),
    ],
)
def test_words(text: str, expected: list[str]):
    """Accents, plurals, elisions, phrases, alternatives, what is unwanted, identifiers."""
    assert found(q=text) == expected


def test_relevance_comes_first_where_there_is_a_text():
    """A title counts more than a description."""
    answer = ask("ess_activity_search", q="école", filters=PUBLISHER)
    assert [one["iati_identifier"][-5:] for one in answer["results"]] == ["ECOLE", "9-EAU"]
    assert answer["sort"] == "relevance"
    assert ask("ess_activity_search")["sort"] == "newest"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"country": ["SN", "LA"]}, ["EAU", "ECOLE", "LAOS"]),
        ({"country": "ml"}, ["EAU"]),
        ({"country": ["SN"], "sector": ["14030", "43010"]}, ["EAU"]),
        ({"exclude_country": "ML"}, ["ECOLE", "LAOS"]),
        ({"sector_group": "112", "exclude": {"sector": ["14030"]}}, ["ECOLE"]),
        ({"start_year": "2020..2021"}, ["EAU"]),
        ({"start_year": {"from": 2021}}, ["EAU", "LAOS"]),
        ({"start_year": ["2019", 2023]}, ["ECOLE", "LAOS"]),
        ({"transaction_year": 2022}, ["EAU"]),
        ({"budget_eur": "200..300"}, ["ECOLE"]),
        ({"budget_band": "1"}, ["EAU", "ECOLE"]),
        ({"humanitarian": "oui"}, ["LAOS"]),
        ({"status": "3"}, ["ECOLE"]),
        ({"location": "10,-20,20,0"}, ["EAU"]),
        ({"location": "10,0,20,10"}, []),
        ({"updated": "2026-11-01"}, ["EAU", "ECOLE", "LAOS"]),
        ({"updated": "2026-11-02.."}, []),
        ({"has": "locations"}, ["EAU"]),
        ({"funder_identified": "none"}, ["ECOLE"]),
        ({"funder": "FR-RCS-775665599"}, ["EAU", "LAOS"]),
        ({"implementer": "name:les amis de l ete"}, ["EAU", "ECOLE", "LAOS"]),
        ({"iati_identifier": "FR-RCS-523369619-LAOS"}, ["LAOS"]),
        ({"start_date": "2019-01-01"}, ["ECOLE"]),
        ({"publisher_family": "association", "language": "fr"}, ["EAU", "ECOLE", "LAOS"]),
    ],
)
def test_filters(asked: dict[str, Any], expected: list[str]):
    """Any of the values of a field, in each field; excluded values; ranges; an area."""
    assert found(filters={}, **PUBLISHER, **asked) == expected


def test_counts_leave_out_what_is_chosen_in_their_own_field():
    """OR inside a field, AND across fields, and counts that say what a further click gives."""
    assert counts("country") == {"SN": 2, "ML": 1, "LA": 1}
    assert counts("country", country=["ML"]) == {"SN": 2, "ML": 1, "LA": 1}
    assert counts("sector", country=["ML"]) == {"14030": 1, "11220": 1}
    assert counts("country", sector=["14030"]) == {"SN": 1, "ML": 1}
    assert counts("country", country=["LA"], sector=["14030"]) == {"SN": 1, "ML": 1, "LA": 0}
    assert counts("start_year") == {"2019": 1, "2021": 1, "2023": 1}


def test_every_field_that_can_be_counted_is(activity_portal: dict[str, Any]):
    """All at once, each with labels."""
    answer = ask("ess_activity_search", facets=list(COUNTED), rows=0)
    assert set(answer["facets"]) == set(COUNTED)
    for field, items in answer["facets"].items():
        assert all(one["label"] and one["count"] >= 0 for one in items), field
        is_rare = field in {"sdg", "sdg_target", "territory", "tag"}
        assert is_rare or sum(one["count"] for one in items) > 0, field


def test_labels_in_the_readers_language(app: Any):
    """Code lists, countries, organisations, datasets, our own classes."""
    facets = "country,sector_group,funder,implementer,publisher,status,freshness"
    asked = f"?publisher=FR-RCS-523369619&facets={facets}"
    answers = {
        lang: app.get(f"{prefix}/api/3/action/ess_activity_search{asked}").json["result"]
        for lang, prefix in {"en": "", "fr": "/fr"}.items()
    }
    labels = {
        lang: {
            name: {one["value"]: one["label"] for one in items} for name, items in answer["facets"].items()
        }
        for lang, answer in answers.items()
    }
    assert (labels["en"]["country"]["SN"], labels["fr"]["country"]["SN"]) == ("Senegal", "Sénégal")
    assert (labels["en"]["status"]["2"], labels["fr"]["status"]["2"]) == ("Implementation", "Actif")
    assert labels["fr"]["sector_group"]["112"] == "Education de Base"
    assert labels["fr"]["funder"]["FR-RCS-775665599"] == "Agence française de développement"
    assert labels["fr"]["funder"]["name:une fondation amie"] == "Une fondation amie"
    assert labels["fr"]["implementer"]["name:les amis de l ete"] == "Les Amis de l’Été"
    assert labels["fr"]["publisher"]["FR-RCS-523369619"] == "Électriciens sans frontières"
    assert labels["fr"]["freshness"]["3-months"] == "Moins de 3 mois"
    titles = {lang: {one["title"] for one in answer["results"]} for lang, answer in answers.items()}
    assert "Drinking water wells" in titles["en"]
    assert "Forages d’eau potable à Thiès" in titles["fr"]


def test_values_are_found_by_their_letters():
    """Of their name or of the value itself."""
    asked = {"facets": "country,implementer", **PUBLISHER}
    answer = ask("ess_activity_facets", match="SÉNÉ", **asked)
    assert [one["value"] for one in answer["facets"]["country"]] == ["SN"]
    assert [
        one["label"] for one in ask("ess_activity_facets", match="amis", **asked)["facets"]["implementer"]
    ] == ["Les Amis de l’Été"]
    assert answer["titles"]["country"] == "Recipient country"


def test_pages_and_orders():
    """Each activity once, in the order asked for."""
    first = ask("ess_activity_search", sort="title", rows=100)["results"]
    pages = [ask("ess_activity_search", sort="title", rows=7, start=start) for start in range(0, 98, 7)]
    turned = [one["id"] for page in pages for one in page["results"]]
    assert turned == [one["id"] for one in first][:98]
    assert len(set(turned)) == len(turned)
    by_budget = ask("ess_activity_search", sort="budget", **PUBLISHER)["results"]
    assert [one["iati_identifier"].rpartition("-")[2] for one in by_budget] == ["EAU", "ECOLE", "LAOS"]


def test_private_datasets_are_seen_by_their_organisation_only(activity_portal: dict[str, Any]):
    """Counts, totals and single activities leave out what the caller may not see; nothing kept of one answer
    is shown to another.
    """
    identifier = "FR-RCS-523369619-SECRET"
    insider = factories.User()
    helpers.call_action(
        "organization_member_create",
        id=activity_portal["organization"]["id"],
        username=insider["name"],
        role="member",
    )
    outsider = factories.User()
    for name, is_seen in (("", False), (outsider["name"], False), (insider["name"], True), ("", False)):
        answer = ask("ess_activity_search", name, q="secret", facets=["country"])
        assert answer["count"] == len(answer["results"]) == int(is_seen)
        assert answer["totals"]["budget_eur"] == (5000.0 if is_seen else 0.0)
        if is_seen:
            assert ask("ess_activity_show", name, iati_identifier=identifier)["activities"]
        else:
            with pytest.raises(tk.ObjectNotFound):
                ask("ess_activity_show", name, iati_identifier=identifier)


def test_a_dataset_that_turns_private_is_gone_at_once(activity_portal: dict[str, Any], call: Any):
    """Also from answers that were kept."""
    dataset = activity_portal["public"]["id"]
    assert found() == ["EAU", "ECOLE", "LAOS"]
    call("package_patch", id=dataset, private=True)
    assert found() == []
    call("package_patch", id=dataset, private=False)
    assert found() == ["EAU", "ECOLE", "LAOS"]


def test_one_activity(activity_portal: dict[str, Any]):
    """Everything of it, with names for its codes, where it comes from, its money with rates."""
    (one,) = ask("ess_activity_show", iati_identifier="fr-rcs-523369619-laos")["activities"]
    assert one["title"] == "Solidarité au Laos"
    assert one["dataset"]["name"] == activity_portal["public"]["name"]
    assert one["resource"]["name"] == "public.xml"
    assert one["publisher"]["organization"]["title"] == "Électriciens sans frontières"
    assert one["labels"]["Country"]["LA"] == "Laos"
    assert one["labels"]["TransactionType"]["3"] == "Disbursement"
    assert {(row["type"], row["currency"], row["amount"], row["eur"]) for row in one["money"]} == {
        ("budget", "", 77.0, None),
        ("3", "XOF", 655957.0, 1000.0),
    }
    assert {row["rate"] for row in one["money"]} == {None, 655.957}
    assert one["xml"].startswith("<iati-activity")
    assert one["detail"]["identifier"] == one["iati_identifier"]
    assert one["findings"]
    assert all(finding["title"] and finding["count"] for finding in one["findings"])
    assert ask("ess_activity_show", id=one["id"])["activities"][0]["id"] == one["id"]
    with pytest.raises(tk.ObjectNotFound):
        ask("ess_activity_show", id="nothing/like/it")
    with pytest.raises(tk.ValidationError, match="iati_identifier"):
        ask("ess_activity_show")


@pytest.mark.parametrize(("asked", "refused"), HOSTILE, ids=lambda value: ascii(value)[:60])
def test_hostile_questions_get_an_answer_or_a_sentence(asked: dict[str, Any], refused: dict[str, str]):
    """Solr never sees what it would stumble over."""
    sentences = wrong_with(asked)
    assert set(sentences) == set(refused)
    assert all(one.endswith(".") for listed in sentences.values() for one in listed)


def test_the_api_answers_by_get_and_says_what_is_wrong(app: Any):
    """Parameters as in an address; sentences in both languages; no traceback."""
    answer = app.get(
        "/api/3/action/ess_activity_search?country=SN&country=ML&publisher=FR-RCS-523369619&rows=1"
    )
    assert answer.json["result"]["count"] == 2
    wrong = app.get("/api/3/action/ess_activity_search?rows=1000", status=409).json["error"]
    assert "at most 100" in wrong["rows"][0]
    french = app.get("/fr/api/3/action/ess_activity_search?filters={%22{!x%22:1}", status=409).json["error"]
    assert french["filters"][0].startswith("Le champ «\u00a0{!x\u00a0» n’existe pas")


def test_a_portal_without_an_index_says_so(app: Any, monkeypatch: pytest.MonkeyPatch):
    """In a sentence, with a status of its own."""
    monkeypatch.delenv(config.ACTIVITIES_SOLR_VARIABLE)
    answer = app.get("/api/3/action/ess_activity_search?q=nocache", status=501)
    assert answer.json["error"]["message"] == ["This portal has no search of projects."]


def test_an_index_that_does_not_answer_is_said(app: Any, monkeypatch: pytest.MonkeyPatch):
    """503 and when to come again; the address of the index stays inside."""
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, "http://127.0.0.1:9/solr/ess_activities")
    for action in ("ess_activity_search?q=away", "ess_activity_facets?facets=country&q=away",
                   "ess_activity_money?q=away", "ess_activity_show?id=away"):  # fmt: skip
        answer = app.get(f"/api/3/action/{action}", status=503)
        assert "try again" in answer.json["error"]["message"][0]
        assert "127.0.0.1" not in str(answer.json["error"])
        assert answer.headers["Retry-After"]


def test_repeated_questions_do_not_reach_the_index(
    activity_portal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    """Until the index changes."""
    asked = {"q": "eau", "facets": ["country"], **PUBLISHER}
    first = ask("ess_activity_search", **asked)
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, "http://127.0.0.1:9/solr/ess_activities")
    assert ask("ess_activity_search", **asked) == first
