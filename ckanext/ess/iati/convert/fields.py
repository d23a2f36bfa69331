"""What becomes of a cell, by the kind of its column: one short function for each kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from ckanext.ess.iati.convert.cell import Cell, Place
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.iati.convert.record import Record, Unit
from ckanext.ess.iati.convert.titles import Match
from ckanext.ess.iati.convert.values import amounts, codes, dates, shares
from ckanext.ess.iati.convert.values.refused import Refused
from ckanext.ess.identifiers import iati_org
from ckanext.ess.identifiers.iati_sentences import BareSiren, BareSiret
from ckanext.ess.identifiers.refusal import Refusal

Handler = Callable[[Record, Match, Cell, Place], None]

_YES = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1", "x"})
_NO = frozenset({"non", "n", "no", "faux", "false", "0"})
_EMAIL = re.compile(r"[^@\s;,<>]+@[^@\s;,<>]+\.[^@\s;,<>.]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FORBIDDEN = re.compile(r"[/&|?\s]+")
#: What else people put between names; it may as well be part of one.
_SEVERAL = re.compile(r" [/+] |[,\n]| et | and ")
_BETWEEN = re.compile(r"\s*[;,]\s*")
_VOCABULARY = {"Sector": "1", "SectorCategory": "2"}
_RANGES = {"latitude": 90, "longitude": 180}


def text(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """A text as it is, without the blanks around it."""
    if cell.kind == "date":
        raise Refused("text-is-date")
    record.put(match, clean(cell.text), place)


def clean(value: str) -> str:
    """Return a text without blanks around it, with one kind of line break."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def names(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """Names with ``;`` between them."""
    for item, name in enumerate(_parts(cell)):
        if _SEVERAL.search(name):
            record.say("one-name", "note", place, name)
        record.put(match, name, place, item)


def _parts(cell: Cell) -> list[str]:
    parts = [clean(part) for part in cell.text.split(";")]
    while parts and not parts[-1]:
        parts.pop()
    if not all(parts):
        raise Refused("gap")
    return parts


def several_codes(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """Codes or names with ``;`` between them; codes also with commas."""
    found = [one for part in _parts(cell) for one in _codes(match.column.list, part)]
    if len(set(found)) < len(found) and match.column.list.startswith("UNSDG"):
        raise Refused("twice")
    for item, one in enumerate(found):
        record.put(match, one, place, item)


def _codes(name: str, part: str) -> list[str]:
    try:
        return [codes.read(name, part).code]
    except Refused:
        pieces = _BETWEEN.split(part)
        if len(pieces) == 1:
            raise
        return [codes.read(name, piece).code for piece in pieces]


def code(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """A code or a name."""
    record.put(match, codes.read(match.column.list, cell.text).code, place)


def share(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """Codes with their shares."""
    for item, one in enumerate(shares.read(match.column.list, cell.text)):
        node = record.put(match, one.code, place, item)
        if one.percentage:
            node.put("percentage", one.percentage, place)
        if vocabulary := _VOCABULARY.get(one.list):
            node.attributes["vocabulary"] = vocabulary


def date(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """A day."""
    day = dates.read_cell(cell)
    if day.serial:
        record.say("date-serial", "note", place, cell.text, date=dates.shown(day.iso))
    record.put(match, day.iso, place)


def amount(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """An amount of money."""
    number = _money(match, cell)
    node = record.put(match, number.text, place)
    _unit(record, match, number, Unit(node, "", place))


def _money(match: Match, cell: Cell) -> amounts.Number:
    if match.thousands:
        raise Refused("title-thousands")
    number = amounts.read_cell(cell)
    if number.unit == "%":
        raise Refused("number-is-percent")
    return number


def _unit(record: Record, match: Match, number: amounts.Number, unit: Unit) -> None:
    """Keep the currency that stands in the cell, else the one in the title."""
    if sign := number.unit or match.unit:
        record.units.append(unit._replace(sign=sign))


def year_budget(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """The budget of a calendar year."""
    number = _money(match, cell)
    node = record.put(match, number.text, place)
    budget = record.node(match.column.steps[:-1], (match.number, 0, match.year))
    budget.add("period-start", {"iso-date": f"{match.year}-01-01"})
    budget.add("period-end", {"iso-date": f"{match.year}-12-31"})
    _unit(record, match, number, Unit(node, "", place))


def year_transaction(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """What was spent, paid or received in a year, dated its last day."""
    number = _money(match, cell)
    key = (match.number, 0, f"{match.year}:{match.column.list}")  # several columns make transactions
    node = record.node(match.column.steps, key)
    node.put("", number.text, place)
    transaction = record.node(match.column.steps[:-1], key)
    transaction.add("transaction-type", {"code": match.column.list})
    transaction.add("transaction-date", {"iso-date": f"{match.year}-12-31"}).cells["iso-date"] = place
    _unit(record, match, number, Unit(node, "", place))


def email(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """An address for letters."""
    value = clean(cell.text).removeprefix("mailto:")
    if not _EMAIL.fullmatch(value):
        raise Refused("email")
    record.put(match, value, place)


def url(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """A web address."""
    value = clean(cell.text)
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in value:
        raise Refused("url", example=f"https://{value}" if _like_address(value) else "https://exemple.org/")
    record.put(match, value, place)


def _like_address(value: str) -> bool:
    return bool(re.fullmatch(r"[\w.-]+\.[a-z]{2,}(/\S*)?", value))


def yes_no(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """Yes or no."""
    word = fold(cell.text)
    if word not in _YES | _NO:
        raise Refused("yes-no")
    record.put(match, "true" if word in _YES else "false", place)


def year(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """Four digits."""
    value = cell.text[:4] if cell.kind == "date" else cell.text.strip()
    if cell.kind == "date" or not _YEAR.fullmatch(value):
        raise Refused("year", example=value if _YEAR.fullmatch(value) else "2025")
    record.put(match, value, place)


def measured(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """A value of an indicator: a number where it is one, else words for a qualitative indicator."""
    if cell.kind == "date":
        raise Refused("number-is-date")
    value = clean(cell.text)
    if any(char.isdigit() for char in value[:2]) or cell.kind != "text":
        value = amounts.read_cell(cell).text
    record.put(match, value, place)


def coordinate(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """Degrees."""
    try:
        number = amounts.read(_degrees(cell.text))
    except Refused:
        raise Refused("coordinate") from None
    if number.unit or abs(float(number.text)) > _RANGES[match.column.kind]:
        raise Refused("coordinate-range", limit=str(_RANGES[match.column.kind]))
    record.put(match, number.text, place)


def _degrees(value: str) -> str:
    """A decimal comma or point always, in degrees: three decimals are no thousands."""
    value = value.strip().removesuffix("°")
    return f"{value}0" if re.search(r"[.,]\d{3}$", value) else value


def organisation(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """An organisation's identifier."""
    record.put(match, identifier(record, cell.text, place), place)


