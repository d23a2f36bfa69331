"""What a verdict on a file is called and what it means, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal
from markupsafe import Markup

from ckan.plugins import toolkit as tk

from ckanext.ess.schema import choices, language

#: The list of :mod:`ckanext.ess.schema.choices` that names the verdicts, best first.
LIST = "validation"

#: Verdicts on a file that was read.
CHECKED = frozenset({"valid", "warnings", "errors", "invalid"})
#: The verdict of a file that no check has met yet; no action answers it.
NEVER = "never"


def N_(text: str) -> str:  # noqa: N802 (the name that Babel extracts)
    """Mark a text for translation without translating it yet."""
    return text


_CATEGORIES: Mapping[str, str] = {
    "schema": N_("Structure of the file"),
    "iati": N_("The file as a whole"),
    "identifiers": N_("Identifiers"),
    "information": N_("Basic information"),
    "participating": N_("Participating organisations"),
    "organisation": N_("The organisation"),
    "classifications": N_("Sectors and other classifications"),
    "geo": N_("Countries and places"),
    "financial": N_("Money"),
    "documents": N_("Documents and links"),
    "relations": N_("Related activities"),
    "performance": N_("Results and indicators"),
    "table-schema": N_("The schema of the table"),
    "file": N_("The file as a whole"),
    "columns": N_("Columns"),
    "values": N_("Cells"),
    "rows": N_("Rows"),
}
_EXPLANATIONS: Mapping[str, str] = {
    "valid": N_(
        "It follows the standard and its rules. Thank you for publishing data that others can build on."
    ),
    "warnings": N_("It follows the standard. What is listed below would make it more useful."),
    "errors": N_(
        "Its structure is sound, but what is listed below misleads whoever counts, maps or compares."
    ),
    "invalid": N_("What goes against the standard’s structure comes first: many tools stop there."),
    "unreadable": N_(
        "Nothing in it could be checked. People and programs that download it meet the same obstacle."
    ),
    "pending": N_("It is in the queue; this usually takes less than a minute. The page refreshes by itself."),
    "not-applicable": N_(
        "IATI files, and tables with a declared schema, are checked. This is neither, and that is no fault."
    ),
    NEVER: N_("It will be at its next update, or as soon as an editor asks for it."),
}


_MEANINGS: Mapping[str, str] = {
    "valid": N_("Every tool can read the file, and no rule of the standard is broken."),
    "warnings": N_("The same, with details that would make it more useful."),
    "errors": N_("Every tool can read it, but figures, dates or codes in it mislead."),
    "invalid": N_("Its structure goes against the standard: some tools refuse it."),
    "unreadable": N_("It is not XML, it is damaged, or it cannot be downloaded."),
}


_CIRCLE = '<circle cx="8" cy="8" r="7"/>'
_CROSS = "M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"
#: What is drawn for a verdict in a square of 16: each another shape, so that colour is never needed.
_SHAPES: Mapping[str, str] = {
    "valid": f'{_CIRCLE}<path d="M4.6 8.4l2.3 2.3 4.6-5"/>',
    "warnings": '<path d="M8 1.4L15.2 14.2H.8z"/><path d="M8 5.9v3.9M8 12v.2"/>',
    "errors": f'{_CIRCLE}<path d="{_CROSS}"/>',
    "invalid": '<path fill="currentColor" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"/>'
    f'<path stroke="#fff" d="{_CROSS}"/>',
    "unreadable": '<path d="M13 7V5L9 1H3v14h10v-4.5M9 1v4h4M8.2 8.2l-2.4 2.2h3.4l-2.4 2.4"/>',
    "pending": '<circle cx="8" cy="8" r="7" stroke-dasharray="2.6 1.8"/><path d="M8 4.4V8l2.4 1.7"/>',
    "not-applicable": f'{_CIRCLE}<path d="M4.8 8h6.4"/>',
}


def shape(status: str) -> Markup:
    """The drawing of a verdict, to stand inside an ``svg`` that gives it its line."""
    return Markup(_SHAPES.get(status, _SHAPES["not-applicable"]))  # noqa: S704 - our own drawings


def badge(status: str, lang: language.Lang) -> tuple[str, str, str]:
    """What a badge says: of what, the verdict, and both in a sentence."""
    word = choices.label(LIST, status, lang)
    said = choices.label("badge", "sentence", lang)
    return choices.label("badge", "subject", lang), word, said.format(verdict=word)


def meaning(status: str) -> str:
    """What a verdict means, to someone who has no file yet."""
    return tk._(_MEANINGS[status])


def category(name: str) -> str:
    """What a category of rules is called."""
    return tk._(_CATEGORIES[name]) if name in _CATEGORIES else name.replace("-", " ") or tk._("Other")


def severities(name: str, number: int) -> str:
    """What findings of a severity are called, in the number there is."""
    return {
        "critical": tk.ungettext("critical problem", "critical problems", number),
        "error": tk.ungettext("error", "errors", number),
        "warning": tk.ungettext("warning", "warnings", number),
        "advisory": tk.ungettext("piece of advice", "pieces of advice", number),
    }[name]


def explanation(status: str) -> str:
    """What a verdict means for those who use the file."""
    return tk._(_EXPLANATIONS[status]) if status in _EXPLANATIONS else ""


def sentence(status: str, summary: Mapping[str, int]) -> str:
    """A verdict in one sentence, with the number that matters."""
    if status in ("errors", "warnings", "invalid"):
        return _counted(status, summary)
    if status == "valid" and summary["advisory"]:
        number = summary["advisory"]
        said = tk.ungettext(
            "Nothing to correct, {number} piece of advice to consider.",
            "Nothing to correct, {number} pieces of advice to consider.",
            number,
        )
        return said.format(number=_written(number))
    return {
        "valid": tk._("Nothing to correct: every tool can read this file."),
        "unreadable": tk._("This file could not be read."),
        "pending": tk._("This file is waiting to be checked."),
        "not-applicable": tk._("This kind of file is not checked here."),
        NEVER: tk._("This file has not been checked yet."),
    }[status]


def _counted(status: str, summary: Mapping[str, int]) -> str:
    number = summary[{"errors": "error", "warnings": "warning", "invalid": "critical"}[status]]
    said = {
        "warnings": tk.ungettext(
            "Every tool can read this file; {number} point is worth improving.",
            "Every tool can read this file; {number} points are worth improving.",
            number,
        ),
        "errors": tk.ungettext(
            "Every tool can read this file; {number} error is to be corrected.",
            "Every tool can read this file; {number} errors are to be corrected.",
            number,
        ),
        "invalid": tk.ungettext(
            "Against the standard in {number} place: some tools will refuse this file.",
            "Against the standard in {number} places: some tools will refuse this file.",
            number,
        ),
    }[status]
    return said.format(number=_written(number))


def extent(rule: Mapping[str, Any]) -> str:
    """How widespread a mistake is: in activities where they were counted, else in places."""
    count, activities = rule["count"], rule.get("activities")
    if activities:
        said = tk.ungettext("in {number} activity", "in {number} activities", activities)
        return said.format(number=_written(activities))
    return tk.ungettext("in {number} place", "in {number} places", count).format(number=_written(count))


def by_hand(minutes: int) -> str:
    """How long a correction takes that somebody makes by hand."""
    return tk._("about {number} minutes by hand").format(number=_written(minutes))


def by_setting(count: int) -> str:
    """How a correction is made that nobody would make by hand."""
    said = tk._("the same thing {number} times: look for one setting of the tool that makes the file")
    return said.format(number=_written(count))


def _written(number: int) -> str:
    return format_decimal(number, locale=language.current())
