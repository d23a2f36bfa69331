"""Parents and children of one file: totals must not count the same money in both.

>>> from lxml import etree
>>> from ckanext.ess.iati.extract import extract
>>> def activity(name, amount, parent=""):
...     related = f'<related-activity type="1" ref="{parent}"/>' if parent else ""
...     return extract(etree.fromstring(f'''<iati-activity default-currency="EUR">
...       <iati-identifier>{name}</iati-identifier>{related}<budget><period-start iso-date="2024-01-01"/>
...       <value>{amount}</value></budget></iati-activity>'''))
>>> relations = Relations()
>>> parent, child = relations.add(activity("A", 100)), relations.add(activity("B", 60, parent="A"))
>>> relations.factor(parent, "budget"), relations.factor(child, "budget")
(0.4, 1.0)
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ckanext.ess.iati.extract.document import ActivityDocument
from ckanext.ess.iati.extract.rates import EURO, Rates
from ckanext.ess.iati.extract.values import add

PARENT, CHILD = "1", "2"
_ZERO = Decimal(0)


class Relations:
    """The activities of one file, added in its order, and the part of each one's money that totals count.

    Of a parent, what its children report together is left out: ``max(0, own - children's)``, for each type of
    money over all years; its rows are all reduced by the same factor. A child that is itself a parent stands
    for the larger of its own amount and its children's. A child of several parents is shared among them.
    Only activities of the same file are looked at; a circle of relations is cut where it closes.
    """

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates or Rates.shipped()
        self._numbers: dict[str, int] = {}
        self._sums: list[dict[str, dict[str, Decimal]]] = []
        self._said: list[tuple[int, str, str]] = []
        self._factors: dict[tuple[int, str], float] | None = None

    def add(self, document: ActivityDocument) -> int:
        """Note an activity and return its number in the file, from 0.

        A reference to an identifier that several have means the first of them.
        """
        number = len(self._sums)
        self._numbers.setdefault(document.identifier, number)
        self._said.extend((number, kind, ref) for kind, ref in document.related if kind in {PARENT, CHILD})
        self._sums.append(self._summed(document))
        self._factors = None
        return number

    def factor(self, number: int, kind: str) -> float:
        """Return the part, 0 to 1, of an activity's money of a type that totals count.

        To be asked once the whole file has been added.
        """
        if self._factors is None:
            self._factors = dict(self._computed())
        return self._factors.get((number, kind), 1.0)

    def _summed(self, document: ActivityDocument) -> dict[str, dict[str, Decimal]]:
        """Return type → currency → amount, in euros where they can be converted (under "EUR")."""
        found: dict[str, dict[str, Decimal]] = {}
        for row in document.money:
            euros = self._rates.convert(row.amount, row.currency, row.year, EURO)
            currency, amount = (EURO, euros.amount) if euros else (row.currency, row.amount)
            sums = found.setdefault(row.type, {})
            sums[currency] = add(sums.get(currency, _ZERO), amount)
        return found

    def _computed(self) -> Iterator[tuple[tuple[int, str], float]]:
        families = _Families(self._edges(), len(self._sums))
        if not families.children:
            return
        kinds = {kind for sums in self._sums for kind in sums}
        for kind in kinds:
            yield from self._of_kind(kind, families)

    def _edges(self) -> set[tuple[int, int]]:
        """Return pairs of parent and child that both are in the file."""
        edges: set[tuple[int, int]] = set()
        for number, kind, ref in self._said:
            other = self._numbers.get(ref)
            if other is not None and other != number:
                edges.add((other, number) if kind == PARENT else (number, other))
        return edges

    def _of_kind(self, kind: str, families: _Families) -> Iterator[tuple[tuple[int, str], float]]:
        """Yield factors of one type; what cannot be converted is compared in its own currency."""
        done: set[int] = set()
        currencies = {currency for sums in self._sums for currency in sums.get(kind, ())}
        for currency in sorted(currencies, key=lambda code: (code != EURO, code)):
            for number, factor in self._of_currency(kind, currency, families):
                if number not in done:
                    done.add(number)
                    yield (number, kind), factor

    def _of_currency(self, kind: str, currency: str, families: _Families) -> Iterator[tuple[int, float]]:
        rolled: dict[int, Decimal] = {}
        for number in families.order:
            own = self._sums[number].get(kind, {}).get(currency, _ZERO)
            below = _ZERO
            for child in families.children.get(number, ()):
                below = add(below, rolled[child] / families.parents[child])
            rolled[number] = max(own, below, _ZERO)
            if own > 0 and below > 0:
                yield number, float(max(_ZERO, own - below) / own)


class _Families:
    """Children of each parent without circles, and an order in which children come before parents."""

    def __init__(self, edges: set[tuple[int, int]], size: int) -> None:
        self.children: dict[int, list[int]] = {}
        self.parents: dict[int, int] = {}
        self.order: list[int] = []
        below: dict[int, list[int]] = {}
        for parent, child in sorted(edges):
            below.setdefault(parent, []).append(child)
        state = bytearray(size)
        for number in range(size):
            if below and not state[number]:
                self._visit(number, below, state)

    def _visit(self, first: int, below: dict[int, list[int]], state: bytearray) -> None:
        """Walk down from an activity, without recursion.

        ``state`` is 1 while an activity is open, 2 when it is done.
        """
        stack = [(first, iter(below.get(first, ())))]
        state[first] = 1
        while stack:
            number, children = stack[-1]
            child = next(children, None)
            if child is None:
                state[number] = 2
                self.order.append(number)
                stack.pop()
                continue
            if state[child] == 1:
                continue  # the circle closes here
            self.children.setdefault(number, []).append(child)
            self.parents[child] = self.parents.get(child, 0) + 1
            if not state[child]:
                state[child] = 1
                stack.append((child, iter(below.get(child, ()))))
