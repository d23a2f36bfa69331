"""Template helpers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from markupsafe import Markup

from ckan.lib.search import SearchError
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.index import facet_lists, figures, listed
from ckanext.ess.index.activities.client import is_configured
from ckanext.ess.index.stored import values
from ckanext.ess.schema import (
    choices,
    display,
    glossary,
    language,
    licences,
    mirror,
    money,
    proposals,
    references,
    sections,
    verdicts,
)
from ckanext.ess.store import harvest_orders, harvest_reports, subscriptions
from ckanext.ess.store import verdicts as stored_verdicts

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
    """Return a date, given as such or as ISO text, as people write it; other text as it is."""
    if not isinstance(value, str):
        return format_date(value, form, _locale()) if value else ""
    return display.date(value)


def ess_moment(value: str | None) -> str:
    """Return a moment, given as ISO text in UTC, as people write it in the portal's time zone."""
    if not value:
        return ""
    moment = datetime.fromisoformat(value)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return format_datetime(aware, "d MMM y, HH:mm", tzinfo=tk.h.get_display_timezone(), locale=_locale())


def ess_severities(name: str, number: int) -> str:
    """Return what findings of a severity are called, in the number there is."""
    return verdicts.severities(name, number)


def ess_dataset_verdict(package: Mapping[str, Any]) -> str:
    """Return the worst verdict on a dataset's files, or nothing; one query for all datasets of a page."""
    if not (config.validation_enabled() and package.get("id")):
        return ""
    return listed.of_package(package["id"])


def ess_resource_verdict(resource: Mapping[str, Any], package: Mapping[str, Any]) -> str:
    """Return the verdict on a file, or nothing; one query for all files of a dataset."""
    if not (config.validation_enabled() and resource.get("id")):
        return ""
    return listed.of_resource(resource["id"], package.get("resources") or ())


def ess_has_validation() -> bool:
    """Whether files are checked, and verdicts shown."""
    return config.validation_enabled()


def ess_verdict_counts(search_facets: Any) -> list[Mapping[str, Any]]:
    """Return how many datasets of a search have each verdict, worst first."""
    facet = (search_facets or {}).get("ess_validation") or {}
    order = [*choices.table(verdicts.LIST)]
    return sorted(facet.get("items") or (), key=lambda item: -order.index(item["name"]))


def ess_validation_url(resource: Mapping[str, Any], package: Mapping[str, Any]) -> str:
    """Return the address of the report on a file."""
    return tk.url_for("ess_validation.report", id=package["name"], resource_id=resource["id"])


def ess_verdict_shape(status: str) -> Markup:
    """Return the drawing of a verdict."""
    return verdicts.shape(status)


def ess_verdict_meaning(status: str) -> str:
    """Return what a verdict means for those who use the file, in one sentence."""
    return verdicts.meaning(status)


def ess_label(list_name: str, value: str) -> str:
    """Return what a value of a list is called in the page's language, or else the value."""
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


def ess_has_projects() -> bool:
    """Whether projects can be searched."""
    return is_configured()


def ess_project_count(words: str = "") -> int | None:
    """Return how many projects some words find, or None where projects cannot be searched now."""
    if not is_configured():
        return None
    try:
        return tk.get_action("ess_activity_search")({}, {"q": words or "", "rows": 0})["count"]
    except tk.ValidationError:
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


