"""Glossary and dataset pages in a browser: words that explain themselves, on a phone too."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

PHONE = {"locale": "fr-FR", "viewport": {"width": 390, "height": 844}}

#: Ours only: the width of CKAN's own rows is its theme's affair.
TOO_WIDE = """() => ['.ess-info *', '.ess-dataset-facts *', '.ess-glossary *', '.ess-who *']
  .flatMap(ours => [...document.querySelectorAll(ours)])
  .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(element => element.outerHTML.slice(0, 120))"""


def first_dataset(page: Page) -> None:
    page.goto("/fr/dataset/?ess_file_type=activities")
    page.locator("main a[href*='/dataset/'], .dataset-heading a").first.click()
    expect(page.locator(".ess-dataset-facts")).to_be_visible()


def test_a_word_is_shown_where_its_link_leads(page: Page):
    page.goto("/fr/ess/glossary#siren")
    term = page.locator("#siren")
    expect(term).to_be_in_viewport()
    expect(term).to_contain_text("neuf chiffres")
    term.get_by_role("link", name="RNA").click()
    expect(page).to_have_url(re.compile("#rna$"))
    expect(page.locator("#rna")).to_be_in_viewport()


@pytest.mark.parametrize("page_options", [PHONE])
def test_nothing_of_ours_is_wider_than_a_phone(page: Page, page_options: dict[str, Any]):
    first_dataset(page)
    assert page.evaluate(TOO_WIDE) == []
    page.goto("/fr/ess/glossary")
    assert page.evaluate(TOO_WIDE) == []


def test_a_value_is_a_door_to_the_datasets_that_have_it(page: Page):
    first_dataset(page)
    door = page.locator(".ess-fields a[href*='ess_country=']").first
    name = door.inner_text()
    door.click()
    expect(page).to_have_url(re.compile("ess_country="))
    expect(page.locator("body")).to_contain_text(name)
    page.go_back()
    expect(page.locator(".ess-dataset-facts")).to_be_visible()
