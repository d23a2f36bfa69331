"""The pages of projects in a real browser: languages, phone, keyboard, no JavaScript, the API's numbers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
COUNTRY = "#facet-country a.ess-facet-value"
PATIENCE = 180
#: A page of each kind, without the language.
PAGES = (
    "/projects",
    "/projects?q=eau&country=SN",
    "/projects/charts",
    "/projects?q=zzzzzzzz",
    "/projects?start_year=abc",
    "/projects/no-such-project",
    "/countries",
    "/countries/SN",
    "/sectors",
    "/sectors/140",
)


def answered(context: BrowserContext, action: str) -> dict[str, Any]:
    """What an action answers; nothing is raised while the index is not there yet."""
    said = context.request.get(f"/api/3/action/{action}").json()
    return said.get("result") or {"count": 0, "counts": {}}


@pytest.fixture(scope="module")
def projects(portal_url: str, browser: Browser) -> list[dict[str, Any]]:
    """Some projects of the portal, once all its files have been read and their projects are found."""
    context = browser.new_context(base_url=portal_url)
    deadline = time.monotonic() + PATIENCE
    before = None
    while time.monotonic() < deadline:
        found = answered(context, "ess_activity_search?has=results&rows=20")
        pending = answered(context, "ess_validation_list?limit=1")["counts"].get("pending", 0)
        now = (answered(context, "ess_activity_search?rows=0")["count"], pending)
        if found["count"] and now == before == (now[0], 0):
            context.close()
            return found["results"]
        before = now
        time.sleep(3)
    pytest.fail(f"projects still come after {PATIENCE} seconds")


@pytest.fixture
def plain_page(browser: Browser, portal_url: str) -> Iterator[Page]:
    """A page in a browser without JavaScript."""
    context = browser.new_context(base_url=portal_url, java_script_enabled=False, viewport=DESKTOP)
    yield context.new_page()
    context.close()


def count(page: Page) -> int:
    """The number in the answer."""
    return int(re.sub(r"\D", "", page.locator(".ess-answer-number").inner_text()))


def query(page: Page) -> dict[str, list[str]]:
    """Parameters in the address."""
    return parse_qs(urlparse(page.url).query)


def api(page: Page, **parameters: Any) -> dict[str, Any]:
    """What the API answers."""
    return page.request.get("/api/3/action/ess_activity_search", params=parameters).json()["result"]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something matches."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"80 times Tab do not reach {selector}")


@pytest.mark.usefixtures("projects")
class TestSearch:
    """``/projects``."""

    def test_the_answer_is_the_api_s(self, page: Page) -> None:
        """The count, and each count beside a country, are what is found behind it."""
        page.goto("/fr/projects")
        assert count(page) == api(page, rows=0)["count"]
        first = page.locator(COUNTRY).first
        expected = int(first.locator(".ess-facet-count").get_attribute("data-count") or -1)
        code = first.get_attribute("data-ess-value")
        first.click()
        expect(page.locator(".ess-chip")).to_have_count(1)
        assert query(page)["country"] == [code]
        assert count(page) == expected == api(page, rows=0, country=code)["count"]

    def test_by_keyboard_only(self, page: Page) -> None:
        """A choice made and taken back with Tab and Enter; the focus stays where it was."""
        page.goto("/fr/projects")
        tab_to(page, COUNTRY)
        identifier = page.evaluate("document.activeElement.id")
        page.keyboard.press("Enter")
        expect(page.locator(".ess-chip")).to_have_count(1)
        assert page.evaluate("document.activeElement.id") == identifier
        page.keyboard.press("Enter")
        expect(page.locator(".ess-chip")).to_have_count(0)
        page.go_back()
        expect(page.locator(".ess-chip")).to_have_count(1)
        expect(page.locator("header.masthead")).to_have_count(1)

    def test_leaving_out(self, page: Page) -> None:
        """What is left out is a chip, and its projects are gone."""
        page.goto("/fr/projects")
        whole = count(page)
        value = page.locator("#facet-country li", has=page.locator(".ess-facet-not")).first
        some = int(value.locator(".ess-facet-count").get_attribute("data-count") or -1)
        value.locator(".ess-facet-not").click()
        expect(page.locator(".ess-chip-not")).to_have_count(1)
        assert count(page) == whole - some

    def test_without_javascript(self, plain_page: Page) -> None:
        """Words, a facet, years, more filters, an order, drawings, a project: links and forms are enough."""
        page = plain_page
        page.goto("/fr/projects")
        page.locator("#ess-project-words").fill("eau")
        page.get_by_role("button", name="Rechercher").click()
        assert query(page)["q"] == ["eau"]
        assert "sort" not in query(page)
        page.locator(COUNTRY).first.click()
        page.locator("#facet-years > summary").click()
        page.locator("input[name=start_year_from]").fill("2010")
        page.locator(".ess-ranges button").click()
        assert len(page.locator(".ess-chip").all()) == 3
        page.locator("#ess-more-filters").click()
        assert page.locator("#facet-publisher_type").count() == 1
        page.get_by_role("link", name="Carte et graphiques").click()
        assert page.locator(".ess-years").count() == 1
        page.get_by_role("link", name="Liste", exact=True).click()
        page.locator(".ess-result-title a").first.click()
        assert page.locator(".ess-project-head h1").count() == 1

    def test_drawings_lead_to_what_they_count(self, page: Page) -> None:
        """A country of the map, and the numbers of its table."""
        page.goto("/fr/projects/charts")
        link = page.locator("#map .ess-chart-table a[href*='country=']").first
        page.locator("#map summary").click()
        row = page.locator("#map tbody tr").first
        expected = int(re.sub(r"\D", "", row.locator("td").first.inner_text()))
        link.click()
        expect(page.locator(".ess-chip")).to_have_count(1)
        assert count(page) == expected

    def test_empty_and_wrong(self, page: Page) -> None:
        """Each says what to do next."""
        assert _status(page, "/fr/projects?q=zzzzzzzz") == 200
        expect(page.locator(".ess-nothing")).to_contain_text("Aucun projet ne correspond")
        assert _status(page, "/fr/projects?start_year=abc") == 400
        expect(page.locator(".ess-nothing")).to_contain_text("abc")
        assert _status(page, "/fr/projects?page=9999") == 400
        assert _status(page, "/fr/projects/no-such-project") == 404
        expect(page.locator(".ess-nothing")).to_contain_text("Ce projet n’est pas ici")

    def test_tabs_beside_the_datasets(self, page: Page) -> None:
        """The same words, one click away."""
        page.goto("/fr/dataset/?q=eau")
        page.locator(".ess-tabs").get_by_role("link", name="Projets").click()
        page.wait_for_url("**/projects**q=eau")
        page.goto("/fr/")
        page.locator("#ess-search-words").fill("eau")
        page.keyboard.press("Enter")
        page.wait_for_url("**/projects**q=eau")


class TestProject:
    """The page of one project."""

    def test_says_what_the_api_says(self, page: Page, projects: list[dict[str, Any]]) -> None:
        """Title, who, money, results, source, other shapes."""
        one = projects[0]
        page.goto(f"/fr/projects/{one['iati_identifier']}")
        expect(page.locator(".ess-project-head h1").first).to_contain_text(one["title"][:40])
        assert page.locator("link[rel=canonical]").get_attribute("href")
        for name in ("money", "results", "source", "who", "check"):
            expect(page.locator(f"#{name}-1")).to_be_visible()
        for shape in ("json", "xml", "jsonld"):
            answer = page.request.get(f"/projects/show.{shape}", params={"id": one["iati_identifier"]})
            assert answer.status == 200
            assert one["iati_identifier"] in answer.text()

    def test_both_languages(self, page: Page, projects: list[dict[str, Any]]) -> None:
        """No French word in the English page's headings, nor the other way round."""
        address = f"/projects/{projects[0]['iati_identifier']}"
        page.goto(f"/fr{address}")
        french = page.locator(".ess-project h2").all_inner_texts()
        page.goto(f"/en{address}")
        english = page.locator(".ess-project h2").all_inner_texts()
        assert len(french) == len(english)
        assert not {*french} & {*english} - {"Documents"}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_on_a_phone(
    browser: Browser, portal_url: str, projects: list[dict[str, Any]], path: str, language: str
) -> None:
    """Nothing sticks out, no script fails, nothing is asked of another server, no ``None`` is shown."""
    assert projects
    context = browser.new_context(base_url=portal_url, viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    hosts: set[str] = set()
    errors: list[str] = []
    page.on("request", lambda request: hosts.add(urlparse(request.url).netloc))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"/{language}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    text = page.locator("[role=main]").first.inner_text()
    assert not re.search(r"\bNone\b|\bundefined\b|\{\w+\}", text)
    assert errors == []
    assert hosts == {urlparse(portal_url).netloc}
    context.close()


def test_filters_fold_behind_one_button(browser: Browser, portal_url: str, projects: Any) -> None:
    """On a phone: closed at first, then with the number of choices."""
    assert projects
    context = browser.new_context(base_url=portal_url, viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto("/fr/projects?country=SN")
    expect(page.locator(".ess-filters-panel")).to_be_hidden()
    button = page.locator(".ess-filters-button")
    expect(button).to_have_text("Filtrer (1)")
    button.tap()
    expect(page.locator(".ess-filters-panel")).to_be_visible()
    context.close()


def _status(page: Page, path: str) -> int:
    answer = page.goto(path)
    return answer.status if answer else 0
