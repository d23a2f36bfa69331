"""From a SIREN to a valid file in a browser, as somebody without an account does it; every action counts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from ckanext.ess.iati.validate import validate, verdict

FRENCH = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}}
PHONE = {"locale": "fr-FR", "viewport": {"width": 390, "height": 844}}
SECONDS = 90
MOST_ACTIONS, MOST_CELLS = 12, 6

#: What a project needs when role and country are said once for all; words, never a code.
PROJECT = {
    "Identifiant du projet": "EAU-1",
    "Titre": "Eau potable pour les écoles de Thiès",
    "Description": "Douze puits et des comités d'usagers dans douze écoles.",
    "Statut": "Actif",
    "Date de début réelle": "32/01/2025",
    "Secteur": "Approvisionnement en eau potable – dispositifs de base",
}
TOO_WIDE = """() => [...document.querySelectorAll('.ess-convert *')]
  .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                     && !element.closest('.ess-scroll, .visually-hidden, datalist'))
  .map(element => element.outerHTML.slice(0, 120))"""


class Hand:
    """Does what a person does on a page, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def act(self, do: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Do one thing: fill a field, choose, press, bring a file."""
        self.actions += 1
        return do(*arguments, **options)


def filled(template: Path, to: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows below the examples of the template, as a person would."""
    book = openpyxl.load_workbook(io.BytesIO(template.read_bytes()))
    projects = book.worksheets[0]
    titles = {str(cell.value).removesuffix(" *"): cell.column for cell in projects[1]}
    for number, row in enumerate(rows, 5):
        for title, text in row.items():
            projects.cell(number, titles[title], text)
    book.save(to)
    return to


def from_siren_to_sheet(hand: Hand, tmp_path: Path, project: dict[str, str]) -> None:
    """Steps 1: who publishes, the template, the sheet."""
    page = hand.page
    page.goto("/fr/publish")
    hand.act(page.get_by_label("SIREN, ou identifiant IATI").fill, "123 456 782")
    hand.act(page.get_by_role("button", name="Retrouver mon organisation").click)
    expect(page.get_by_label("SIREN, ou identifiant IATI")).to_have_value("FR-RCS-123456782")
    hand.act(page.get_by_label("Nom de l’organisation").fill, "Eau pour demain")
    hand.act(page.get_by_label("Type d’organisation").select_option, label="ONG nationale")
    hand.act(page.get_by_label("Son rôle dans ces projets").select_option, label="Mise en œuvre")
    hand.act(page.get_by_label("Pays des projets").select_option, label="Sénégal")
    with page.expect_download() as download:
        hand.act(page.get_by_role("link", name="Modèle pour Excel").click)
    sheet = filled(download.value.path(), tmp_path / "Nos projets.xlsx", [project])
    hand.act(page.locator("#ess-publish-upload").set_input_files, sheet)
    hand.act(page.get_by_role("button", name="Lire mon tableur").click)
    expect(page).to_have_url(re.compile(r"/publish/[\w-]{32}$"))


@pytest.mark.parametrize(
    "page_options",
    [FRENCH, {**FRENCH, "java_script_enabled": False}, PHONE],
    ids=["script", "no script", "phone"],
)
def test_from_a_siren_to_a_valid_file(page: Page, page_options: dict[str, Any], tmp_path: Path):
    """In twelve actions at most, one of them a correction; six cells a project, all in words."""
    hand = Hand(page)
    assert len(PROJECT) <= MOST_CELLS
    assert not any(re.fullmatch(r"\d+", text) for text in PROJECT.values())
    from_siren_to_sheet(hand, tmp_path, PROJECT)
    cell = page.get_by_role("textbox", name="Date de début réelle")
    expect(cell).to_have_value("32/01/2025", timeout=SECONDS * 1000)
    expect(page.locator(".ess-line .ess-said-error")).to_contain_text("n'est pas une date")
    hand.act(cell.fill, "31/01/2025")
    hand.act(page.locator(".ess-correct-end").get_by_role("button", name="Vérifier à nouveau").click)
    expect(page.locator("#ess-result")).to_be_visible(timeout=SECONDS * 1000)
    expect(page.locator("#ess-result .ess-report-sentence")).to_contain_text("1 projet de Eau pour demain")
    with page.expect_download() as download:
        hand.act(page.get_by_role("link", name="Télécharger le fichier des projets").click)
    content = download.value.path().read_bytes()
    assert verdict(validate(io.BytesIO(content))) in {"valid", "warnings"}
    assert b"FR-RCS-123456782-EAU-1" in content
    assert hand.actions <= MOST_ACTIONS, hand.actions


def test_everything_is_reached_by_keyboard(page: Page, tmp_path: Path):
    """A cell is corrected and checked again with Enter."""
    from_siren_to_sheet(Hand(page), tmp_path, PROJECT)
    cell = page.get_by_role("textbox", name="Date de début réelle")
    expect(cell).to_be_visible(timeout=SECONDS * 1000)
    cell.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("31/01/2025")
    page.keyboard.press("Enter")
    expect(page.locator("#ess-result")).to_be_visible(timeout=SECONDS * 1000)
    page.locator(".ess-correct summary", has_text="1 cellule corrigée ici").click()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("textbox", name="Date de début réelle")).to_have_value(
        "32/01/2025", timeout=SECONDS * 1000
    )


@pytest.mark.parametrize("page_options", [PHONE])
def test_nothing_of_ours_is_wider_than_a_phone(page: Page, page_options: dict[str, Any], tmp_path: Path):
    """Form, corrections with absurd words, result."""
    page.goto("/fr/publish")
    assert page.evaluate(TOO_WIDE) == []
    long = {**PROJECT, "Titre": "x" * 300, "Description": "mot " * 400}
    from_siren_to_sheet(Hand(page), tmp_path, long)
    expect(page.locator(".ess-line")).to_have_count(1, timeout=SECONDS * 1000)
    page.locator(".ess-line-others summary").click()
    assert page.evaluate(TOO_WIDE) == []
    page.get_by_role("textbox", name="Date de début réelle").fill("31/01/2025")
    page.locator(".ess-correct-end").get_by_role("button").click()
    expect(page.locator("#ess-result")).to_be_visible(timeout=SECONDS * 1000)
    assert page.evaluate(TOO_WIDE) == []
