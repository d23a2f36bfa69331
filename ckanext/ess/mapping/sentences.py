"""Descriptions for datasets that their catalogue leaves without one."""

from __future__ import annotations

from collections.abc import Mapping

from babel.lists import format_list
from babel.numbers import format_decimal

from ckanext.ess.iati.standard.codelists import label
from ckanext.ess.sources.base import DatasetDraft

_WHAT: Mapping[str, Mapping[str, str]] = {
    "activities": {
        "fr": "Projets et activités de {publisher}, au format IATI{version}.",
        "en": "Projects and activities of {publisher}, in the IATI format{version}.",
    },
    "organisations": {
        "fr": "Budgets et documents de {publisher}, au format IATI{version}.",
        "en": "Budgets and documents of {publisher}, in the IATI format{version}.",
    },
    "": {
        "fr": "Fichier IATI de {publisher}{version}.",
        "en": "IATI file of {publisher}{version}.",
    },
    "general": {"fr": "Données de {publisher}.", "en": "Data of {publisher}."},
}
_COUNT = {
    "fr": ("Aucune activité.", "Une activité.", "{count} activités."),
    "en": ("No activity.", "One activity.", "{count} activities."),
}
_WHERE = {"fr": "Pays : {countries}.", "en": "Countries: {countries}."}
_FILE = {
    "activities": {"fr": "Fichier des activités", "en": "Activities file"},
    "organisations": {"fr": "Fichier de l’organisation", "en": "Organisation file"},
    "": {"fr": "Fichier IATI", "en": "IATI file"},
}
MAX_COUNTRIES = 8


def describe(draft: DatasetDraft, lang: str) -> str:
    """One to three sentences: what it is, how many activities, where.

    Args:
        draft: the dataset, enriched by its file.
        lang: ``fr`` or ``en``; English for any other language.
    """
    lang = lang if lang in _COUNT else "en"
    kind = draft.file_type if draft.file_type in _WHAT else "general" if draft.is_general else ""
    what = _WHAT[kind][lang].format(
        publisher=draft.publisher.title or draft.publisher.name,
        version=f" {draft.iati_version}" if draft.iati_version else "",
    )
    return " ".join(part for part in (what, _how_many(draft, lang), _where(draft, lang)) if part)


def name_of_file(draft: DatasetDraft, lang: str) -> str:
    """Name of the dataset's file for its list of files."""
    return _FILE[draft.file_type if draft.file_type in _FILE else ""][lang if lang in _COUNT else "en"]


def _how_many(draft: DatasetDraft, lang: str) -> str:
    if draft.file_type != "activities" or draft.activity_count is None:
        return ""
    none, one, many = _COUNT[lang]
    if draft.activity_count < 2:  # noqa: PLR2004
        return one if draft.activity_count else none
    return many.format(count=format_decimal(draft.activity_count, locale=lang))


def _where(draft: DatasetDraft, lang: str) -> str:
    if not 0 < len(draft.countries) <= MAX_COUNTRIES:
        return ""
    names = [label("Country", code, lang) for code in draft.countries]
    return _WHERE[lang].format(countries=format_list(sorted(names), locale=lang))
