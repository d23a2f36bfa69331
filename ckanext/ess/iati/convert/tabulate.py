"""From an IATI file to sheets, with a list of what the sheets cannot hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ckanext.ess.iati.convert import rows_back
from ckanext.ess.iati.convert.columns import ORGANISATION, PROJECTS, Column, column, columns, sheets
from ckanext.ess.iati.convert.gather import Taker, matching
from ckanext.ess.iati.convert.grid import Grid, Key
from ckanext.ess.iati.convert.problem import Unreadable
from ckanext.ess.iati.convert.unread import Left, Unread, language
from ckanext.ess.iati.convert.values import codes
from ckanext.ess.iati.read import IatiFile, Limits, Root, parse
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.codelists import codelist

_FIRST_VERSION = "2"
_HUNDRED = Decimal(100)
_PARTNERS = ("funder", "partner", "accountable", "extending")
_FORBIDDEN = frozenset("/&|?")


@dataclass
class Tabulated:
    """Sheets, and what they cannot hold."""

    grids: dict[str, Grid] = field(default_factory=lambda: {key: Grid(key) for key in sheets()})
    left: list[Left] = field(default_factory=list[Left])
    activities: int = 0


def tabulate(path: Path, lang: str = "fr", limits: Limits | None = None) -> Tabulated:
    """Make sheets of a file of activities, or of an organisation; versions 2.01 and later.

    Args:
        path: the file.
        lang: language in which codes are written by their names.
        limits: how much of the file may be read.

    Raises:
        Unreadable: it is no IATI file, or one of version 1.
    """
    found = Tabulated()
    with IatiFile(str(path), limits or Limits()) as document:
        root = document.root
        if root is None:
            raise Unreadable("not-iati")
        if not (root.version or "").startswith(_FIRST_VERSION):
            raise Unreadable("iati-version", version=root.version or "1.01")
        for record in _records(document, root):
            found.activities += 1
            if root.file_type == "activities":
                _activity(found, record, lang)
            else:
                _organisation(found, record, lang)
        if document.problems:
            problem = document.problems[0]
            raise Unreadable("iati-broken", line=str(problem.line or "?"))
    return found


def _records(document: IatiFile, root: Root) -> Iterator[Element]:
    for piece in document.pieces():
        if piece.number:
            parsed = parse(piece, root, document.limits)
            if parsed.element is None:
                raise Unreadable("iati-broken", line=str(piece.line))
            yield parsed.element


def _activity(found: Tabulated, record: Element, lang: str) -> None:
    unread = Unread(record)
    publisher = _publisher(found, unread, record)
    currency = publisher.get((column(ORGANISATION, "currency"), ""), "")
    text_language = publisher.get((column(ORGANISATION, "language"), ""), "")
    own = record.get("default-currency", "") or currency
    taker = Taker(unread, text_language, lang, own)
    row: dict[Key, str] = {}
    name = _identifier(unread, record, publisher, row)
    _projects(row, taker, unread, record, lang)
    if own == currency:
        unread.take(record, "default-currency")
        row.pop((column(PROJECTS, "currency"), ""), None)
    rows_back.budgets(row, taker, unread, record)
    found.grids[PROJECTS].rows.append(row)
    for sheet, make in rows_back.SHEETS.items():
        for other in make(taker, unread, record):
            found.grids[sheet].rows.append({(column(sheet, "project"), ""): name, **other})
    whole = next((text for key, text in row.items() if key[0].key == "iati_identifier"), name)
    found.left += unread.left(whole, text_language)


def _publisher(found: Tabulated, unread: Unread, record: Element) -> dict[Key, str]:
    """The organisation's row, made of the first activity; later ones must say the same."""
    grid = found.grids[ORGANISATION]
    row = _reporting(record)
    if not grid.rows:
        grid.rows.append({key: text for key, text in row.items() if text})
    kept = grid.rows[0]
    reporting = record.find("reporting-org")
    if reporting is not None:
        for key, attribute in (("id", "ref"), ("type", "type")):
            if kept.get((column(ORGANISATION, key), ""), "") == row.get((column(ORGANISATION, key), "")):
                unread.take(reporting, attribute)
        narrative = next(iter(reporting.iterchildren("narrative")), None)
        if narrative is not None and kept.get((column(ORGANISATION, "name"), "")) == row.get(
            (column(ORGANISATION, "name"), "")
        ):
            unread.take(narrative)
    return kept


