"""OR inside a facet, AND across, right counts: the search against answers computed without it."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from freezegun import freeze_time

from ckan import model
from ckan.lib.search import SearchError
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers

from ckanext.ess.index import organizations
from ckanext.ess.index.facets import FACETS
from ckanext.ess.jobs import reindexing

from .search_catalogue import NAMES, Catalogue, freshness, generate

TODAY = datetime.now(timezone.utc).date()
#: Sixty choices, ten a test: starting CKAN's plugins takes longer than searching.
SEEDS = range(0, 60, 10)


@pytest.fixture(scope="module")
def generated() -> list[Catalogue]:
    """A place to keep the catalogue while this module runs."""
    return []


@pytest.fixture
def catalogue(shared_portal: None, generated: list[Catalogue]) -> Catalogue:
    """70 datasets, saved once for this module."""
    if not generated:
        generated.append(generate(70, TODAY))
    return generated[0]


def search(**parameters: Any) -> dict[str, Any]:
    """Search as anybody who is not logged in."""
    context: Any = {"model": model, "user": "", "auth_user_obj": None, "ignore_auth": False}
    return tk.get_action("package_search")(context, parameters)


def as_sysadmin(action: str, **parameters: Any) -> Any:
    """Call an action as an administrator whom the activity stream can name."""
    return helpers.call_action(action, {"user": factories.Sysadmin()["name"]}, **parameters)


def page_filter(chosen: dict[str, list[str]]) -> str:
    """The filter query that CKAN's search page makes of its parameters."""
    return " ".join(f'{name}:"{value}"' for name, values in chosen.items() for value in values)


