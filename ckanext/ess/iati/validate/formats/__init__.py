"""Reports as text: for programs, for terminals, for spreadsheets, for browsers, and in the official shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ckanext.ess.iati.validate.formats import csv, html, json, official, text
from ckanext.ess.iati.validate.report import Report

#: Turns reports into text, in a language.
Render = Callable[[Iterable[Report], str], str]

FORMATS: dict[str, Render] = {
    "text": text.render,
    "json": json.render,
    "csv": csv.render,
    "html": html.render,
    "iati-validator": official.render,
}
