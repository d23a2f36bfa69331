"""Verdicts are told by shape and word; their colours are readable too, and the badge wears the same."""

from __future__ import annotations

import re

import pytest

from ckanext.ess.schema import choices, verdicts
from ckanext.ess.tests.imports import PACKAGE
from ckanext.ess.views import badge

CSS = (PACKAGE / "assets" / "ess-validation.css").read_text()
STATUSES = [choice.value for choice in choices.table("validation").values()]
READABLE = 4.5


def colours(status: str) -> tuple[str, ...]:
    """Text, tint and line of a verdict in the style sheet."""
    found = re.search(
        rf"\.ess-verdict-{status} {{ --ess-verdict-text: (#\w+); --ess-verdict-tint: (#\w+);"
        r" --ess-verdict-line: (#\w+); }",
        CSS,
    )
    assert found, status
    return found.groups()


def luminance(colour: str) -> float:
    """How bright a colour is, as WCAG counts."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How well one colour is read on another, from 1 to 21."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("status", STATUSES)
def test_words_are_readable(status: str):
    """On their tint and on white."""
    text, tint, _ = colours(status)
    assert contrast(text, tint) >= READABLE
    assert contrast(text, "#ffffff") >= READABLE


def test_shapes_differ():
    """Whoever sees no colour sees which verdict it is."""
    assert len({str(verdicts.shape(status)) for status in STATUSES}) == len(STATUSES)


@pytest.mark.parametrize("severity", ["critical", "error", "warning", "advisory"])
def test_marks_of_severities_stand_out(severity: str):
    """A mark is no text: three to one is what it needs."""
    found = re.search(rf"\.ess-severity-{severity} {{ --ess-severity: (#\w+); }}", CSS)
    assert found
    assert contrast(found[1], "#ffffff") >= 3


@pytest.mark.parametrize("status", STATUSES)
def test_badges_wear_the_same_colours(status: str):
    """And their letters fit."""
    drawn = badge.svg("Données", status, "À améliorer", "…", verdicts.shape(status))
    assert set(colours(status)) <= set(re.findall(r"#\w{6}", drawn))
    assert badge.width("WWW") > badge.width("iii")
