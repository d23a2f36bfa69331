"""Reports on files, and the page that checks one, in a browser: two languages, phone, keyboard, no script."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from ckanext.ess.tests.imports import PACKAGE

FRENCH = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}}
PHONE = {"locale": "fr-FR", "viewport": {"width": 390, "height": 844}}
PLAIN = {**FRENCH, "java_script_enabled": False}
FAULTY = PACKAGE / "embedded" / "sample" / "exemple-comptoir-equitable" / "essai-avec-fautes.xml"
SECONDS = 90

#: Ours only: the width of CKAN's own rows is its theme's affair. Excerpts scroll in their box.
TOO_WIDE = """() => [...document.querySelectorAll('.ess-report *, .ess-check-page *')]
  .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                     && !element.closest('.ess-excerpt, .ess-scroll, .visually-hidden'))
  .map(element => element.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="session")
def report_path(portal_url: str) -> str:
    """The report on a file of the sample that has something against it."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with urlopen(f"{portal_url}/api/3/action/ess_validation_list?limit=1000", timeout=30) as answer:
            found = json.load(answer)["result"]["results"]
        bad = [one for one in found if one["summary"]["critical"] and one["summary"]["warning"]]
        if bad:
            return f"/dataset/{bad[0]['package_name']}/resource/{bad[0]['resource_id']}/validation"
        time.sleep(1)
    raise AssertionError("no file was checked")


def send(page: Page, file: Path = FAULTY, lang: str = "fr") -> None:
    """Have a file checked, by hand."""
    page.goto(f"/{lang}/validate")
    page.locator("#ess-check-upload").set_input_files(file)
    page.locator("form:has(#ess-check-upload) button").click()
    expect(page).to_have_url(re.compile(r"/validate/[\w-]{32}$"))


@pytest.mark.parametrize(("lang", "words"), [("fr", "À faire d’abord"), ("en", "What to do first")])
def test_a_visitor_has_a_file_checked(page: Page, lang: str, words: str):
    """The wait ends by itself, in place."""
    send(page, lang=lang)
    expect(page.get_by_role("heading", name=words)).to_be_visible(timeout=SECONDS * 1000)
    expect(page.locator("h1")).to_have_text("essai-avec-fautes.xml")
    expect(page.locator(".ess-report-opening .ess-verdict-invalid")).to_be_visible()


@pytest.mark.parametrize("page_options", [PLAIN])
def test_a_visitor_without_javascript_too(page: Page, page_options: dict[str, Any]):
    """The page comes again until the result is there."""
    send(page)
    expect(page.get_by_role("heading", name="À faire d’abord")).to_be_visible(timeout=SECONDS * 1000)
    page.locator(".ess-severity-count").first.click()
    expect(page.locator(".ess-chip")).to_have_count(1)


def test_a_file_that_is_too_large_does_not_travel(page: Page, tmp_path: Path):
    """The form says so before it is sent."""
    large = tmp_path / "large.xml"
    with large.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    page.goto("/fr/validate")
    field = page.locator("#ess-check-upload")
    field.set_input_files(large)
    assert "25" in field.evaluate("input => input.validationMessage")
    page.locator("form:has(#ess-check-upload) button").click()
    expect(page).to_have_url(re.compile("/fr/validate$"))
    field.set_input_files(FAULTY)
    assert field.evaluate("input => input.validationMessage") == ""


@pytest.mark.parametrize("page_options", [PLAIN])
def test_an_address_is_checked_as_well(page: Page, portal_url: str, page_options: dict[str, Any]):
    """What is there is said in the page's language: here a page, not XML."""
    page.goto("/fr/validate")
    page.locator("#ess-check-url").fill(f"{portal_url}/fr/about")
    page.locator("form:has(#ess-check-url) button").click()
    expect(page.locator(".ess-report-sentence")).to_have_text(
        "Ce fichier n’a pas pu être lu.", timeout=SECONDS * 1000
    )
    expect(page.locator(".ess-report-opening")).to_contain_text("Une page web, pas du XML")


@pytest.mark.parametrize("page_options", [FRENCH, PLAIN], ids=["script", "no script"])
def test_filters_are_chosen_and_taken_off(page: Page, report_path: str, page_options: dict[str, Any]):
    """By form, by chip, and back."""
    page.goto(f"/fr{report_path}")
    page.locator("#ess-filter-severity").select_option("warning")
    page.get_by_role("button", name="Filtrer").click()
    expect(page).to_have_url(re.compile("severity=warning"))
    expect(page.locator(".ess-chip")).to_contain_text("avertissements")
    expect(page.locator(".ess-rule .ess-severity-critical")).to_have_count(0)
    page.locator(".ess-chip").click()
    expect(page.locator(".ess-chip")).to_have_count(0)
    page.go_back()
    expect(page.locator(".ess-chip")).to_have_count(1)


def test_everything_is_reached_by_keyboard(page: Page, report_path: str):
    """A rule unfolds and shows its lines; a number of the severities leads to them."""
    page.goto(f"/fr{report_path}")
    rule = page.locator(".ess-rule:not([open]) > summary").first
    rule.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ess-rule[open]")).to_have_count(2)
    door = page.locator("a.ess-severity-count").first
    door.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("severity="))


def test_the_marked_line_is_the_one_that_is_named(page: Page, report_path: str):
    """The excerpt shows the line that the finding speaks of."""
    page.goto(f"/fr{report_path}")
    finding = page.locator(".ess-finding:has(.ess-marked)").first
    number = re.sub(r"\D", "", finding.locator(".ess-finding-where").inner_text().rpartition("ligne")[2])
    assert number == re.sub(r"\D", "", finding.locator(".ess-marked .ess-excerpt-number").inner_text())


@pytest.mark.parametrize("page_options", [PHONE])
def test_nothing_of_ours_is_wider_than_a_phone(page: Page, report_path: str, page_options: dict[str, Any]):
    """Long identifiers wrap, excerpts scroll in their box."""
    for path in (report_path, f"{report_path}?severity=warning", "/validate", "/validate/0"):
        page.goto(f"/fr{path}")
        assert page.evaluate(TOO_WIDE) == [], path


def test_the_badge_is_a_picture(page: Page, report_path: str):
    """It loads, and says its verdict to those who do not see it."""
    page.goto(f"/fr{report_path}")
    badge = page.locator("#ess-badge ~ p img, .ess-badge-block img").first
    assert badge.evaluate("picture => picture.complete && picture.naturalWidth") > 60
    assert "Vérification du fichier" in (badge.get_attribute("alt") or "")


def test_verdicts_lead_from_the_search_to_the_report(page: Page, report_path: str):
    """Facet, dataset, file, report: each a click from the other."""
    page.goto("/fr/dataset/")
    page.locator("#facet-ess_validation > summary").click()
    page.locator("#facet-ess_validation [data-ess-value='invalid']").click()
    expect(page).to_have_url(re.compile("ess_validation=invalid"))
    expect(page.locator(".dataset-item .ess-verdict-invalid")).to_have_count(
        page.locator(".dataset-item").count()
    )
    page.locator(".dataset-heading a").first.click()
    page.locator(".resource-item a.ess-verdict").first.click()
    expect(page).to_have_url(re.compile("/validation$"))
    expect(page.locator(".ess-report-sentence")).to_be_visible()
