"""Who funds whom: funders on the left, implementers on the right, a ribbon for each sum between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

#: More names than these on one side cannot be read; smaller ones are put together.
MOST = 8
_HEIGHT, _GAP, _LEAST = 420.0, 10.0, 16.0


class Sum(NamedTuple):
    """Money from one to another. An empty key stands for all those that are not named."""

    source: str
    target: str
    amount: float


class Node(NamedTuple):
    """A funder or an implementer: where it stands, in pixels from the top."""

    key: str
    amount: float
    y: float
    height: float


class Ribbon(NamedTuple):
    """A sum between two nodes: its edges on the left and on the right."""

    source: str
    target: str
    amount: float
    left: tuple[float, float]
    right: tuple[float, float]

    @property
    def path(self) -> str:
        """Its outline in a drawing 100 wide."""
        (a, b), (c, d) = self.left, self.right
        return f"M0 {a:.1f}C50 {a:.1f} 50 {c:.1f} 100 {c:.1f}V{d:.1f}C50 {d:.1f} 50 {b:.1f} 0 {b:.1f}z"


class Flow(NamedTuple):
    """The drawing."""

    sources: list[Node]
    targets: list[Node]
    ribbons: list[Ribbon]
    height: float


def draw(sums: Sequence[Sum]) -> Flow | None:
    """Place funders, implementers and what runs between them; None without money."""
    paid = [one for one in sums if one.amount > 0]
    if not paid:
        return None
    left, right = _largest(paid, "source"), _largest(paid, "target")
    grouped: dict[tuple[str, str], float] = {}
    for one in paid:
        pair = one.source if one.source in left else "", one.target if one.target in right else ""
        grouped[pair] = grouped.get(pair, 0) + one.amount
    sources, targets = _nodes(grouped, 0), _nodes(grouped, 1)
    height = max(node.y + node.height for node in [*sources, *targets])
    return Flow(sources, targets, _ribbons(grouped, sources, targets), round(height, 1))


def _largest(sums: Sequence[Sum], side: str) -> list[str]:
    totals: dict[str, float] = {}
    for one in sums:
        totals[getattr(one, side)] = totals.get(getattr(one, side), 0) + one.amount
    named = sorted((key for key in totals if key), key=lambda key: -totals[key])
    return named if len(totals) <= MOST else named[: MOST - 1]


def _nodes(grouped: dict[tuple[str, str], float], side: int) -> list[Node]:
    totals: dict[str, float] = {}
    for pair, amount in grouped.items():
        totals[pair[side]] = totals.get(pair[side], 0) + amount
    ordered = sorted(totals, key=lambda key: (not key, -totals[key]))
    whole, y, nodes = sum(totals.values()), 0.0, []
    for key in ordered:
        height = max(_LEAST, totals[key] / whole * _HEIGHT)
        nodes.append(Node(key, totals[key], round(y, 1), round(height, 1)))
        y += height + _GAP
    return nodes


def _ribbons(grouped: dict[tuple[str, str], float], sources: list[Node], targets: list[Node]) -> list[Ribbon]:
    used: dict[tuple[int, str], float] = {}
    ribbons = []
    for source in sources:
        for target in targets:
            amount = grouped.get((source.key, target.key))
            if amount:
                left, right = _edge(used, 0, source, amount), _edge(used, 1, target, amount)
                ribbons.append(Ribbon(source.key, target.key, amount, left, right))
    return ribbons


def _edge(used: dict[tuple[int, str], float], side: int, node: Node, amount: float) -> tuple[float, float]:
    start = used.get((side, node.key), node.y)
    end = start + amount / node.amount * node.height
    used[side, node.key] = end
    return round(start, 1), round(end, 1)
