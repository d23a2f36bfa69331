"""Money of an activity: transactions, budgets and planned disbursements, one by one."""

from __future__ import annotations

from ckanext.ess.iati.coded import TRUE
from ckanext.ess.iati.extract import holder, spelling
from ckanext.ess.iati.extract.document import BUDGET, PLANNED
from ckanext.ess.iati.extract.draft import Draft, Entry, Own
from ckanext.ess.iati.read.tree import Element

#: Lists of a record that say where its money goes.
_OWN = ("countries", "regions", "sectors", "groups")


def transaction(element: Element, draft: Draft) -> None:
    """Read ``transaction``."""
    found = holder.read(element, draft)
    for name in ("ref", "humanitarian"):
        if text := draft.attribute(element, name):
            found[name] = text
    if found.get("humanitarian") in TRUE:
        draft.humanitarian = True
    draft.add("transactions", found)
    if "type" not in found:
        draft.tell("transaction-type", element, found.get("type_written", ""))
    elif (number := holder.amount_of(found)) is not None:
        own = Own(*(tuple(dict.fromkeys(found.get(name, ()))) for name in _OWN))
        year = holder.year_of(element, found.get("date") or found.get("value_date"), draft)
        draft.entries.append(Entry(found["type"], year, found["currency"], number, own))


def budget(element: Element, draft: Draft) -> None:
    """Read ``budget``."""
    _period(element, draft, BUDGET, "budgets")


def planned(element: Element, draft: Draft) -> None:
    """Read ``planned-disbursement``."""
    _period(element, draft, PLANNED, "planned_disbursements")


def _period(element: Element, draft: Draft, kind: str, name: str) -> None:
    found = holder.read(element, draft)
    if spelling.code("budget", element.get("type", "")) == "2":
        found["revised"] = True
    if status := draft.attribute(element, "status"):
        found["status"] = status
    draft.add(name, found)
    if (number := holder.amount_of(found)) is None:
        return
    start, end = found.get("start", ""), found.get("end", "")
    year = holder.year_of(element, start or found.get("value_date"), draft)
    period = f"{start}/{end}" if start else ""
    revised = "revised" in found
    draft.entries.append(Entry(kind, year, found["currency"], number, Own(), period, revised, found))
