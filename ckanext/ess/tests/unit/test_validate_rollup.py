"""What is seen of a file while it is checked: pieces in order, counts by rule, first findings with lines."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ckanext.ess.iati.read import Piece
from ckanext.ess.iati.validate.excerpt import WIDTH, excerpt
from ckanext.ess.iati.validate.options import Options
from ckanext.ess.iati.validate.rollup import FIRST, Rollup, rolled_up
from ckanext.ess.iati.validate.run import examine
from ckanext.ess.tests.shared import shared_files

FILES = [path for path in shared_files("samples/*/*.xml") if path.stat().st_size < 300_000][:25]
WRONG = """<iati-activity><iati-identifier>FR-{0}</iati-identifier>
<what-is-this/>
<title/></iati-activity>
"""
FILE = '<iati-activities version="2.03">\n{0}</iati-activities>'


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_counts_are_those_of_the_report(path: Path):
    """Watching changes nothing, and each rule has as many findings, each kind its share of them."""
    rollup = Rollup()
    report = examine(path, Options(), observer=rollup).report
    alone = examine(path, Options()).report
    assert (report.summary, report.findings) == (alone.summary, alone.findings)
    rules = rollup.complete(report)
    assert {rule.rule: rule.count for rule in rules} == dict(report.rules)
    assert all(sum(kind.count for kind in rule.kinds.values()) == rule.count for rule in rules)
    later = {rule.rule: (rule.count, rule.activities) for rule in rolled_up(report)}
    assert later == {rule.rule: (rule.count, rule.activities) for rule in rules}


def test_pieces_come_in_order_with_their_elements():
    """Whoever wants more of a file than findings reads it in the same pass."""
    seen: list[tuple[int, str | None]] = []

    def observer(piece: Piece, element: object, findings: object) -> None:
        seen.append((piece.number, None if element is None else element.findtext("iati-identifier")))  # type: ignore[attr-defined]

    body = "".join(map(WRONG.format, range(3))) + "<iati-activity><title></iati-activity>"
    examine(io.BytesIO(FILE.format(body).encode()), Options(), observer=observer)
    assert seen == [(1, "FR-0"), (2, "FR-1"), (3, "FR-2"), (4, None)]


def test_first_findings_carry_their_lines():
    """The line in question with its neighbours, by the numbers they have in the file."""
    rollup = Rollup()
    report = examine(
        io.BytesIO(FILE.format("".join(map(WRONG.format, range(9)))).encode()), Options(), observer=rollup
    ).report
    kind = next(rule for rule in rollup.complete(report) if rule.rule == "0.3.1").kinds["element-unexpected"]
    assert (len(kind.first), kind.activities) == (FIRST, 9)
    shown = kind.first[1].excerpt
    assert [line["line"] for line in shown] == [5, 6, 7]
    assert [line["text"] for line in shown if line["here"]] == ["<what-is-this/>"]


def test_broken_activities_carry_their_lines_too():
    """A file that is not well-formed shows where."""
    rollup = Rollup()
    text = FILE.format("<iati-activity>\n<title></iati-activity>\n" + WRONG.format(1))
    report = examine(io.BytesIO(text.encode()), Options(), observer=rollup).report
    broken = next(rule for rule in rollup.complete(report) if rule.rule == "0.1.1")
    first = next(iter(broken.kinds.values())).first[0]
    assert [line["text"] for line in first.excerpt if line["here"]] == ["<title></iati-activity>"]


@pytest.mark.parametrize("column", [1, 5_000, 10_000])
def test_long_lines_are_cut_around_the_place(column: int):
    """10,000 characters in a line are 10,000 characters nobody reads."""
    piece = Piece(1, b"<a>\n" + b"x" * 10_000 + b"\n</a>", 7, 3)
    shown = {line["line"]: line for line in excerpt(piece, 8, column)}
    assert list(shown) == [7, 8, 9]
    assert (len(shown[8]["text"]), shown[8]["cut"]) == (WIDTH, True)
    assert shown[8]["from"] <= column <= shown[8]["from"] + WIDTH
    assert (shown[7]["from"], shown[7]["cut"]) == (3, False)


@pytest.mark.parametrize("line", [None, 6, 10, 10**9])
def test_places_outside_have_no_lines(line: int | None):
    """Nothing is shown rather than something wrong."""
    assert excerpt(Piece(1, b"<a>\n\n</a>", 7, 1), line, 1) == []