def _reporting(record: Element) -> dict[Key, str]:
    reporting = record.find("reporting-org")
    narrative = reporting.find("narrative") if reporting is not None else None
    facts = {
        "id": reporting.get("ref", "") if reporting is not None else "",
        "name": " ".join((narrative.text or "").split()) if narrative is not None else "",
        "type": reporting.get("type", "") if reporting is not None else "",
        "currency": record.get("default-currency", ""),
        "language": language(record),
    }
    return {(column(ORGANISATION, key), ""): value for key, value in facts.items()}


def _identifier(unread: Unread, record: Element, publisher: dict[Key, str], row: dict[Key, str]) -> str:
    """Put the identifier into the row: the project's own part, or the whole where it starts otherwise."""
    element = record.find("iati-identifier")
    whole = unread.take(element) if element is not None else ""
    start = publisher.get((column(ORGANISATION, "id"), ""), "") + "-"
    own = whole.removeprefix(start)
    if (
        own != whole
        and own
        and not _FORBIDDEN & set(own)
        and not own.startswith(start)
        and len(own.split()) == 1
    ):
        row[column(PROJECTS, "id"), ""] = own
        return own
    row[column(PROJECTS, "iati_identifier"), ""] = whole
    return whole


def _projects(row: dict[Key, str], taker: Taker, unread: Unread, record: Element, lang: str) -> None:
    for one in filter(_simple, columns(PROJECTS)):
        if one.kind == "shares":
            both = one.key == "region" and (column(PROJECTS, "country"), "") in row
            value = "" if both else _shares(unread, record, one, lang)
        else:
            value = taker.codes(record, one) if one.kind == "codes" else taker.scalar(record, one, one.steps)
        if value:
            row[one, ""] = value
    for name in _PARTNERS:
        group = [one for one in columns(PROJECTS) if one.key.split("_")[0] == name]
        row.update({(one, ""): text for one, text in taker.items(record, group)})


def _simple(one: Column) -> bool:
    """Whether a column is filled by itself: budgets, documents and organisations come in groups."""
    return not (
        one.yearly
        or one.vague
        or one.key in {"id", "iati_identifier"}
        or one.key.split("_")[0] in {"budget", "document", *_PARTNERS}
    )


def _shares(unread: Unread, record: Element, one_column: Column, lang: str) -> str:
    """Codes with their shares, where these are whole; the first vocabulary of sectors only."""
    found = matching(record, one_column.steps[0])
    if found and one_column.key == "sector":
        vocabulary = found[0].get("vocabulary") or "1"
        found = [one for one in found if (one.get("vocabulary") or "1") == vocabulary]
        name = "Sector" if vocabulary == "1" else "SectorCategory"
    else:
        name = one_column.list
    values = [(one.get("code", ""), one.get("percentage", "")) for one in found]
    if not values or not _whole(name, values):
        return ""
    for one in found:
        for attribute in ("code", "percentage", "vocabulary"):
            unread.take(one, attribute)
    if len(values) == 1 and not values[0][1]:
        return codes.label(name, values[0][0], lang) if name == one_column.list else values[0][0]
    return ";".join(f"{code}:{share.replace('.', ',') if lang == 'fr' else share}" for code, share in values)


def _whole(name: str, values: list[tuple[str, str]]) -> bool:
    """Whether codes are known, all different, and their shares make 100."""
    known = codelist(name)
    if len({code for code, _ in values}) < len(values) or any(code not in known for code, _ in values):
        return False
    if len(values) == 1 and not values[0][1]:
        return True
    try:
        return all(share for _, share in values) and sum(Decimal(share) for _, share in values) == _HUNDRED
    except InvalidOperation:
        return False


def _organisation(found: Tabulated, record: Element, lang: str) -> None:
    unread = Unread(record)
    row = _publisher(found, unread, record)
    text_language = language(record)
    taker = Taker(unread, text_language, lang, record.get("default-currency", ""))
    for name in ("organisation-identifier", "name/narrative"):
        element = record.find(name)
        same = row.get((column(ORGANISATION, "id" if name[0] == "o" else "name"), ""))
        if element is not None and " ".join((element.text or "").split()) == same:
            unread.take(element)
    unread.take(record, "default-currency")
    rows_back.totals(row, taker, unread, record)
    found.left += unread.left(row.get((column(ORGANISATION, "id"), ""), ""), text_language)
