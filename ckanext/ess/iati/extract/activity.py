"""From one ``iati-activity`` to its document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from ckanext.ess.iati.coded import TRUE
from ckanext.ess.iati.extract import links, money, organisations, places, sectors, spelling
from ckanext.ess.iati.extract.document import (
    TRANSACTION,
    ActivityDocument,
    Coded,
    Dates,
    Place,
    Related,
    Sector,
)
from ckanext.ess.iati.extract.draft import Draft, Record
from ckanext.ess.iati.extract.narratives import LANG, join, texts
from ckanext.ess.iati.extract.results import result
from ckanext.ess.iati.extract.rows import rows, split
from ckanext.ess.iati.extract.shares import one_list
from ckanext.ess.iati.extract.values import judge_day, language
from ckanext.ess.iati.read.piece import Piece
from ckanext.ess.iati.read.problems import Problem
from ckanext.ess.iati.read.root import Root
from ckanext.ess.iati.read.tree import Element, text_of
from ckanext.ess.iati.standard.versions import normalise
from ckanext.ess.iati.validate.places import Places

_Reader = Callable[[Element, Draft], None]
#: Longer identifiers are cut: an index refuses a word of 32 kB.
LONGEST_IDENTIFIER = 1000


def extract(element: Element, root: Root | None = None, piece: Piece | None = None) -> ActivityDocument:
    """Return what one activity says; never raises on bad content.

    What cannot be used is listed in ``problems``, the rest is kept.

    Args:
        element: an ``iati-activity`` of any version, without comments (as ``iati.read.parse`` gives it).
        root: the root of its file, for the version and the language that it sets.
        piece: where the activity stands, for the lines of problems; without it they have none.
    """
    draft = _begun(element, root)
    for child in element:
        if reader := _READERS.get(child.tag):
            reader(child, draft)
    if not draft.detail.get("identifier"):
        draft.tell("identifier-missing", element)
    return _document(element, draft, normalise(root.version or "") if root else "", piece)


def _begun(element: Element, root: Root | None) -> Draft:
    lang = element.get(LANG)
    if lang is None and root is not None:
        lang = root.attributes.get(LANG, "")
    draft = Draft(language(lang or ""), "")
    if (currency := element.get("default-currency", "")).strip():
        draft.currency = money.known_currency(currency, element, draft)
    draft.humanitarian = element.get("humanitarian", "").strip() in TRUE
    return draft


def _document(element: Element, draft: Draft, version: str, piece: Piece | None) -> ActivityDocument:
    whole = split(draft)
    summed = rows(draft, whole)
    hierarchy = _hierarchy(element, draft)
    updated = _updated(element, draft)
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
        problems=_problems(element, draft, piece),
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


def _problems(element: Element, draft: Draft, piece: Piece | None) -> tuple[Problem, ...]:
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


def _updated(element: Element, draft: Draft) -> dt.date | None:
    text = element.get("last-updated-datetime", "")
    if not text.strip():
        return None
    found = judge_day(text)
    if isinstance(found, dt.date):
        return found
    draft.tell(found, element, text)
    return None


def _identifier(child: Element, draft: Draft) -> None:
    text = text_of(child).strip()
    if len(text) > LONGEST_IDENTIFIER:
        draft.tell("too-long", child, text, attribute="", limit=str(LONGEST_IDENTIFIER))
    if text and "identifier" not in draft.detail:
        draft.detail["identifier"] = text[:LONGEST_IDENTIFIER]


def _other_identifier(child: Element, draft: Draft) -> None:
    """Read ``other-identifier``, whose number is an attribute in 2.0x and the text in 1.0x."""
    ref = draft.attribute(child, "ref") or text_of(child).strip()[:LONGEST_IDENTIFIER]
    if not ref:
        return
    found: Record = {"ref": ref}
    for name, key in (("type", "type"), ("owner-ref", "owner_ref"), ("owner-name", "owner_name")):
        if text := draft.attribute(child, name):
            found[key] = text
    owner = child.find("owner-org")
    if owner is not None:
        found["owner"] = organisations.record(organisations.read(owner, draft))
    draft.other_identifiers.append(ref)
    draft.add("other_identifiers", found)


def _title(child: Element, draft: Draft) -> None:
    titles = draft.detail.setdefault("titles", {})
    for lang, text in texts(child, draft.language).items():
        titles.setdefault(lang, text)


def _description(child: Element, draft: Draft) -> None:
    text = texts(child, draft.language)
    if not text:
        return
    kind = draft.attribute(child, "type")
    together = draft.detail.setdefault("descriptions", {})
    for lang, one in text.items():
        join(together, lang, one)
    draft.add("descriptions_by_type", {"type": kind, "text": text})


def _status(child: Element, draft: Draft) -> None:
    written = draft.code(child) or text_of(child).strip()
    if code := spelling.code("status", written[:50]):
        draft.codes.setdefault("status", code)
    else:
        draft.tell("status", child, written)


def _date(child: Element, draft: Draft) -> None:
    written = child.get("type", "")
    kind = spelling.code("date", written)
    text = child.get("iso-date")
    if text is None:
        text = text_of(child)
    found = judge_day(text)
    if not isinstance(found, dt.date):
        draft.tell(found, child, text)
    elif not kind:
        draft.tell("date-type", child, written)
    else:
        draft.dates.setdefault(kind, found)
        record: Record = {"type": kind, "date": found.isoformat()}
        if text := {lang: one for lang, one in texts(child, draft.language).items() if child.get("iso-date")}:
            record["text"] = text
        draft.add("dates", record)


def _related(child: Element, draft: Draft) -> None:
    ref = " ".join(child.get("ref", "").split())[:LONGEST_IDENTIFIER]
    written = draft.attribute(child, "type")
    kind = spelling.code("related", written)
    if not ref or not kind:
        draft.tell("related", child, ref or written)
        return
    draft.related.append(Related(kind, ref))
    draft.add("related", {"type": kind, "ref": ref})


def _aid_type(child: Element, draft: Draft) -> None:
    if code := draft.code(child):
        vocabulary = draft.attribute(child, "vocabulary") or "1"
        draft.aid_types.append(Coded(vocabulary, code))
        draft.add("aid_types", {"vocabulary": vocabulary, "code": code})


def _code(name: str) -> _Reader:
    def read(child: Element, draft: Draft) -> None:
        if code := draft.code(child):
            draft.codes.setdefault(name, code)

    return read


_READERS: dict[str, _Reader] = {
    "iati-identifier": _identifier,
    "other-identifier": _other_identifier,
    "reporting-org": organisations.reporting,
    "participating-org": organisations.participating,
    "title": _title,
    "description": _description,
    "activity-status": _status,
    "activity-date": _date,
    "activity-scope": _code("scope"),
    "contact-info": links.contact,
    "recipient-country": places.country,
    "recipient-region": places.region,
    "location": places.location,
    "sector": sectors.sector,
    "tag": sectors.tag,
    "humanitarian-scope": sectors.humanitarian_scope,
    "policy-marker": sectors.marker,
    "collaboration-type": _code("collaboration_type"),
    "default-flow-type": _code("flow_type"),
    "default-finance-type": _code("finance_type"),
    "default-aid-type": _aid_type,
    "default-tied-status": _code("tied_status"),
    "budget": money.budget,
    "planned-disbursement": money.planned,
    "transaction": money.transaction,
    "document-link": links.document_link,
    "activity-website": links.website,
    "related-activity": _related,
    "conditions": links.conditions,
    "result": result,
}
