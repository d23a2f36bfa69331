"""A sheet as a table: its titles, and its rows as records; what is no project is said and left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ckanext.ess.iati.convert.book import Sheet
from ckanext.ess.iati.convert.cell import Cell, Place, Row
from ckanext.ess.iati.convert.columns import ORGANISATION, PROJECTS, Column, column, columns
from ckanext.ess.iati.convert.fields import HANDLERS
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.iati.convert.header import Bound, Header, Mapped, find, is_help
from ckanext.ess.iati.convert.options import Options
from ckanext.ess.iati.convert.problem import Problem
from ckanext.ess.iati.convert.record import Record
from ckanext.ess.iati.convert.titles import Match, proposal, several_years
from ckanext.ess.iati.convert.values.refused import Refused

_TOTALS = ("total", "totaux", "sous total", "sous totaux", "subtotal", "totals", "somme")
_EXAMPLES = frozenset(
    {"EXEMPLE-1", "EXEMPLE-2", "EXAMPLE-1", "EXAMPLE-2", "Association Exemple", "Example Association"}
)
_REMARK = 25
#: Columns that name the thing a row is about, where it is not the project.
_OWN = {PROJECTS: "id", ORGANISATION: "id"}
#: What the organisation's sheet, or a full identifier, may stand in for; looked at later.
_DEFAULTED = frozenset({"sector", "id"})
_PERIOD = frozenset({"budget_start", "budget_end"})
#: Control characters that a text may hold.
_SPACES = frozenset("\n\r\t")


class Table:
    """A sheet whose titles were found. ``problems`` are those of the sheet, titles included."""

    def __init__(self, sheet: Sheet, header: Header, rows: Iterator[Row], options: Options) -> None:
        self.name, self.header, self.kind = sheet.name, header, header.kind
        self._rows, self._options = rows, options
        self.problems: list[Problem] = []
        self._said: set[tuple[str, int]] = set()
        self._strange: set[int] = set()
        self._lacking: dict[frozenset[str], tuple[Column, ...]] = {}
        self._spans: list[tuple[int, Cell]] = []
        self._added = _added(header, options.added)
        self._check_titles()

    def rows(self) -> Iterator[Row]:
        """Rows that hold data."""
        for row in self._rows:
            row = self._spread(row)  # noqa: PLW2901 - the row with what merged cells show in it
            if reason := self._no_data(row):
                self._say(reason, row)
                continue
            if row.hidden:
                self._once("hidden-row", "note", Place(self.name, row.number))
            yield self._with_added(row)

    def titles(self) -> dict[int, str]:
        """Titles as they are written, by column."""
        return {number: bound.title for number, bound in self.header.bound.items()}

    def _check_titles(self) -> None:
        for row in self.header.above:
            self._say("above", row)
        for cell in self.header.unused:
            place = Place(self.name, self.header.first, cell.column)
            self.problems.append(Problem("group-title", "note", place, cell.text))
        taken: dict[tuple[object, str, int], int] = {}
        for number, bound in self.header.bound.items():
            if not bound.match:
                continue
            match = bound.match
            first = taken.setdefault((match.column, match.year, match.number), number)
            if first != number:
                other = Place(self.name, self.header.last, first).address
                self._title("title-twice", number, bound, other=other)

    def _title(self, code: str, number: int, bound: Bound, severity: str = "error", **params: str) -> None:
        place = Place(self.name, self.header.last, number)
        self.problems.append(Problem(code, severity, place, bound.title, params))  # type: ignore[arg-type]

    def _say(self, code: str, row: Row) -> None:
        text = " | ".join(cell.text for cell in row.cells)
        self.problems.append(Problem(code, "note", Place(self.name, row.number), text))

    def _once(self, code: str, severity: str, place: Place, value: str = "", **params: str) -> None:
        if (code, place.column) not in self._said:
            self._said.add((code, place.column))
            self.problems.append(Problem(code, severity, place, value, params))  # type: ignore[arg-type]

    def _no_data(self, row: Row) -> str:
        """Return the code of what a row is instead of data; "" for data."""
        texts = [cell.text for cell in row.cells]
        if any(text.strip() in _EXAMPLES for text in texts[:2]):
            return "example-row"
        if is_help(row, self.header):
            return "help-row"
        if all(text.strip() == self._title_of(cell) for text, cell in zip(texts, row.cells, strict=True)):
            return "titles-again"
        first = next((cell.text for cell in row.cells if cell.kind == "text"), "").strip()
        if len(first) < _REMARK and fold(first).startswith(_TOTALS) and not self._has_own_number(row):
            return "totals"
        if (
            len(texts) == 1
            and row.cells[0].kind == "text"
            and " " in texts[0].strip()
            and len(texts[0]) > _REMARK
        ):
            return "remark"
        return ""

    def _title_of(self, cell: Cell) -> str:
        bound = self.header.bound.get(cell.column)
        return bound.title if bound else ""

    def _has_own_number(self, row: Row) -> bool:
        """Whether the column that names the project has something else than the word for a total."""
        own = self.header.number(column(self.kind, _OWN.get(self.kind, "project")))
        return any(cell.column == own and not fold(cell.text).startswith(_TOTALS) for cell in row.cells)

    def _spread(self, row: Row) -> Row:
        """Give a row what cells merged over it from above show; say so once for each."""
        self._spans = [(last, cell) for last, cell in self._spans if last >= row.number]
        cells = {cell.column: cell for cell in row.cells}
        for _, cell in self._spans:
            cells.setdefault(cell.column, cell)
        for first, height, width in row.merged:
            cell = next((one for one in row.cells if one.column == first), None)
            if cell is None:
                continue
            place = Place(self.name, row.number, first)
            last = Place(self.name, row.number + height - 1, first + width - 1)
            code = "merged" if height > 1 else "merged-across"
            self.problems.append(Problem(code, "note", place, cell.text, {"last": last.address}))
            if height > 1:
                self._spans.append((row.number + height - 1, cell))
        return row._replace(cells=tuple(cells[number] for number in sorted(cells)))

    def _with_added(self, row: Row) -> Row:
        """Give a row the values of columns that the file lacks."""
        there = {cell.column for cell in row.cells}
        more = tuple(cell for cell in self._added if cell.column not in there)
        return row._replace(cells=row.cells + more) if more else row

    def record(self, row: Row) -> Record:
        """Read a row."""
        record = Record(self.header, self.name, row.number)
        filled: set[str] = set()
        for cell in row.cells:
            bound = self.header.bound.get(cell.column)
            if bound is None or bound.match is None:
                self._unknown(cell, bound)
                continue
            filled.add(bound.match.column.key)
            self._read(record, bound.match, cell)
            self._remark(bound, cell)
        self._needs(record, filled)
        return record

    def _read(self, record: Record, match: Match, cell: Cell) -> None:
        place = Place(self.name, record.row, cell.column)
        try:
            _refuse_unfit(cell, self._options.limits.text)
            HANDLERS[match.column.kind](record, match, cell, place)
        except Refused as refused:
            record.refuse(refused.code, place, cell.text, refused.params)

    def _unknown(self, cell: Cell, bound: Bound | None) -> None:
        """A cell under a title that means nothing to us, or under none."""
        if cell.column in self._strange:  # its title is looked at once, whatever the number of rows
            return
        self._strange.add(cell.column)
        place = Place(self.name, self.header.last, cell.column)
        if bound is None or not bound.title:
            self._once("untitled", "warning", place, cell.text)
        elif bound.left_out:
            self._once("left-out", "note", place, bound.title)
        elif yearly := several_years(self.kind, bound.title):
            self._once("title-years", "error", place, bound.title, key=yearly.key, sheet=self.kind)
        elif close := proposal(self.kind, bound.title, self.header.lang):
            self._once("title-close", "error", place, bound.title, close=close)
        else:
            self._once("title-unknown", "warning", place, bound.title)

    def _remark(self, bound: Bound, cell: Cell) -> None:
        """What a column is taken for, where its title leaves that open; said once."""
        place = Place(self.name, self.header.last, cell.column)
        if bound.match and bound.match.column.vague:
            self._once("title-vague", "note", place, bound.title)
        elif bound.match and bound.match.column.kind == "year-transaction":
            self._once("year-dated", "note", place, bound.title, date=f"31/12/{bound.match.year}")

    def _needs(self, record: Record, filled: set[str]) -> None:
        """Note what is missing beside what is there."""
        record.filled = frozenset(filled)
        if record.filled not in self._lacking:
            self._lacking[record.filled] = _lacking(self.kind, record.filled)
        for one in self._lacking[record.filled]:
            if one.required:
                record.lacks("missing", one)
            else:
                self._missing_beside(record, one.key, filled)

    def _missing_beside(self, record: Record, key: str, filled: set[str]) -> None:
        """A budget without a period is one thing to say, not two."""
        undated = key in _PERIOD and not filled & _PERIOD
        if undated and key == "budget_end":
            return
        at = record.at(column(self.kind, "budget" if undated else key))
        code = "budget-undated" if undated else "missing-beside"
        record.say(code, "error", at, "", key=key, sheet=self.kind)


def _added(header: Header, added: Mapping[str, str]) -> list[Cell]:
    """Add columns after those of the file; return their cells with a value, the same in every row."""
    cells: list[Cell] = []
    for name, value in added.items():
        kind, _, key = name.partition(".")
        one = next((known for known in columns(kind) if known.key == key and not known.yearly), None)
        if kind != header.kind or one is None or header.number(one):
            continue
        number = max(header.bound) + 1
        header.bound[number] = Bound(one.label(header.lang), Match(one))
        if value.strip():
            cells.append(Cell(number, value))
    return cells


def _lacking(kind: str, filled: frozenset[str]) -> tuple[Column, ...]:
    """Columns that a row with some others filled in lacks."""
    known = columns(kind)
    targets = [one.target for one in known if one.key in filled]
    return tuple(
        one
        for one in known
        if one.key not in filled
        and (
            (one.required and not (kind == PROJECTS and one.key in _DEFAULTED))
            or (one.needed_with and any(_inside(target, one.needed_with) for target in targets))
        )
    )


def _inside(target: str, beside: str) -> bool:
    return target == beside or target.startswith(f"{beside}/")


def _refuse_unfit(cell: Cell, longest: int) -> None:
    """Cells that hold no value at all, or one that no file can hold."""
    if cell.kind == "error":
        raise Refused("cell-error")
    if cell.kind == "formula":
        raise Refused("cell-formula")
    if len(cell.text) > longest:
        raise Refused("cell-long", length=str(len(cell.text)), limit=str(longest))
    for char in cell.text:
        if (char < " " and char not in _SPACES) or "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff":
            raise Refused("cell-character", character=f"U+{ord(char):04X}")


def open_table(sheet: Sheet, options: Options, mapped: Mapped) -> Table | None:
    """Return a sheet as a table; None where no titles are found."""
    header, rows = find(sheet.name, sheet.rows(), mapped)
    return Table(sheet, header, rows, options) if header else None