def ours(chosen: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out CKAN's own fields, whose filters keep CKAN's meaning in the API."""
    return {name: values for name, values in chosen.items() if FACETS[name].is_ours}


OPERATORS = [
    ("+ess_country:SN +ess_country:ML", lambda f: {"SN", "ML"} <= f["ess_country"]),
    ("ess_country:SN AND ess_country:ML", lambda f: {"SN", "ML"} <= f["ess_country"]),
    ("-ess_country:SN +site_id:*", lambda f: "SN" not in f["ess_country"]),
    (
        "+(ess_country:SN OR ess_kind:grants)",
        lambda f: "SN" in f["ess_country"] or "grants" in f["ess_kind"],
    ),
    ("+ess_freshness:older", lambda f: "older" in f["ess_freshness"]),
    (
        '(ess_sdg:6 AND NOT ess_freshness:"1-year")',
        lambda f: "6" in f["ess_sdg"] and "1-year" not in f["ess_freshness"],
    ),
    ("organization:eau-et-vie", lambda f: f["organization"] == {"eau-et-vie"}),
]


class TestApi:
    """``package_search`` with public names."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_random_choices(self, catalogue: Catalogue, seed: int) -> None:
        """Results and every facet's counts are those that plain Python finds."""
        for each in range(seed, seed + 10):
            self.check(catalogue, ours(catalogue.choice(random.Random(each))))

    def check(self, catalogue: Catalogue, chosen: dict[str, list[str]]) -> None:
        """Compare one search with what plain Python finds."""
        answer = search(**{"fq": page_filter(chosen), "facet.field": NAMES, "rows": 1000})
        assert {found["name"] for found in answer["results"]} == {
            e.saved["name"] for e in catalogue.found(chosen)
        }
        assert answer["count"] == len(catalogue.found(chosen))
        for name in NAMES:
            assert {k: n for k, n in answer["facets"][name].items() if k} == catalogue.counts(name, chosen), (
                name
            )
            listed = {item["name"]: item["count"] for item in answer["search_facets"][name]["items"]}
            assert listed == catalogue.counts(name, chosen), name

    def test_labels(self, catalogue: Catalogue) -> None:
        """Items carry labels, never cut."""
        facets = search(**{"facet.field": NAMES, "rows": 0})["search_facets"]
        shown = {name: {i["name"]: i["display_name"] for i in facets[name]["items"]} for name in NAMES}
        assert shown["ess_country"]["SN"] == "Senegal"
        assert shown["ess_sector_group"]["140"] == "Water Supply & Sanitation"
        assert shown["organization"]["eau-et-vie"] == "« eau-et-vie »"
        assert shown["ess_freshness"]["3-months"] == "Less than 3 months old"
        assert shown["ess_kind"]["grants"] != "grants"
        assert shown["ess_family"]["cooperative"] != "cooperative"
        assert shown["ess_territory"]["region:53"].startswith("B")

    @pytest.mark.parametrize(
        ("fq", "chosen"),
        [
            ("ess_country:SN", {"ess_country": ["SN"]}),
            ("ess_country:(SN OR ML)", {"ess_country": ["SN", "ML"]}),
            (
                'ess_country:SN ess_kind:"grants" ess_country:ML',
                {"ess_country": ["SN", "ML"], "ess_kind": ["grants"]},
            ),
            ("ess_freshness:older", {"ess_freshness": ["older"]}),
            ('ess_freshness:("3-months" OR unknown)', {"ess_freshness": ["3-months", "unknown"]}),
            ("+dataset_type:dataset ess_sdg:6", {"ess_sdg": ["6"]}),
        ],
    )
    def test_bare_clauses_are_choices(
        self, catalogue: Catalogue, fq: str, chosen: dict[str, list[str]]
    ) -> None:
        answer = search(**{"fq": fq, "facet.field": json.dumps(NAMES), "rows": 0})
        assert answer["count"] == len(catalogue.found(chosen)) > 0
        for name in NAMES:
            assert {k: n for k, n in answer["facets"][name].items() if k} == catalogue.counts(name, chosen)

    @pytest.mark.parametrize(("fq", "expected"), OPERATORS)
    def test_operators_keep_their_meaning(self, catalogue: Catalogue, fq: str, expected: Any) -> None:
        """And counts are then those of the result, as anywhere in CKAN."""
        found = [entry for entry in catalogue.found({}) if expected(entry.facets)]
        answer = search(**{"fq": fq, "facet.field": ["ess_country", "organization"], "rows": 1000})
        assert {r["name"] for r in answer["results"]} == {e.saved["name"] for e in found}
        assert found
        assert sum(answer["facets"]["organization"].values()) == len(found)

    def test_fq_list_and_q_know_the_names(self, catalogue: Catalogue) -> None:
        expected = len(catalogue.found({"ess_country": ["SN"]}))
        assert search(fq_list=["ess_country:SN"])["count"] == expected
        assert search(q="ess_country:SN")["count"] == expected

    def test_sorted_by_activities(self, catalogue: Catalogue) -> None:
        names = [r["name"] for r in search(sort="ess_activity_count desc, name asc", rows=1000)["results"]]
        known = {entry.saved["name"]: entry.activities for entry in catalogue.found({})}
        numbers = [known[name] for name in names]
        counted = [number for number in numbers if number is not None]
        assert counted == sorted(counted, reverse=True)
        assert len(set(counted)) > 3
        assert all(number is None for number in numbers[len(counted) :])

    @pytest.mark.parametrize("words", ["Sénégal", "Senegal", "senegal eau", "bretagne"])
    def test_labels_are_found_in_the_text(self, catalogue: Catalogue, words: str) -> None:
        """A reader types words, not codes."""
        wanted = {
            "Sénégal": {"ess_country": ["SN"]},
            "Senegal": {"ess_country": ["SN"]},
            "senegal eau": {"ess_country": ["SN"], "ess_sector_group": ["140"]},
            "bretagne": {"ess_territory": ["region:53"]},
        }[words]
        found = {r["name"] for r in search(q=words, rows=1000)["results"]}
        assert {e.saved["name"] for e in catalogue.found(wanted)} <= found
        assert len(found) < len(catalogue.found({}))

    def test_private_datasets_count_for_members_only(self, catalogue: Catalogue) -> None:
        hidden = [entry for entry in catalogue.entries if entry.private]
        assert hidden
        everyone = search(**{"facet.field": NAMES, "rows": 0, "include_private": True})
        assert everyone["count"] == len(catalogue.entries) - len(hidden)
        assert sum(everyone["facets"]["ess_kind"].values()) == everyone["count"]
        sysadmin = factories.Sysadmin()
        context: Any = {"user": sysadmin["name"], "ignore_auth": False}
        seen = tk.get_action("package_search")(context, {"facet.field": NAMES, "include_private": True})
        assert sum(seen["facets"]["ess_kind"].values()) == len(catalogue.entries)

    @pytest.mark.parametrize("days", [1, 30, 95, 400, 1000])
    def test_freshness_is_right_on_later_days(self, catalogue: Catalogue, days: int) -> None:
        """Time passes, nothing is indexed again, classes move."""
        later = TODAY + timedelta(days=days)
        expected: dict[str, int] = {}
        for entry in catalogue.found({}):
            name = freshness(entry.day, later) if entry.day else "unknown"
            expected[name] = expected.get(name, 0) + 1
        with freeze_time(later, tick=True):
            assert (
                search(**{"facet.field": ["ess_freshness"], "rows": 0})["facets"]["ess_freshness"] == expected
            )
            for name, number in expected.items():
                assert search(fq=f'ess_freshness:"{name}"', rows=0)["count"] == number

    @pytest.mark.ckan_config("ckan.search.solr_allowed_query_parsers", "")
    def test_without_the_parser_filters_still_work(self, catalogue: Catalogue) -> None:
        """Only the counts of the chosen facet are then those of the result."""
        chosen = {"ess_country": ["SN", "ML"], "ess_freshness": ["older", "unknown"]}
        answer = search(**{"fq": page_filter(chosen), "facet.field": NAMES, "rows": 0})
        assert answer["count"] == len(catalogue.found(chosen)) > 0
        assert answer["facets"]["ess_kind"] == catalogue.counts("ess_kind", chosen)
        assert set(answer["facets"]["ess_freshness"]) <= {"older", "unknown"}


HOSTILE = [
    'a"b',
    '" OR "1"="1',
    "{!lucene}",
    "{!func}1",
    "_query_:1",
    '_query_:"{!func}1"',
    "\\_val_:x",
    "a:b:c",
    "*",
    "[* TO *]",
    "(",
    ")\\",
    "\\",
    "é́🦆\x00",
    "x" * 10_000,
    "' ; DROP TABLE package; --",
    "<script>alert(1)</script>",
    "+-&&||!(){}[]^~*?:/",
]


class TestPage:
    """The search page and an organisation's page."""

    def shown(self, app: Any, path: str, parameters: list[tuple[str, str]]) -> BeautifulSoup:
        answer = app.get(f"{path}?{urlencode(parameters)}", status=200)
        return BeautifulSoup(answer.get_data(as_text=True), "lxml")

    def counts(self, page: BeautifulSoup, name: str) -> dict[str, int]:
        links = page.select(f"[data-ess-facet='{name}'] a[data-ess-value]")
        return {str(a["data-ess-value"]): int(a.select_one(".ess-facet-count")["data-count"]) for a in links}

    @pytest.mark.parametrize("seed", range(100, 112))
    def test_random_choices(self, app: Any, catalogue: Catalogue, seed: int) -> None:
        """All facets, CKAN's own too: OR inside, AND across, and the chosen ones stay to be taken back."""
        chosen = catalogue.choice(random.Random(seed))
        page = self.shown(app, "/dataset", [(n, v) for n, values in chosen.items() for v in values])
        assert len(page.select(".dataset-item")) == min(20, len(catalogue.found(chosen)))
        for name in NAMES:
            expected = catalogue.counts(name, chosen)
            expected.update((value, expected.get(value, 0)) for value in chosen.get(name, []))
            assert self.counts(page, name) == expected, name
            active = {
                str(a["data-ess-value"]) for a in page.select(f"[data-ess-facet='{name}'] a[aria-current]")
            }
            assert active == set(chosen.get(name, []))

    @pytest.mark.parametrize("name", ["ess_country", "ess_freshness", "organization", "tags"])
    def test_hostile_values(self, app: Any, catalogue: Catalogue, name: str) -> None:
        """They find nothing, break nothing, and are shown as text."""
        for value in HOSTILE:
            page = self.shown(app, "/dataset", [(name, value)])
            assert not page.select("#search-error"), value
            assert not page.select(".dataset-item"), value
            assert not page.select("script:-soup-contains('alert(1)')"), value

    def test_hostile_values_on_an_organisation(self, app: Any, catalogue: Catalogue) -> None:
        for value in HOSTILE:
            page = self.shown(app, "/organization/eau-et-vie", [("ess_country", value)])
            assert not page.select(".dataset-item")

    def test_many_values(self, app: Any, catalogue: Catalogue) -> None:
        self.shown(app, "/dataset", [("ess_country", f"X{place}") for place in range(1500)])

    def test_hostile_names(self, app: Any, catalogue: Catalogue) -> None:
        for name in ('a"b', "{!func}", "ess_country:x", "a b", "_query_", "é"):
            self.shown(app, "/dataset", [(name, "x")])

    def test_hostile_words(self, app: Any, catalogue: Catalogue) -> None:
        for text in ('"', "{!func}1", "a:", "(", "_query_:1", "ess_country:", "x" * 10_000, "*:*"):
            self.shown(app, "/dataset", [("q", text)])

    def test_organisation_page(self, app: Any, catalogue: Catalogue) -> None:
        """Facets work inside an organisation, which is not offered as a facet there."""
        page = self.shown(app, "/organization/eau-et-vie", [("ess_country", "SN"), ("ess_country", "ML")])
        within = {"organization": ["eau-et-vie"]}
        expected = catalogue.counts("ess_country", within)
        assert self.counts(page, "ess_country") == {"SN": 0, "ML": 0, **expected}
        assert not self.counts(page, "organization")
        found = catalogue.found({**within, "ess_country": ["SN", "ML"]})
        assert len(page.select(".dataset-item")) == min(20, len(found))

    def test_other_types_keep_their_page(self, app: Any, catalogue: Catalogue) -> None:
        assert app.get("/harvest", status=200)

    def test_fragments_are_not_mixed_up_with_pages(self, app: Any, catalogue: Catalogue) -> None:
        for headers in ({}, {"HX-Request": "true"}):
            answer = app.get("/dataset", headers=headers)
            assert "HX-Request" in answer.headers["Vary"]


class TestOrganisationChanges:
    """Datasets follow their organisation."""

    def test_datasets_follow_the_family(self, catalogue: Catalogue, clean_queues: Any) -> None:
        """A job indexes them again, once the change is saved; other changes cost none."""
        before = catalogue.counts("ess_family", {})
        as_sysadmin("organization_patch", id="coop-du-lac", description="Nothing that datasets take")
        assert not tk.get_action("job_list")({"ignore_auth": True}, {})
        as_sysadmin("organization_patch", id="coop-du-lac", ess_family="mutuelle")
        queued = tk.get_action("job_list")({"ignore_auth": True}, {})
        assert len(queued) == 1
        organization_id = as_sysadmin("organization_show", id="coop-du-lac")["id"]
        assert organizations.is_outdated(organization_id)
        reindexing.reindex_organization(organization_id)
        assert not organizations.is_outdated(organization_id)
        after = search(**{"facet.field": ["ess_family"], "rows": 0})["facets"]["ess_family"]
        assert "cooperative" not in after
        assert after["mutuelle"] == before["mutuelle"] + before["cooperative"]
        as_sysadmin("organization_patch", id="coop-du-lac", ess_family="cooperative")
        reindexing.reindex_organization(organization_id)
        assert search(**{"facet.field": ["ess_family"], "rows": 0})["facets"]["ess_family"] == before


@pytest.mark.usefixtures("with_plugins")
class TestDocument:
    """What is indexed for datasets that are not like ours."""

    @pytest.mark.parametrize(
        "extras",
        [
            {"ess_country": "not a list"},
            {"ess_country": '["broken'},
            {"ess_country": '{"a": 1}'},
            {"ess_activity_count": "many"},
            {"ess_activity_count": "9" * 40},
            {"ess_sector": '[12, null, "x"]'},
            {"ess_iati_version": "2" * 40_000},
        ],
    )
    def test_odd_values_are_indexed_all_the_same(self, extras: dict[str, str]) -> None:
        from ckanext.ess.index import packages

        document = packages.document({"id": "x", "type": "dataset", "owner_org": None, **extras})
        assert document["id"] == "x"
        assert all(len(value) <= 200 for value in document.get("vocab_ess_iati_version", []))

    def test_other_types_are_left_alone(self) -> None:
        from ckanext.ess.index import packages

        document = {"type": "harvest", "ess_country": '["SN"]'}
        assert packages.document(document) == {"type": "harvest", "ess_country": '["SN"]'}

    def test_other_fields_are_left_alone(self) -> None:
        from ckanext.ess.index import packages

        given = {
            "type": "dataset",
            "vocab_theirs": ["a"],
            "title": "T",
            "ess_humanitarian": "true",
            "owner_org": "no",
        }
        assert packages.document(given).items() >= given.items()

    def test_a_broken_query_is_a_search_error(self) -> None:
        with pytest.raises(SearchError):
            search(fq='ess_country:"')
