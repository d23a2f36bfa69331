"""From one ``iati-organisation`` to its document: what a publisher says of itself.

>>> from lxml import etree
>>> text = '''<iati-organisation default-currency="EUR">
... <organisation-identifier>FR-RCS-123456782</organisation-identifier>
... <name><narrative xml:lang="fr">Les Amis</narrative></name>
... <total-budget><period-start iso-date="2024-01-01"/><value>9000</value></total-budget>
... </iati-organisation>'''
>>> document = extract_publisher(etree.fromstring(text))
>>> document.key, document.names, [(budget.kind, budget.year, budget.amount) for budget in document.budgets]
('FR-RCS-123456782', {'fr': 'Les Amis'}, [('total', 2024, Decimal('9000'))])
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from ckanext.ess.iati.extract import holder, links, naming, organisations
from ckanext.ess.iati.extract.activity import begun, problems_of, updated_on
from ckanext.ess.iati.extract.document import NOBODY, Organisation, Texts
from ckanext.ess.iati.extract.draft import Draft, Record
from ckanext.ess.iati.extract.header import identifier
from ckanext.ess.iati.extract.narratives import put
from ckanext.ess.iati.read.piece import Piece
from ckanext.ess.iati.read.problems import Problem
from ckanext.ess.iati.read.root import Root
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.versions import normalise

TOTAL, TO_ORGANISATION, TO_COUNTRY, TO_REGION, SPENT = (
    "total",
    "organisation",
    "country",
    "region",
    "expenditure",
)


class PublisherBudget(NamedTuple):
    """An amount that an organisation plans or has spent.

    ``kind`` is ``total``, ``organisation``, ``country`` or ``region`` (what it plans to give to one), or
    ``expenditure``. ``to`` is the key of the organisation, or the code of the country or region; "" for
    totals. ``status`` is a code of BudgetStatus.
    """

    kind: str
    year: int | None
    currency: str
    amount: Decimal
    to: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherDocument:
    """What an organisation file says of one organisation; ``detail`` holds all of it as plain data."""

    identifier: str = ""
    key: str = ""
    identified: bool = False
    names: Texts = field(default_factory=dict[str, str])
    version: str = ""
    language: str = ""
    default_currency: str = ""
    updated: dt.date | None = None
    reporting: Organisation = NOBODY
    budgets: tuple[PublisherBudget, ...] = ()
    document_categories: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])
    problems: tuple[Problem, ...] = ()


def extract_publisher(
    element: Element, root: Root | None = None, piece: Piece | None = None
) -> PublisherDocument:
    """Return what one ``iati-organisation`` of any version says; as ``extract`` does for activities.

    Args:
        element: the organisation's element.
        root: the root of its file.
        piece: where it stands, for the lines of problems.
    """
    draft = begun(element, root)
    budgets: list[PublisherBudget] = []
    for child in element:
        if kind := _BUDGETS.get(child.tag):
            _budget(child, draft, kind, budgets)
        elif reader := _READERS.get(child.tag):
            reader(child, draft)
    detail = draft.detail
    if not detail.get("identifier"):
        draft.tell("identifier-missing", element)
    names = detail.get("names", {})
    key, identified = naming.judge(detail.get("identifier", ""), next(iter(names.values()), ""))
    updated = updated_on(element, draft)
    version = normalise(root.version or "") if root else ""
    said = {"version": version, "language": draft.language, "default_currency": draft.currency, "key": key}
    detail.update((name, value) for name, value in said.items() if value)
    return PublisherDocument(
        identifier=detail.get("identifier", ""),
        key=key,
        identified=identified,
        names=names,
        version=version,
        language=draft.language,
        default_currency=draft.currency,
        updated=updated,
        reporting=draft.reporting,
        budgets=tuple(budgets),
        document_categories=tuple(draft.categories),
        detail=detail,
        problems=problems_of(element, draft, piece),
    )


def _budget(child: Element, draft: Draft, kind: str, budgets: list[PublisherBudget]) -> None:
    found = holder.read(child, draft)
    found["kind"] = kind
    if status := draft.attribute(child, "status"):
        found["status"] = status
    draft.add("budgets", found)
    number = holder.amount_of(found)
    if number is not None:
        year = holder.year_of(child, found.get("start") or found.get("value_date"), draft)
        budgets.append(PublisherBudget(kind, year, found["currency"], number, _to(found), status))


def _to(found: Record) -> str:
    """Return whom an amount is for."""
    places = [*found.get("countries", ()), *found.get("regions", ())]
    return found.get("recipient", {}).get("key", "") or (places[0] if places else "")


def _name(child: Element, draft: Draft) -> None:
    put(draft.detail, "names", child, draft.language)


_BUDGETS = {
    "total-budget": TOTAL,
    "recipient-org-budget": TO_ORGANISATION,
    "recipient-country-budget": TO_COUNTRY,
    "recipient-region-budget": TO_REGION,
    "total-expenditure": SPENT,
}
_READERS: dict[str, Callable[[Element, Draft], None]] = {
    "organisation-identifier": identifier,
    "iati-identifier": identifier,
    "name": _name,
    "reporting-org": organisations.reporting,
    "document-link": links.document_link,
}
