"""An element that holds money: its amount, days, parties, places and codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from ckanext.ess.iati import coded
from ckanext.ess.iati.extract import organisations, spelling
from ckanext.ess.iati.extract.draft import Draft, Record
from ckanext.ess.iati.extract.narratives import put, texts
from ckanext.ess.iati.extract.rates import Rates
from ckanext.ess.iati.extract.sectors import goals_of
from ckanext.ess.iati.extract.values import Unusable, amount, judge_day, written
from ckanext.ess.iati.read.tree import Element, text_of
from ckanext.ess.iati.standard.codelists import codelist


def read(element: Element, draft: Draft) -> Record:
    """Return an element of money as plain data: days and amounts as text, codes in lists."""
    found: Record = {}
    for child in element:
        if reader := _READERS.get(child.tag):
            reader(child, found, draft)
    if "currency" not in found:
        draft.tell("amount-missing", element)
    return found


def amount_of(found: Record) -> Decimal | None:
    """Return the amount of what was read, or None where it is not usable."""
    return Decimal(found["value"]) if "value" in found else None


def year_of(element: Element, day: str | None, draft: Draft) -> int | None:
    """Return the year of a day; without one, tell that it is missing."""
    if day:
        return int(day[:4])
    draft.tell("year-missing", element)
    return None


def _day(element: Element, draft: Draft, text: str) -> str:
    found = judge_day(text)
    if isinstance(found, dt.date):
        return text.strip()[:10]
    draft.tell(found, element, text)
    return ""


def _value(child: Element, found: Record, draft: Draft) -> None:
    """Read the first ``value``: its amount, currency and day."""
    if "currency" in found:
        return
    found["currency"] = currency(child, draft)
    text = text_of(child)
    try:
        found["value"] = written(amount(text))
    except Unusable as fault:
        found["value_written"] = text.strip()[:_SHOWN]
        draft.tell(fault.code, child, text)
    if (day := child.get("value-date")) and (day := _day(child, draft, day)):
        found["value_date"] = day


_SHOWN = 100


def currency(child: Element, draft: Draft) -> str:
    """Return the currency of an amount, "" where none or no known one is written."""
    text = child.get("currency")
    if text is None or not text.strip():
        if not draft.currency:
            draft.tell("currency-missing", child)
        return draft.currency
    return known_currency(text, child, draft)


def known_currency(text: str, at: Element, draft: Draft) -> str:
    """Return a currency's code in capitals, "" where no list has it."""
    code = text.strip().upper()
    if code in _CURRENCIES:
        return code
    draft.tell("currency", at, text)
    return ""


#: Those of today, and those that became the euro: money of the nineties has them.
_CURRENCIES = Rates.shipped().currencies() | frozenset(codelist("Currency").codes)


def _date(name: str) -> Callable[[Element, Record, Draft], None]:
    """Return a reader of a day in ``iso-date``, or (1.0x) in the text."""

    def read(child: Element, found: Record, draft: Draft) -> None:
        text = child.get("iso-date")
        if text is None:
            text = text_of(child)
            if not text.strip():
                return
        if name not in found and (day := _day(child, draft, text)):
            found[name] = day

    return read


def _type(child: Element, found: Record, _: Draft) -> None:
    text = child.get("code", "")
    if code := spelling.code("transaction", text):
        found.setdefault("type", code)
    elif text.strip():
        found["type_written"] = text.strip()[:_SHOWN]


def _description(child: Element, found: Record, draft: Draft) -> None:
    put(found, "description", child, draft.language)


def _code(name: str) -> Callable[[Element, Record, Draft], None]:
    def read(child: Element, found: Record, draft: Draft) -> None:
        if code := draft.code(child):
            found[name] = code

    return read


def _aid_type(child: Element, found: Record, draft: Draft) -> None:
    if code := draft.code(child):
        kind = {"vocabulary": draft.attribute(child, "vocabulary") or "1", "code": code}
        found.setdefault("aid_types", []).append(kind)


def _organisation(name: str, activity: str) -> Callable[[Element, Record, Draft], None]:
    def read(child: Element, found: Record, draft: Draft) -> None:
        party = organisations.record(organisations.read(child, draft))
        if identifier := draft.attribute(child, activity):
            party["activity_id"] = identifier
        if party:
            found[name] = party

    return read


def _country(child: Element, found: Record, draft: Draft) -> None:
    text = draft.code(child)
    if code := coded.country(text):
        found.setdefault("countries", []).append(code)
    else:
        draft.tell("country", child, text)


def _region(child: Element, found: Record, draft: Draft) -> None:
    if coded.vocabulary(child.get("vocabulary", "")) != coded.OECD:
        return
    text = draft.code(child)
    if code := coded.region(text):
        found.setdefault("regions", []).append(code)
    else:
        draft.tell("region", child, text)


def _sector(child: Element, found: Record, draft: Draft) -> None:
    text, vocabulary = draft.code(child), coded.vocabulary(draft.attribute(child, "vocabulary"))
    if not text:
        return
    draft.transaction_sectors.setdefault((vocabulary, text))
    goals_of(vocabulary, text, draft)
    if vocabulary == coded.OECD and (code := coded.sector(text)):
        found.setdefault("sectors", []).append(code)
        found.setdefault("groups", []).append(code[:3])
    elif vocabulary in {coded.OECD, coded.OECD_GROUPS} and (code := coded.group(text)):
        found.setdefault("groups", []).append(code)
    else:
        found.setdefault("other_sectors", []).append({"vocabulary": vocabulary, "code": text})


def _line(child: Element, found: Record, draft: Draft) -> None:
    """Read a line of an organisation's budget, which has a value of its own."""
    line = read(child, draft)
    for name, said in (("ref", draft.attribute(child, "ref")), ("text", texts(child, draft.language))):
        if said:
            line[name] = said
    found.setdefault("lines", []).append(line)


_READERS: dict[str, Callable[[Element, Record, Draft], None]] = {
    "value": _value,
    "transaction-type": _type,
    "transaction-date": _date("date"),
    "period-start": _date("start"),
    "period-end": _date("end"),
    "description": _description,
    "provider-org": _organisation("provider", "provider-activity-id"),
    "receiver-org": _organisation("receiver", "receiver-activity-id"),
    "recipient-org": _organisation("recipient", "recipient-activity-id"),
    "budget-line": _line,
    "expense-line": _line,
    "disbursement-channel": _code("channel"),
    "sector": _sector,
    "recipient-country": _country,
    "recipient-region": _region,
    "flow-type": _code("flow_type"),
    "finance-type": _code("finance_type"),
    "aid-type": _aid_type,
    "tied-status": _code("tied_status"),
}
