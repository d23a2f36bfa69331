"""Documents, contacts, conditions and the rest that a page shows as it is written."""

from __future__ import annotations

from ckanext.ess.iati.extract.draft import Draft, Record
from ckanext.ess.iati.extract.narratives import put, texts
from ckanext.ess.iati.extract.values import usable_day
from ckanext.ess.iati.read.tree import Element, text_of

_LONGEST_URL = 2000
_CONTACT_TEXTS = {
    "organisation": "organisation",
    "department": "department",
    "person-name": "person",
    "job-title": "job_title",
    "mailing-address": "address",
}
_CONTACT_PLAIN = {"telephone": "telephone", "email": "email", "website": "website"}


def document(element: Element, draft: Draft) -> Record:
    """Return a ``document-link`` as plain data; its address is as written, not judged."""
    found: Record = {"url": element.get("url", "").strip()[:_LONGEST_URL]}
    if kind := draft.attribute(element, "format"):
        found["format"] = kind
    for child in element:
        if child.tag in _DOCUMENT_TEXTS:
            put(found, child.tag, child, draft.language)
        elif (name := _DOCUMENT_CODES.get(child.tag)) and (code := draft.code(child)):
            found.setdefault(name, []).append(code)
        elif child.tag == "document-date" and (day := usable_day(child.get("iso-date", ""))):
            found["date"] = day.isoformat()
    return found


_DOCUMENT_TEXTS = frozenset({"title", "description"})
_DOCUMENT_CODES = {"category": "categories", "language": "languages", "recipient-country": "countries"}


def document_link(element: Element, draft: Draft) -> None:
    """Read ``document-link`` of the activity."""
    found = document(element, draft)
    draft.categories.update(dict.fromkeys(found.get("categories", ())))
    draft.add("documents", found)


def contact(element: Element, draft: Draft) -> None:
    """Read ``contact-info``."""
    found: Record = {}
    if kind := draft.attribute(element, "type"):
        found["type"] = kind
    for child in element:
        if name := _CONTACT_TEXTS.get(child.tag):
            put(found, name, child, draft.language)
        elif (name := _CONTACT_PLAIN.get(child.tag)) and (plain := text_of(child).strip()):
            found.setdefault(name, []).append(plain[:_LONGEST_URL])
    if found:
        draft.add("contacts", found)


def conditions(element: Element, draft: Draft) -> None:
    """Read ``conditions``."""
    for child in element.iterchildren("condition"):
        if text := texts(child, draft.language):
            draft.add("conditions", {"type": draft.attribute(child, "type"), "text": text})


def website(element: Element, draft: Draft) -> None:
    """Read ``activity-website`` of 1.0x."""
    if address := text_of(element).strip():
        draft.detail.setdefault("websites", []).append(address[:_LONGEST_URL])
