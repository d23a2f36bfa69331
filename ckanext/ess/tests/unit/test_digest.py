"""The mail on files that got worse: one line for a subject, a block for a file, both languages."""

from __future__ import annotations

import re

import pytest

from ckanext.ess.iati.validate.formats.digest import SHOWN, Change, Letter, body, line, subject

REPORT = "https://example.org/dataset/puits/resource/1/validation"
CHANGE = Change(
    "Projets au Sénégal", "activites.xml", "Valide", "Erreurs", ["Secteurs ≠ 100 % (9)", "Dates (3)"], REPORT
)


def letter(*changes: Change, organization: str = "Des puits") -> Letter:
    """A letter on some changes."""
    return Letter(
        "Mon portail",
        organization,
        "https://example.org/organization/puits",
        "Jeanne",
        "https://example.org/stop",
        changes,
    )


def test_in_french():
    said = body(letter(CHANGE), "fr")
    assert (
        subject(letter(CHANGE), "fr") == "[Mon portail] Des puits : un fichier obtient un moins bon verdict"
    )
    assert "Bonjour Jeanne," in said
    assert "Projets au Sénégal — activites.xml\n  avant : Valide ; maintenant : Erreurs" in said
    assert "À corriger d’abord : Secteurs ≠ 100 % (9) ; Dates (3)" in said
    assert REPORT in said
    assert said.rstrip().endswith("https://example.org/stop")


def test_in_english_for_any_other_language():
    assert body(letter(CHANGE), "de") == body(letter(CHANGE), "en")
    assert subject(letter(CHANGE, CHANGE), "en") == "[Mon portail] Des puits: 2 files have a worse verdict"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_many_files_are_counted(lang: str):
    changes = [CHANGE._replace(file=f"f{number}.xml") for number in range(SHOWN + 7)]
    said = body(letter(*changes), lang)
    assert said.count(REPORT) == SHOWN
    assert re.search(r"7 (?:more|de plus)\W+https://example.org/organization/puits", said)


@pytest.mark.parametrize(
    "title", ["Eau\r\nBcc: x@example.org", "a" * 500, "\u202eabc", "{count}", "%s", "<b>", ""]
)
def test_titles_stay_titles(title: str):
    made = letter(CHANGE._replace(dataset=title, file=title), organization=title)
    for lang in ("fr", "en"):
        assert "\n" not in subject(made, lang)
        assert "\r" not in body(made, lang)
        assert not re.search("^Bcc:", body(made, lang), re.MULTILINE)
        assert "\u202e" not in body(made, lang)
    assert len(line(title)) <= 121
