"""What is drawn above a list of projects: each block a sentence, a drawing, its table and its CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ckan.plugins import toolkit as tk

from ckanext.ess.charts import flow, years
from ckanext.ess.schema.money import exact, measure, short
from ckanext.ess.views.projects.address import Search

#: Measures in the order in which they are drawn, with what they are called.
MEASURES = ("commitments", "disbursements", "budget")
#: Rows of a list of bars in sight.
IN_SIGHT = 8


class Cell(NamedTuple):
    """One cell of a table: what is read, the exact value at hand, where it leads."""

    text: str
    exact: str = ""
    url: str = ""


class Bar(NamedTuple):
    """One row of a list of bars; ``share`` of the longest, in per cent."""

    label: str
    url: str
    text: str
    exact: str
    share: float
    count: int


@dataclass(frozen=True)
class Block:
    """A drawing and everything around it.

    Attributes:
        kind: which template draws it: ``years``, ``bars``, ``world``, ``points``, ``flow`` or ``goals``.
        title: what is measured, with its unit.
        note: what to know before one trusts it.
        headers, rows: its table.
        drawing: what the template draws, of :mod:`ckanext.ess.charts`.
        links: where a mark leads, by its key.
    """

    kind: str
    id: str
    title: str
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    drawing: Any = None
    note: str = ""
    csv_url: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def amount_cell(amount: float | None, currency: str = "EUR") -> Cell:
    """A cell with an amount."""
    return Cell(exact(amount, currency) or "–")


def per_year(search: Search, found: Mapping[str, Any], by: str = "transaction_year") -> Block | None:
    """Money per year, or nothing where there is none."""
    rows = [row for row in found["rows"] if str(row["value"]).isdigit()]
    groups = [
        years.Amounts(
            int(row["value"]),
            {name: row.get(name) or 0 for name in MEASURES},
            search.only(by, str(row["value"])).url() if by else "",
        )
        for row in rows
    ]
    drawing = years.draw(groups, MEASURES)
    if not drawing.groups:
        return None
    lines = [
        [
            Cell(str(group.year), url=group.url),
            *(amount_cell(group.by_measure[name]) for name in drawing.measures),
        ]
        for group in sorted(groups, reverse=True)
    ]
    names = [tk._("Year"), *(f"{measure(name)} (€)" for name in drawing.measures)]
    title = tk._("Money per year, in euros")
    return Block(
        "years", "per-year", title, names, lines, drawing, left_out(drawing.left_out), csv_url(search, "year")
    )


def csv_url(search: Search, by: str) -> str:
    """Where the numbers of a drawing can be had as CSV."""
    return search.url("ess_projects.table", by=by)


def left_out(number: int) -> str:
    """Say how many years the table has besides; nothing for none."""
    if not number:
        return ""
    return tk.ungettext(
        "{number} earlier year is in the table only.", "{number} earlier years are in the table only.", number
    ).format(number=number)


def main_measure(totals: Mapping[str, Any]) -> str:
    """Return the measure in which projects tell most money; it stands for all drawings of a page."""
    return max(MEASURES, key=lambda name: totals.get(f"{name}_eur") or 0)


def bars(
    search: Search,
    found: Mapping[str, Any],
    by: str,
    title: str,
    name: str,
    link: Callable[[str], str] | None = None,
) -> Block | None:
    """A list of values by amount, or by number of projects where there is no money."""
    rows = [row for row in found["rows"] if row["count"] or row.get("commitments")]
    if not rows:
        return None
    has_money = any(row.get(name) for row in rows)
    key = name if has_money else "count"
    ordered = sorted(rows, key=lambda row: -(row.get(key) or 0))
    most = max((row.get(key) or 0) for row in ordered) or 1
    to = link or (lambda value: search.only(by, value).url())
    drawn = [_bar(row, key, most, to) for row in ordered]
    unit = (
        tk._("{measure}, in euros").format(measure=measure(name)) if has_money else tk._("Number of projects")
    )
    return Block(
        "bars", f"by-{by}", title, headers(title), table(ordered, to), drawn, unit, csv_url(search, by)
    )


def _bar(row: Mapping[str, Any], key: str, most: float, link: Callable[[str], str]) -> Bar:
    amount = row.get(key) or 0
    text = str(amount) if key == "count" else short(amount)
    share = max(0.0, round(100 * amount / most, 2))
    whole = "" if key == "count" else exact(amount)
    return Bar(row["label"], link(str(row["value"])), text, whole, share, row["count"])


def headers(first: str) -> list[str]:
    """Headers of a table of sums, the first given."""
    return [first, tk._("Projects"), *(f"{measure(name)} (€)" for name in MEASURES)]


def table(rows: Iterable[Mapping[str, Any]], link: Callable[[str], str]) -> list[list[Cell]]:
    """A table of sums."""
    return [
        [
            Cell(row["label"], url=link(str(row["value"]))),
            Cell(str(row["count"])),
            *(amount_cell(row.get(name)) for name in MEASURES),
        ]
        for row in rows
    ]


def funding(search: Search, found: Mapping[str, Any]) -> Block | None:
    """Who funds whom."""
    rows = found["rows"]
    labels = {row["funder"]: row["funder_label"] for row in rows}
    targets = {row["implementer"]: row["implementer_label"] for row in rows}
    drawing = flow.draw(
        [flow.Sum(row["funder"], row["implementer"], row["amount"]) for row in rows if row["amount"]]
    )
    if drawing is None:
        return None
    links = {f"funder {key}": search.only("funder", key).url() for key in labels if key}
    links |= {f"implementer {key}": search.only("implementer", key).url() for key in targets if key}
    names = {f"funder {key}": label for key, label in labels.items()}
    names |= {f"implementer {key}": label for key, label in targets.items()}
    names |= {"funder ": tk._("Others"), "implementer ": tk._("Others")}
    lines = [
        [
            Cell(row["funder_label"], url=links.get(f"funder {row['funder']}", "")),
            Cell(row["implementer_label"], url=links.get(f"implementer {row['implementer']}", "")),
            amount_cell(row["amount"]),
            Cell(str(row["count"])),
        ]
        for row in rows
    ]
    heads = [tk._("Funder"), tk._("Implementer"), tk._("Commitments (€)"), tk._("Projects")]
    title = tk._("From funders to implementers, in euros")
    return Block("flow", "funding", title, heads, lines, drawing, links=links, labels=names)


def goals(search: Search, found: Mapping[str, Any]) -> Block | None:
    """The seventeen goals, each with its number of projects."""
    by_goal = {str(row["value"]): row for row in found["rows"]}
    if not any(row["count"] for row in by_goal.values()):
        return None
    links = {goal: search.only("sdg", goal).url() for goal in by_goal}
    rows = [row for _, row in sorted(by_goal.items(), key=lambda pair: pair[0].zfill(2))]
    most = max(row["count"] for row in rows)
    title = tk._("Projects by Sustainable Development Goal")
    drawing = [(goal, by_goal.get(goal), most) for goal in map(str, range(1, 18))]
    return Block(
        "goals",
        "goals",
        title,
        headers(tk._("Goal")),
        table(rows, links.__getitem__),
        drawing,
        csv_url=csv_url(search, "sdg"),
        links=links,
    )
