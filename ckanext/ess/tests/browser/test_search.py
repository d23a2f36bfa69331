"""The search page in a real browser: keyboard, no JavaScript, phone, both languages, Back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

VALUE = "#facet-ess_kind a.ess-facet-value"
COUNTRY = "#facet-ess_country a.ess-facet-value"


def chips(page: Page) -> list[str]:
    """Labels of the chosen filters."""
    return [
        " ".join(text.split()) for text in page.locator(".ess-chip > span:nth-child(2)").all_inner_texts()
    ]


def number_found(page: Page) -> int:
    """The number in the heading of the results."""
    return int(re.sub(r"\D", "", page.locator("#search-results h1").inner_text()) or 0)


def count_of(page: Page, selector: str, place: int) -> int:
    """The number beside a value."""
    return int(
        page.locator(selector).nth(place).locator(".ess-facet-count").get_attribute("data-count") or -1
    )


def query(page: Page) -> dict[str, list[str]]:
    """Parameters in the address."""
    return parse_qs(urlparse(page.url).query)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something matches; nothing else moves the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"80 times Tab do not reach {selector}")


@pytest.fixture
def plain_page(browser: Browser, portal_url: str) -> Iterator[Page]:
    """A page in a browser without JavaScript."""
    context = browser.new_context(
        base_url=portal_url, locale="fr-FR", java_script_enabled=False, viewport=DESKTOP
    )
    yield context.new_page()
    context.close()


def test_by_keyboard_only(page: Page) -> None:
    """Words, a facet, a second choice, and one taken back: Tab and Enter are enough, and the focus stays."""
    page.goto("/fr/dataset/")
    tab_to(page, VALUE)
    chosen = page.evaluate("document.activeElement.dataset.essValue")
    identifier = page.evaluate("document.activeElement.id")
    expected = count_of(page, VALUE, 0)
    page.keyboard.press("Enter")
    expect(page.locator(".ess-chip")).to_have_count(1)
    assert query(page)["ess_kind"] == [chosen]
    assert number_found(page) == expected
    assert page.evaluate("document.activeElement.id") == identifier
    page.keyboard.press("Enter")
    expect(page.locator(".ess-chip")).to_have_count(0)
    assert "ess_kind" not in query(page)


def test_alternatives_inside_a_facet(page: Page) -> None:
    """A second country adds datasets; a kind besides takes some away; the other counts follow."""
    page.goto("/fr/dataset/")
    first, second = count_of(page, COUNTRY, 0), count_of(page, COUNTRY, 1)
    names = [page.locator(COUNTRY).nth(place).get_attribute("data-ess-value") for place in (0, 1)]
    page.locator(f"{COUNTRY}[data-ess-value='{names[0]}']").click()
    expect(page.locator(".ess-chip")).to_have_count(1)
    assert number_found(page) == first
    page.locator(f"{COUNTRY}[data-ess-value='{names[1]}']").click()
    expect(page.locator(".ess-chip")).to_have_count(2)
    assert max(first, second) <= number_found(page) <= first + second
    both = number_found(page)
    assert sorted(query(page)["ess_country"]) == sorted(map(str, names))
    kind = count_of(page, VALUE, 0)
    page.locator(VALUE).first.click()
    expect(page.locator(".ess-chip")).to_have_count(3)
    assert number_found(page) == kind <= both
    page.get_by_role("link", name="Tout effacer").click()
    expect(page.locator(".ess-chip")).to_have_count(0)
    assert query(page) == {}


@pytest.mark.parametrize("cache", [True, False], ids=["htmx-cache", "no-htmx-cache"])
def test_back(page: Page, cache: bool) -> None:
    """Back shows the whole page of the step before, from htmx's memory or from the portal."""
    page.goto("/fr/dataset/")
    total = number_found(page)
    page.locator(VALUE).first.click()
    expect(page.locator(".ess-chip")).to_have_count(1)
    first = number_found(page)
    page.locator(COUNTRY).first.click()
    expect(page.locator(".ess-chip")).to_have_count(2)
    if not cache:
        page.evaluate("sessionStorage.removeItem('htmx-history-cache')")
    page.go_back()
    expect(page.locator(".ess-chip")).to_have_count(1)
    expect(page.locator("header.masthead")).to_have_count(1)
    assert number_found(page) == first
    page.go_back()
    expect(page.locator(".ess-chip")).to_have_count(0)
    assert number_found(page) == total


def test_back_from_a_dataset(page: Page) -> None:
    """Leaving a filtered search and coming back shows a page, not a fragment."""
    page.goto("/fr/dataset/")
    page.locator(VALUE).first.click()
    expect(page.locator(".ess-chip")).to_have_count(1)
    page.locator(".dataset-heading a").first.click()
    page.wait_for_url("**/dataset/*")
    page.go_back()
    expect(page.locator(".ess-chip")).to_have_count(1)
    expect(page.locator("header.masthead")).to_have_count(1)
    expect(page.locator("footer.site-footer")).to_have_count(1)


