"""Template helpers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from ckan.lib.search import SearchError
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.index import facet_lists, figures
from ckanext.ess.index.stored import values
from ckanext.ess.schema import choices, language

#: More languages than this do not fit in a header; the footer has them all.
_MOST_LANGUAGES = 4


class Language(NamedTuple):
    """A language of the portal, as its speakers call it, and this page in it."""

    code: str
    name: str
    url: str
    is_current: bool


def ess_number(number: float | str | None) -> str:
    """Return a number as people write it in the page's language, or nothing for nothing."""
    if number in (None, ""):
        return ""
    return format_decimal(number, locale=_locale())


def ess_date(value: date | str | None, form: str = "medium") -> str:
    """Return a date, or the date in an ISO text, as people write it in the page's language; other text as it is."""
    if not isinstance(value, str):
        return format_date(value, form, _locale()) if value else ""
    try:
        return format_date(datetime.fromisoformat(value.replace("Z", "+00:00")).date(), form, _locale())
    except ValueError:
        return value


def ess_label(list_name: str, value: str) -> str:
    """Return what a value of a list is called in the page's language; the value itself where nobody knows it."""
    return choices.label(list_name, value, language.current())


def ess_labels(list_name: str, stored: Any) -> list[str]:
    """Return what a stored field's values are called in the page's language."""
    return [ess_label(list_name, value) for value in values(stored)]


def ess_facets(titles: Mapping[str, str], search_facets: Any) -> list[facet_lists.FacetList]:
    """Return the facets of a search page, with links. After a search error there are none."""
    return facet_lists.facet_lists(titles or {}, search_facets or {})


def ess_chips(chosen: Any, titles: Any, search_facets: Any) -> list[facet_lists.Chip]:
    """Return what is chosen on a search page, with links to take it back."""
    return facet_lists.chips(chosen or {}, titles or {}, search_facets or {})


def ess_url_without_choices(chosen: Any) -> str:
    """Return the address of this search with nothing chosen."""
    return facet_lists.url_without_choices(chosen or {})


def ess_figures() -> figures.Figures | None:
    """Return the portal's key figures, or None when the search engine does not answer."""
    try:
        return figures.figures()
    except SearchError:
        return None


def ess_has_home() -> bool:
    """Whether our home page replaces the portal's."""
    return config.home()


def ess_has_theme() -> bool:
    """Whether the portal wears our colours, header and footer."""
    return config.theme()


def ess_languages() -> list[Language]:
    """Return the languages offered in the header: none if there is no choice, or too much of it."""
    offered = tk.h.get_available_locales()
    if not 1 < len(offered) <= _MOST_LANGUAGES:
        return []
    here, current = tk.h.current_url(), tk.h.lang()
    return [
        Language(
            locale.short_name,
            (locale.display_name or locale.english_name).capitalize(),
            tk.h.url_for(here, locale=locale.short_name),
            locale.short_name == current,
        )
        for locale in offered
    ]


def _locale() -> Locale:
    """Return the page's language for dates and numbers; English days come before months."""
    asked = "en_GB" if tk.h.lang().startswith("en") else tk.h.lang()
    try:
        return Locale.parse(asked)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


__all__ = [
    "ess_chips",
    "ess_date",
    "ess_facets",
    "ess_figures",
    "ess_has_home",
    "ess_has_theme",
    "ess_label",
    "ess_labels",
    "ess_languages",
    "ess_number",
    "ess_url_without_choices",
]
