"""From one ``iati-activity`` to its document."""

from __future__ import annotations

import datetime as dt

from ckanext.ess.iati.coded import TRUE
from ckanext.ess.iati.extract import header, holder, links, money, organisations, places, sectors
from ckanext.ess.iati.extract.document import (
    TRANSACTION,
    ActivityDocument,
    Dates,
    Place,
    Sector,
)
from ckanext.ess.iati.extract.draft import Draft, Record
from ckanext.ess.iati.extract.narratives import LANG
from ckanext.ess.iati.extract.results import result
from ckanext.ess.iati.extract.rows import rows, split
from ckanext.ess.iati.extract.shares import one_list
from ckanext.ess.iati.extract.values import judge_day, language
from ckanext.ess.iati.read.piece import Piece
from ckanext.ess.iati.read.problems import Problem
from ckanext.ess.iati.read.root import Root
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.versions import normalise
from ckanext.ess.iati.validate.places import Places


def extract(element: Element, root: Root | None = None, piece: Piece | None = None) -> ActivityDocument:
    """Return what one activity says; never raises on bad content.

    What cannot be used is listed in ``problems``, the rest is kept.

    Args:
        element: an ``iati-activity`` of any version, without comments (as ``iati.read.parse`` gives it).
        root: the root of its file, for the version and the language that it sets.
        piece: where the activity stands, for the lines of problems; without it they have none.
    """
    draft = begun(element, root)
    for child in element:
        if reader := _READERS.get(child.tag):
            reader(child, draft)
    if not draft.detail.get("identifier"):
        draft.tell("identifier-missing", element)
    return _document(element, draft, normalise(root.version or "") if root else "", piece)


def begun(element: Element, root: Root | None) -> Draft:
    """Return a draft with the language and currency that an activity or organisation sets for all in it."""
    lang = element.get(LANG)
    if lang is None and root is not None:
        lang = root.attributes.get(LANG, "")
    draft = Draft(language(lang or ""), "")
    if (currency := element.get("default-currency", "")).strip():
        draft.currency = holder.known_currency(currency, element, draft)
    draft.humanitarian = element.get("humanitarian", "").strip() in TRUE
    return draft


def _document(element: Element, draft: Draft, version: str, piece: Piece | None) -> ActivityDocument:
    whole = split(draft)
    summed = rows(draft, whole)
    hierarchy = _hierarchy(element, draft)
    updated = updated_on(element, draft)
    detail = draft.detail
    codes = draft.codes
    titles, descriptions = detail.get("titles", {}), detail.get("descriptions", {})
    attributes: Record = {
        "version": version,
        "hierarchy": hierarchy,
        "default_currency": draft.currency,
        "language": draft.language,
        "updated": updated.isoformat() if updated else "",
        "humanitarian": draft.humanitarian,
        **codes,
    }
    detail.update((name, value) for name, value in attributes.items() if value not in ("", None))
    return ActivityDocument(
        identifier=detail.get("identifier", ""),
        other_identifiers=tuple(draft.other_identifiers),
        version=version,
        hierarchy=hierarchy,
        related=tuple(draft.related),
        default_currency=draft.currency,
        language=draft.language,
        languages=tuple(sorted({*titles, *descriptions} - {""})),
        updated=updated,
        humanitarian=draft.humanitarian,
        titles=titles,
        descriptions=descriptions,
        reporting=draft.reporting,
        participating=tuple(draft.participating),
        countries=_places(whole.countries, [code for entry in draft.entries for code in entry.own.countries]),
        regions=_places(whole.regions, [code for entry in draft.entries for code in entry.own.regions]),
        locations=tuple(draft.locations),
        sectors=tuple(_sectors(draft)),
        sector_groups=_places(whole.groups, [code for entry in draft.entries for code in entry.own.groups]),
        goals=tuple(sorted(draft.goals, key=int)),
        targets=tuple(sorted(draft.targets)),
        markers=tuple(draft.markers),
        tags=tuple(draft.tags),
        humanitarian_scopes=tuple(draft.scopes),
        aid_types=tuple(draft.aid_types),
        dates=Dates(*(draft.dates.get(kind) for kind in "1234")),
        money=summed,
        document_categories=tuple(draft.categories),
        detail=detail,
        problems=problems_of(element, draft, piece),
        **codes,
    )


def _places(whole: dict[str, float], named: list[str]) -> tuple[Place, ...]:
    """Return the places of the activity, then those that only its transactions name."""
    own = [Place(code, share) for code, share in whole.items()]
    return (*own, *(Place(code, None, TRANSACTION) for code in dict.fromkeys(named) if code not in whole))


def _sectors(draft: Draft) -> list[Sector]:
    found: dict[tuple[str, str], Sector] = {}
    for vocabulary, entries in draft.sectors.items():
        for code, share in one_list(entries).items():
            names = draft.sector_names.get((vocabulary, code), {})
            found[vocabulary, code] = Sector(vocabulary, code, share, names=names)
    for vocabulary, code in draft.transaction_sectors:
        found.setdefault((vocabulary, code), Sector(vocabulary, code, None, TRANSACTION))
    return list(found.values())


def problems_of(element: Element, draft: Draft, piece: Piece | None) -> tuple[Problem, ...]:
    """Return what was told, with lines and columns where the piece is known."""
    if not draft.problems:
        return ()
    find = Places(piece, element) if piece else None
    found: list[Problem] = []
    for told in draft.problems:
        line, column = find.of(told.at) if find else (None, None)
        found.append(Problem(told.code, line, column, told.params))
    if draft.untold:
        found.append(Problem("more", None, None, {"count": str(draft.untold)}))
    return tuple(found)


def _hierarchy(element: Element, draft: Draft) -> int | None:
    text = element.get("hierarchy", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 3:  # noqa: PLR2004 - levels are few
        return int(text)
    draft.tell("hierarchy", element, text)
    return None


def updated_on(element: Element, draft: Draft) -> dt.date | None:
    """Return the day of ``last-updated-datetime``."""
    text = element.get("last-updated-datetime", "")
    if not text.strip():
        return None
    found = judge_day(text)
    if isinstance(found, dt.date):
        return found
    draft.tell(found, element, text)
    return None


_READERS: dict[str, header.Reader] = {
    "iati-identifier": header.identifier,
    "other-identifier": header.other_identifier,
    "reporting-org": organisations.reporting,
    "participating-org": organisations.participating,
    "title": header.title,
    "description": header.description,
    "activity-status": header.status,
    "activity-date": header.date,
    "activity-scope": header.coded_as("scope"),
    "contact-info": links.contact,
    "recipient-country": places.country,
    "recipient-region": places.region,
    "location": places.location,
    "sector": sectors.sector,
    "tag": sectors.tag,
    "humanitarian-scope": sectors.humanitarian_scope,
    "policy-marker": sectors.marker,
    "collaboration-type": header.coded_as("collaboration_type"),
    "default-flow-type": header.coded_as("flow_type"),
    "default-finance-type": header.coded_as("finance_type"),
    "default-aid-type": header.aid_type,
    "default-tied-status": header.coded_as("tied_status"),
    "budget": money.budget,
    "planned-disbursement": money.planned,
    "transaction": money.transaction,
    "document-link": links.document_link,
    "activity-website": links.website,
    "related-activity": header.related,
    "conditions": links.conditions,
    "result": result,
}