def ess_choices(field: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the choices of a scheming field, from the list that it names with ``ess_list``."""
    return choices.options(field["ess_list"], field.get("ess_order", "label"), language.current())


def ess_sorted_labels(field: Mapping[str, Any], stored: Any) -> list[tuple[str, str]]:
    """Return the ``(value, name)`` pairs of a field's stored values, in the order that the field asks for."""
    return display.labels(field["ess_list"], values(stored), field.get("ess_order", "label"))


def ess_size(value: Any) -> str:
    """Return a size in bytes as people write it."""
    return display.size(value)


def ess_term(key: str, words: str = "") -> Markup:
    """Return a word of the glossary, linked to its explanation."""
    term, lang = glossary.terms()[key], language.current()
    url = f"{tk.url_for('ess_glossary.index')}#{key}"
    return Markup('<a class="ess-term" href="{}" title="{}" target="_blank">{}</a>').format(
        url, term.short[lang], words or term.name[lang]
    )


def ess_help(text: str) -> Markup:
    """Return a help text, escaped, with its marks ``[[term]]`` linked to the glossary."""
    return Markup("").join(ess_term(key, words) if key else words for words, key in glossary.pieces(text))


def ess_sections(listed: Any, fields: Any) -> list[sections.Section]:
    """Return the sections of a form with the fields that people fill in."""
    return sections.form(listed, fields)


def ess_page_sections(listed: Any, fields: Any, data: Any) -> list[sections.Section]:
    """Return the sections of a page with the fields that have something to show."""
    return sections.page(listed, fields, data)


def ess_free_extras(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the extras that a dataset's form must carry along."""
    return sections.free_extras(data, mirror.mirrored_names(data.get("type") or "dataset"))


def ess_reference(kind: str, value: str, *, association: bool = False) -> references.Reference:
    """Return an identifier as a page shows it: spaced, linked, with notes."""
    return references.of(kind, str(value), association=association)


def ess_proposals(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what an organisation's numbers let us propose for its empty fields."""
    return proposals.of(data)


def ess_licence(licence_id: str) -> str:
    """Return what a licence is called in the page's language."""
    return licences.label(licence_id, language.current())


def ess_siren_lookup_is_on() -> bool:
    """Whether the portal looks organisations up by their SIREN."""
    return bool(config.recherche_entreprises_url())


def ess_measure(name: str) -> str:
    """Return what a kind of money is called, of those that sums of projects name."""
    return money.measure(name)


def ess_money(amount: float | None, currency: str = "EUR") -> str:
    """Return an amount in two or three figures, a dash for none."""
    return money.short(amount, currency)


def ess_money_exact(amount: float | None, currency: str = "EUR") -> str:
    """Return an amount with all its figures, or nothing for none."""
    return money.exact(amount, currency)


def _locale() -> Locale:
    """Return the page's language for dates and numbers; English days come before months."""
    asked = "en_GB" if tk.h.lang().startswith("en") else tk.h.lang()
    try:
        return Locale.parse(asked)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def ess_follows_checks(organization_id: str) -> bool:
    """Return whether who reads the page is written to when files of an organisation get worse."""
    user = tk.current_user
    return user.is_authenticated and subscriptions.find(user.id, organization_id) is not None


def ess_outcome(outcome: str) -> str:
    """Return how a harvest run ended, in the page's language."""
    words = harvest_reports.OUTCOMES.get(outcome, outcome)
    return tk._(words)


def ess_harvested_from(package_id: str) -> dict[str, str]:
    """Return ``name`` and ``title`` of the source that brings a dataset, for those who may harvest it again.

    Nothing for others, and for datasets that people made.
    """
    if not tk.h.plugin_loaded("harvest") or not tk.h.check_access("ess_harvest_dataset", {"id": package_id}):
        return {}
    found = harvest_orders.source_of(package_id) if stored_verdicts.tables_exist() else None
    return {"name": found[0], "title": found[1]} if found else {}


__all__ = [
    "ess_chips",
    "ess_choices",
    "ess_dataset_verdict",
    "ess_date",
    "ess_facets",
    "ess_figures",
    "ess_follows_checks",
    "ess_free_extras",
    "ess_harvested_from",
    "ess_has_home",
    "ess_has_projects",
    "ess_has_theme",
    "ess_has_validation",
    "ess_help",
    "ess_label",
    "ess_labels",
    "ess_languages",
    "ess_licence",
    "ess_measure",
    "ess_moment",
    "ess_money",
    "ess_money_exact",
    "ess_number",
    "ess_outcome",
    "ess_page_sections",
    "ess_project_count",
    "ess_proposals",
    "ess_reference",
    "ess_resource_verdict",
    "ess_sections",
    "ess_severities",
    "ess_siren_lookup_is_on",
    "ess_size",
    "ess_sorted_labels",
    "ess_term",
    "ess_url_without_choices",
    "ess_validation_url",
    "ess_verdict_counts",
    "ess_verdict_meaning",
    "ess_verdict_shape",
]
