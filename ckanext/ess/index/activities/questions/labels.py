"""What the values of fields are called, in French and English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ckan.plugins import toolkit as tk

from ckanext.ess.iati.standard import codelists
from ckanext.ess.iati.validate.messages import table
from ckanext.ess.index.activities.questions import organisations
from ckanext.ess.index.activities.questions.names import CLASSES, Kind, Named
from ckanext.ess.schema import choices, language
from ckanext.ess.schema.language import Lang

#: Lists that are not IATI's own.
_CHOICES = frozenset({"family", "territory"})
#: Vocabularies of tags whose codes have names.
_TAGS: Mapping[str, str] = {"2": "UNSDG-Goals", "3": "UNSDG-Targets"}
_OECD = "1"


def of(named: Named, values: Iterable[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the names of values of a field, in the reader's language; a value without a name is its own.

    Args:
        named: the field.
        values: as they stand in the index.
        known: names of organisations, and titles of datasets, by value.
    """
    lang = language.current()
    return {value: _label(named, value, lang, known or {}) for value in values}


def code(list_name: str, value: str, lang: Lang) -> str:
    """Return the name of a code of a list, ours or IATI's; the code itself where it is not in the list."""
    if list_name in CLASSES:
        return tk._(CLASSES[list_name][value]) if value in CLASSES[list_name] else value
    if list_name in _CHOICES:
        return choices.label(list_name, value, lang)
    special = _SPECIAL.get(list_name)
    return special(value, lang) if special else codelists.label(list_name, value, lang)


def _label(named: Named, value: str, lang: Lang, known: Mapping[str, str]) -> str:
    if named.kind is Kind.ORGANISATION:
        return known.get(value) or organisations.usual_name(value)
    if named.list_name == "dataset":
        return known.get(value) or value
    if named.name == "currency" and not value:
        return tk._("Currency not said")
    return code(named.list_name, value, lang) if named.list_name else value


def _marker(value: str, lang: Lang) -> str:
    """Name of ``vocabulary:code:significance``."""
    vocabulary, _, rest = value.partition(":")
    marker, _, significance = rest.partition(":")
    if vocabulary != _OECD:
        return value
    found = codelists.label("PolicyMarker", marker, lang)
    degree = codelists.label("PolicySignificance", significance, lang) if significance else ""
    return f"{found} ({degree})" if degree else found


def _tag(value: str, lang: Lang) -> str:
    vocabulary, _, tag = value.partition(":")
    listed = _TAGS.get(vocabulary)
    return codelists.label(listed, tag, lang) if listed else tag or value


def _aid_type(value: str, lang: Lang) -> str:
    return codelists.label("AidType", value, lang)


def _rule(value: str, lang: Lang) -> str:
    found = table().get((value, lang))
    return found.title if found else value


_SPECIAL: Mapping[str, Callable[[str, Lang], str]] = {
    "marker": _marker,
    "tag": _tag,
    "rule": _rule,
    "AidType": _aid_type,
}
