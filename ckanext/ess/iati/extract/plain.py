"""A document as plain data for JSON, and the documents of a file one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from ckanext.ess.iati.extract.activity import extract
from ckanext.ess.iati.extract.document import ActivityDocument, MoneyRow
from ckanext.ess.iati.extract.publisher import PublisherDocument, extract_publisher
from ckanext.ess.iati.extract.rates import DOLLAR, EURO, Rates
from ckanext.ess.iati.extract.sentences import sentence
from ckanext.ess.iati.extract.values import EXACT, written
from ckanext.ess.iati.read import IatiFile, Piece, Root, parse
from ckanext.ess.iati.read.problems import Problem
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.versions import ACTIVITIES, ORGANISATIONS

_CENT = Decimal("0.01")


def documents(file: IatiFile) -> Iterator[ActivityDocument]:
    """Yield what each activity of an opened file says; none for a file of organisations.

    Bad markup is told to the file, as a validation does, and the next activity follows.

    >>> import io
    >>> text = b'<iati-activities version="2.03"><iati-activity hierarchy="2"/></iati-activities>'
    >>> with IatiFile(io.BytesIO(text)) as file:
    ...     [document.hierarchy for document in documents(file)]
    [2]
    """
    for element, root, piece in _elements(file, ACTIVITIES):
        yield extract(element, root, piece)


def publishers(file: IatiFile) -> Iterator[PublisherDocument]:
    """Yield what each organisation of an opened file says; none for a file of activities."""
    for element, root, piece in _elements(file, ORGANISATIONS):
        yield extract_publisher(element, root, piece)


def _elements(file: IatiFile, file_type: str) -> Iterator[tuple[Element, Root, Piece]]:
    for piece in file.pieces():
        if file.root is None or file.root.file_type != file_type or not piece.number:
            continue
        parsed = parse(piece, file.root, file.limits)
        for problem in parsed.problems:
            file.tell(problem)
        if parsed.element is not None:
            yield parsed.element, file.root, piece


def plain(document: ActivityDocument, rates: Rates, lang: str = "en") -> dict[str, Any]:
    """Return all that a document says, for JSON; amounts are texts, so that no digit is lost.

    ``detail`` comes first, then ``shares``, ``money`` and ``problems`` with their sentences in a language.
    """
    return {
        **document.detail,
        "shares": {
            "countries": {place.code: place.share for place in document.countries},
            "regions": {place.code: place.share for place in document.regions},
            "sectors": [
                {"vocabulary": one.vocabulary, "code": one.code, "share": one.share}
                for one in document.sectors
            ],
            "sector_groups": {place.code: place.share for place in document.sector_groups},
        },
        "goals": list(document.goals),
        "targets": list(document.targets),
        "money": [_row(row, rates) for row in document.money],
        "problems": [_problem(problem, lang) for problem in document.problems],
    }


def plain_publisher(document: PublisherDocument, rates: Rates, lang: str = "en") -> dict[str, Any]:
    """Return all that a document of an organisation says, for JSON, as ``plain`` does for activities."""
    return {
        **document.detail,
        "identified": document.identified,
        "money": [
            {
                "kind": budget.kind,
                "to": budget.to,
                **_converted(budget.amount, budget.currency, budget.year, rates),
            }
            for budget in document.budgets
        ],
        "problems": [_problem(problem, lang) for problem in document.problems],
    }


def _row(row: MoneyRow, rates: Rates) -> dict[str, Any]:
    found = {
        "type": row.type,
        **_converted(row.amount, row.currency, row.year, rates),
        "entries": row.entries,
    }
    for name in ("countries", "regions", "sectors", "groups"):
        if shares := getattr(row, name):
            found[name] = dict(shares)
    return found


def _converted(amount: Decimal, currency: str, year: int | None, rates: Rates) -> dict[str, Any]:
    """Return an amount with what it is in euros and dollars, where that can be said."""
    found: dict[str, Any] = {"year": year, "currency": currency, "amount": written(amount)}
    for name, to in (("eur", EURO), ("usd", DOLLAR)):
        if converted := rates.convert(amount, currency, year, to):
            found[name] = written(converted.amount.quantize(_CENT, ROUND_HALF_EVEN, EXACT))
            found["rate_year"] = converted.rate_year
    return found


def _problem(problem: Problem, lang: str) -> dict[str, Any]:
    said = sentence(problem, lang)
    return {"code": problem.code, "line": problem.line, "params": dict(problem.params), **said._asdict()}
