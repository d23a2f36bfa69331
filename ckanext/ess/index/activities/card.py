"""What a row of results shows of an activity, kept in the index as JSON."""

from __future__ import annotations

from typing import Any, Final

from ckanext.ess.iati.extract.document import ActivityDocument, Texts
from ckanext.ess.index.activities.money_documents import CHILDREN, by_year
from ckanext.ess.index.activities.origin import Origin

Json = dict[str, Any]

_LONGEST_TITLE, _LONGEST_TEXT, _LONGEST_NAME = 500, 300, 200
_MOST_ORGANISATIONS, _MOST_PLACES = 40, 60
_OECD: Final = "1"


def card(document: ActivityDocument, activity: Json, origin: Origin) -> Json:
    """Return the card of an activity whose other fields are made; what is empty is left out."""
    found: Json = {
        "identifier": document.identifier,
        "titles": cut(document.titles, _LONGEST_TITLE),
        "descriptions": cut(document.descriptions, _LONGEST_TEXT),
        "publisher": {
            "key": document.reporting.key,
            "name": document.reporting.name[:_LONGEST_NAME],
            "id": origin.organization_id,
            "title": origin.organization_title,
        },
        "organisations": _organisations(document),
        "countries": [[place.code, place.share] for place in document.countries[:_MOST_PLACES]],
        "regions": [[place.code, place.share] for place in document.regions[:_MOST_PLACES]],
        "sectors": _sectors(document),
        "sdg": activity.get("sdg"),
        "status": document.status,
        "start": document.dates.start and document.dates.start.isoformat(),
        "end": document.dates.end and document.dates.end.isoformat(),
        "updated": document.updated and document.updated.isoformat(),
        "hierarchy": document.hierarchy,
        "humanitarian": document.humanitarian,
        "dataset_id": origin.dataset_id,
        "resource_id": origin.resource_id,
        "money": by_year(activity.get(CHILDREN, [])),
        "validation": activity["validation"],
    }
    return {name: value for name, value in found.items() if value not in (None, "", [], {}, False)}


def cut(texts: Texts, longest: int) -> dict[str, str]:
    """Return texts by language, the long ones cut at a blank.

    >>> cut({"en": "one two three"}, 10)
    {'en': 'one two…'}
    """
    return {lang: _cut(" ".join(text.split()), longest) for lang, text in texts.items()}


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    return (head.rpartition(" ")[0] or head) + "…"


def _organisations(document: ActivityDocument) -> list[list[str]]:
    """Role, key and name of those that take part, each pair of role and key once."""
    found: dict[tuple[str, str], list[str]] = {}
    for party in document.participating:
        organisation = party.organisation
        if organisation.key and len(found) < _MOST_ORGANISATIONS:
            one = [party.role, organisation.key, organisation.name[:_LONGEST_NAME]]
            found.setdefault((party.role, organisation.key), one)
    return list(found.values())


def _sectors(document: ActivityDocument) -> list[list[Any]]:
    ours = [sector for sector in document.sectors if sector.vocabulary == _OECD]
    return [[sector.code, sector.share] for sector in ours[:_MOST_PLACES]]