def organisations(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """Identifiers with ``;`` between them, in the order of the names."""
    for item, part in enumerate(clean(part) for part in cell.text.split(";")):
        if part:
            record.put(match, identifier(record, part, place), place, item)


def types(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """Codes or names with ``;`` between them, in the order of the names; gaps are left out."""
    for item, part in enumerate(clean(part) for part in cell.text.split(";")):
        if part:
            record.put(match, codes.read(match.column.list, part).code, place, item)


def identifier(record: Record, value: str, place: Place) -> str:
    """Return an organisation's identifier, made of a SIREN where one is given; raises ``Refused``."""
    try:
        verdict = iati_org.check(value)
    except (BareSiren, BareSiret) as refusal:
        made = refusal.params["proposed"]
        record.say("siren", "note", place, value, identifier=made)
        return made
    except Refusal as refusal:
        raise Refused("organisation", **said(refusal)) from refusal
    if verdict.value != value.strip():
        record.say("identifier-rewritten", "note", place, value, identifier=verdict.value)
    return verdict.value


def said(refusal: Refusal) -> dict[str, str]:
    """The sentences of an identifier's refusal, in both languages."""
    return {f"reason.{lang}": refusal.sentence(lang) for lang in ("fr", "en")}


def local_id(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """The organisation's own number of a project."""
    record.kept[match.column.key] = _own_number(cell)
    record.places[match.column.key] = place


def full_id(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """An identifier under which the project was published before: as it is."""
    if cell.kind == "date":
        raise Refused("id-is-date")
    record.kept[match.column.key] = cell.text.strip()
    record.places[match.column.key] = place


def project(record: Record, match: Match, cell: Cell, place: Place) -> None:
    """The number of the project that a row belongs to; it is looked up as it is."""
    record.kept[match.column.key] = cell.text.strip()
    record.places[match.column.key] = place


def _own_number(cell: Cell) -> str:
    if cell.kind == "date":
        raise Refused("id-is-date")
    value = cell.text.strip()
    if _FORBIDDEN.search(value):
        raise Refused("id-characters", example=_FORBIDDEN.sub("-", value))
    return value


HANDLERS: dict[str, Handler] = {
    "text": text, "names": names, "types": types, "codes": several_codes, "code": code, "shares": share,
    "date": date, "amount": amount, "year-budget": year_budget, "year-transaction": year_transaction,
    "email": email, "url": url, "yes-no": yes_no, "year": year, "measured": measured, "latitude": coordinate,
    "longitude": coordinate, "organisation": organisation, "organisations": organisations,
    "local-id": local_id, "full-id": full_id, "project": project,
}  # fmt: skip
