"""Texts of cells that somebody wrote over those of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ckanext.ess.iati.convert.cell import Cell, Row

#: Sheet → row → column → text; "" empties the cell.
Edits = Mapping[str, Mapping[int, Mapping[int, str]]]


def edited(rows: Iterable[Row], by_row: Mapping[int, Mapping[int, str]]) -> Iterator[Row]:
    """Yield the rows of a sheet as they were edited, rows that were empty before in their place.

    >>> [row.cells[0].text for row in edited([Row(3, (Cell(1, "c"),))], {2: {1: "b"}, 3: {1: "C"}})]
    ['b', 'C']
    """
    waiting = sorted(by_row)
    for row in rows:
        while waiting and waiting[0] < row.number:
            number = waiting.pop(0)
            yield from _written(Row(number, ()), by_row[number])
        if waiting and waiting[0] == row.number:
            yield from _written(row, by_row[waiting.pop(0)])
        else:
            yield row
    for number in waiting:
        yield from _written(Row(number, ()), by_row[number])


def _written(row: Row, texts: Mapping[int, str]) -> Iterator[Row]:
    cells = {cell.column: cell for cell in row.cells}
    for column, text in texts.items():
        cells.pop(column, None)
        if text.strip():
            cells[column] = Cell(column, text)
    if cells:
        yield row._replace(cells=tuple(cells[column] for column in sorted(cells)))
