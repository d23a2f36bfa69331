"""What stands at the head of an activity: identifiers, texts, status, dates, relations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from ckanext.ess.iati.extract import organisations, spelling
from ckanext.ess.iati.extract.document import Coded, Related
from ckanext.ess.iati.extract.draft import Draft, Record
from ckanext.ess.iati.extract.narratives import join, texts
from ckanext.ess.iati.extract.values import judge_day
from ckanext.ess.iati.read.tree import Element, text_of

Reader = Callable[[Element, Draft], None]
#: Longer identifiers are cut: an index refuses a word of 32 kB.
LONGEST_IDENTIFIER = 1000


def identifier(child: Element, draft: Draft) -> None:
    """Read ``iati-identifier``; of several, the first counts."""
    text = text_of(child).strip()
    if len(text) > LONGEST_IDENTIFIER:
        draft.tell("too-long", child, text, attribute="", limit=str(LONGEST_IDENTIFIER))
    if text and "identifier" not in draft.detail:
        draft.detail["identifier"] = text[:LONGEST_IDENTIFIER]


def other_identifier(child: Element, draft: Draft) -> None:
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


def title(child: Element, draft: Draft) -> None:
    """Read ``title``; of several in a language, the first counts."""
    titles = draft.detail.setdefault("titles", {})
    for lang, text in texts(child, draft.language).items():
        titles.setdefault(lang, text)


def description(child: Element, draft: Draft) -> None:
    """Read ``description``: joined by language for a search, apart by type for a page."""
    text = texts(child, draft.language)
    if not text:
        return
    kind = draft.attribute(child, "type")
    together = draft.detail.setdefault("descriptions", {})
    for lang, one in text.items():
        join(together, lang, one)
    draft.add("descriptions_by_type", {"type": kind, "text": text})


def status(child: Element, draft: Draft) -> None:
    """Read ``activity-status``, a code or (1.0x) a word."""
    written = draft.code(child) or text_of(child).strip()
    if code := spelling.code("status", written[:50]):
        draft.codes.setdefault("status", code)
    else:
        draft.tell("status", child, written)


def date(child: Element, draft: Draft) -> None:
    """Read ``activity-date``; of several of a type, the first that can be used counts."""
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


def related(child: Element, draft: Draft) -> None:
    """Read ``related-activity``."""
    ref = " ".join(child.get("ref", "").split())[:LONGEST_IDENTIFIER]
    written = draft.attribute(child, "type")
    kind = spelling.code("related", written)
    if not ref or not kind:
        draft.tell("related", child, ref or written)
        return
    draft.related.append(Related(kind, ref))
    draft.add("related", {"type": kind, "ref": ref})


def aid_type(child: Element, draft: Draft) -> None:
    """Read ``default-aid-type``."""
    if code := draft.code(child):
        vocabulary = draft.attribute(child, "vocabulary") or "1"
        draft.aid_types.append(Coded(vocabulary, code))
        draft.add("aid_types", {"vocabulary": vocabulary, "code": code})


def coded_as(name: str) -> Reader:
    """Return a reader of an element whose code is all that counts."""

    def read(child: Element, draft: Draft) -> None:
        if code := draft.code(child):
            draft.codes.setdefault(name, code)

    return read