def test_language_link_keeps_the_search(page: Page) -> None:
    """One click to English, after choices made in place; labels change, filters stay."""
    page.goto("/fr/dataset/")
    assert page.locator("html").get_attribute("lang") == "fr"
    page.locator(COUNTRY).first.click()
    expect(page.locator(".ess-chip")).to_have_count(1)
    chosen, found = query(page)["ess_country"], number_found(page)
    page.get_by_role("link", name="English", exact=True).click()
    page.wait_for_url("**/en/dataset/**")
    assert page.locator("html").get_attribute("lang") == "en"
    assert query(page)["ess_country"] == chosen
    assert number_found(page) == found
    expect(page.locator(".ess-chip-title")).to_have_text("Recipient country:")


def test_french_labels_are_whole(page: Page) -> None:
    """No label is cut, whatever its length."""
    page.goto("/fr/dataset/")
    labels = page.locator(".ess-facet-label").all_text_contents()
    assert labels
    assert not [label for label in labels if label.rstrip().endswith(("...", "…"))]
    titles = [title.strip() for title in page.locator(".ess-facet > summary h2").all_text_contents()]
    assert titles[0] == "Sorte de données"
    assert "Pays d’intervention" in titles


def test_without_javascript(plain_page: Page) -> None:
    """Facets, folded lists, chips, order and words work as links and forms."""
    page = plain_page
    page.goto("/fr/dataset/")
    expected = count_of(page, COUNTRY, 0)
    page.locator(COUNTRY).first.click()
    assert len(chips(page)) == 1
    assert number_found(page) == expected
    page.locator("#field-order-by").select_option("ess_activity_count desc, metadata_modified desc")
    page.locator("#dataset-search-form button[type=submit]").first.click()
    assert query(page)["sort"] == ["ess_activity_count desc, metadata_modified desc"]
    assert len(chips(page)) == 1
    folded = page.locator("#facet-license_id")
    assert not folded.locator("ul").first.is_visible()
    folded.locator("summary").first.click()
    assert folded.locator("ul").first.is_visible()
    page.locator(".ess-chip").click()
    assert chips(page) == []


def test_nothing_found_says_what_to_do(page: Page) -> None:
    """An empty result offers ways out."""
    page.goto("/fr/dataset/?q=zzzzzzzz&ess_country=SN")
    expect(page.locator(".ess-nothing")).to_contain_text("Rien ne correspond")
    page.locator(".ess-nothing").get_by_role("link", name="voir tous les jeux de données").click()
    expect(page.locator(".ess-nothing")).to_have_count(0)


class TestPhone:
    """390 pixels wide."""

    @pytest.fixture
    def page_options(self) -> dict[str, Any]:
        return {"locale": "fr-FR", "viewport": PHONE, "has_touch": True, "is_mobile": True}

    def test_facets_are_behind_one_button(self, page: Page) -> None:
        """Closed at first; the button says how many filters are on; it stays open while one chooses."""
        page.goto("/fr/dataset/")
        panel, button = page.locator(".ess-filters-panel"), page.locator(".ess-filters-button")
        expect(panel).to_be_hidden()
        expect(button).to_have_text("Filtrer")
        button.tap()
        expect(panel).to_be_visible()
        page.locator(COUNTRY).first.tap()
        expect(button).to_have_text("Filtrer (1)")
        expect(panel).to_be_visible()
        button.tap()
        expect(panel).to_be_hidden()
        expect(page.locator(".dataset-item").first).to_be_visible()

    def test_the_button_works_by_keyboard(self, page: Page) -> None:
        page.goto("/fr/dataset/")
        tab_to(page, "#ess-filters-switch")
        page.keyboard.press("Space")
        expect(page.locator(".ess-filters-panel")).to_be_visible()

    @pytest.mark.parametrize("path", ["/", "/dataset/", "/organization/", "/dataset/?q=zzzzzz"])
    def test_nothing_sticks_out(self, page: Page, path: str) -> None:
        page.goto(f"/fr{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


class TestHome:
    """What the portal is, and doors to the search."""

    def test_figures_are_those_of_the_index(self, page: Page, portal_url: str) -> None:
        answer = page.request.get(
            "/api/3/action/package_search",
            params={"rows": 0, "facet.field": '["ess_country"]', "fq": "dataset_type:dataset"},
        ).json()["result"]
        page.goto("/fr/")
        shown = [re.sub(r"\D", "", text) for text in page.locator(".ess-figures b").all_text_contents()]
        assert shown[0] == str(answer["count"])
        assert str(len(answer["facets"]["ess_country"])) in shown

    def test_every_bar_is_a_door(self, page: Page) -> None:
        """The number beside a bar is the number of datasets behind it."""
        page.goto("/fr/")
        row = page.locator("#ess-by-ess_country tr", has=page.locator("a")).first
        expected = int(re.sub(r"\D", "", row.locator(".ess-bar-number").inner_text()))
        row.locator("a").click()
        page.wait_for_url("**/dataset/**")
        assert number_found(page) == expected
        assert len(chips(page)) == 1

    def test_search_box(self, page: Page) -> None:
        page.goto("/fr/")
        page.locator("#ess-search-words").fill("eau")
        page.keyboard.press("Enter")
        page.wait_for_url("**/projects/?q=eau")

    def test_nothing_is_fetched_from_elsewhere(self, page: Page, portal_url: str) -> None:
        """No CDN, no tracker, no font service."""
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(urlparse(request.url).netloc))
        page.goto("/fr/")
        page.goto("/fr/dataset/")
        assert hosts == {urlparse(portal_url).netloc}
