"""Sheet → XML → sheet and XML → sheet → XML lose nothing of what the sheet holds."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from ckanext.ess.iati.convert import Options, convert
from ckanext.ess.iati.convert.columns import Column, column, columns
from ckanext.ess.iati.convert.grid import Grid, Key, in_use
from ckanext.ess.iati.convert.messages import line
from ckanext.ess.iati.convert.tabulate import Tabulated, tabulate
from ckanext.ess.iati.convert.values import codes
from ckanext.ess.iati.convert.workbook import write_csv, write_xlsx
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.tests.unit.convert_sheets import NOW

EXAMPLES = Path(__file__).resolve().parents[4].parent / "shared" / "samples" / "official-examples"
LANGS = st.sampled_from(["fr", "en"])
FORMATS = st.sampled_from(["xlsx", "csv"])

LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp", "Co"), exclude_characters=";"
)
TEXTS = st.text(LETTERS, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
#: Texts that are not the whole row nor look like a heading, a total or an example.
PHRASES = TEXTS.map(lambda text: f"Phrase {text}")
DAYS = st.dates(min_value=NOW.date().replace(year=2015), max_value=NOW.date()).map(
    lambda day: day.isoformat()
)
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(
    lambda one: f"{one.normalize() + 0:f}"
)
POSITIVE = st.decimals(min_value=1, max_value=10**9, places=2).map(lambda one: f"{one.normalize():f}")
DEGREES = st.decimals(min_value=-89, max_value=89, places=4).map(lambda one: f"{one:f}")


def _code(one: Column, lang: str) -> st.SearchStrategy[str]:
    return st.sampled_from([codes.label(one.list, code.code, lang) for code in codelist(one.list).active()])


@st.composite
def shares(draw: st.DrawFn, name: str, lang: str) -> str:
    found = draw(st.lists(st.sampled_from(codelist(name).active()), min_size=1, max_size=4, unique=True))
    if len(found) == 1:
        return codes.label(name, found[0].code, lang)
    first = 100 - 10 * (len(found) - 1)
    return ";".join(f"{one.code}:{10 if place else first}" for place, one in enumerate(found))


def value(one: Column, lang: str) -> st.SearchStrategy[str]:
    """Values of a column as ``tabulate`` writes them."""
    if one.kind == "code":
        return _code(one, lang)
    if one.kind == "shares":
        return shares(one.list, lang)
    if one.kind == "codes":
        return st.lists(
            st.sampled_from(list(codelist(one.list).codes)), min_size=1, max_size=3, unique=True
        ).map(";".join)
    if one.kind == "names":
        return st.lists(PHRASES, min_size=1, max_size=3).map(";".join)
    return VALUES[one.kind]


VALUES: dict[str, st.SearchStrategy[str]] = {
    "text": PHRASES,
    "date": DAYS,
    "amount": AMOUNTS,
    "year-budget": POSITIVE,
    "measured": POSITIVE,
    "email": st.just("contact@exemple.org"),
    "url": st.sampled_from(["https://exemple.org/a.pdf", "http://exemple.org/?a=1"]),
    "organisation": st.just("XM-DAC-4-3"),
    "year": st.integers(1990, 2025).map(str),
    "yes-no": st.sampled_from(["oui", "non"]),
    "latitude": DEGREES,
    "longitude": DEGREES,
}

LEFT_OUT = {
    "id", "iati_identifier", "project", "region", "start", "end", "budget", "budget_start", "budget_end",
    "planned_end", "actual_end", "actual_start", "document_url", "document_title", "document_category",
    "value_date",
}  # fmt: skip
TYPED = {"organisations", "types", "year-transaction"}


@st.composite
def rows(draw: st.DrawFn, sheet: str, lang: str) -> dict[Key, str]:
    """A row with everything that is required and some of the rest."""
    row: dict[Key, str] = {}
    always = {"country", "funder", "planned_start"} if sheet == "projects" else set()
    for one in columns(sheet):
        if one.key in LEFT_OUT or one.kind in TYPED or one.needed_with:
            continue
        if one.yearly:
            for year in draw(st.sets(st.sampled_from(["2024", "2025", "2026"]))):
                row[one, year] = draw(value(one, lang))
        elif one.required or one.key in always or draw(st.booleans()):
            row[one, ""] = draw(value(one, lang))
    for one in columns(sheet):
        beside = one.needed_with
        if beside and any(key[0].target.startswith(f"{beside}/") for key in row) and one.key not in LEFT_OUT:
            row[one, ""] = draw(value(one, lang))
    return row


@st.composite
def books(draw: st.DrawFn, lang: str) -> dict[str, Grid]:
    """Some projects with rows on every sheet."""
    who = {
        "id": "FR-RCS-123456782",
        "name": "Exemple Sahel",
        "type": codes.label("OrganisationType", "22", lang),
        "currency": codes.label("Currency", "EUR", lang),
        "language": codes.label("Language", "fr", lang),
    }
    own_row: dict[Key, str] = {(column("organisation", key), ""): text for key, text in who.items()}
    grids = {"organisation": Grid("organisation", [own_row])}
    projects = grids["projects"] = Grid("projects")
    for number in range(draw(st.integers(1, 3))):
        own = f"P{number}"
        projects.rows.append({(column("projects", "id"), ""): own, **draw(rows("projects", lang))})
        for sheet in ("transactions", "results", "places", "documents"):
            grid = grids.setdefault(sheet, Grid(sheet))
            for other in draw(st.lists(rows(sheet, lang), max_size=2)):
                grid.rows.append({(column(sheet, "project"), ""): own, **other})
                if sheet == "results":  # rows with the same title are one result
                    grid.rows[-1][column(sheet, "title"), ""] += f" {len(grid.rows)}"
    return grids


def written(grids: dict[str, Grid], folder: Path, lang: str, form: str) -> list[Path]:
    if form == "xlsx":
        write_xlsx(folder / "a.xlsx", in_use(grids.values()), lang, with_help=False)
        return [folder / "a.xlsx"]
    found = []
    for grid in in_use(grids.values()):
        found.append(folder / f"{grid.name(lang)}.csv")
        with found[-1].open("w", encoding="utf-8-sig", newline="") as stream:
            write_csv(stream, grid, lang, with_help=False)
    return found


def to_xml(paths: list[Path], lang: str) -> bytes:
    stream = io.BytesIO()
    outcome = convert(paths, stream, Options(partial=True, now=NOW))
    ours = [one for one in outcome.problems if one.severity == "error" and one.finding is None]
    assert [line(one, lang) for one in ours] == []
    assert [
        line(one, lang) for one in outcome.problems if one.finding and one.finding.category == "schema"
    ] == []
    return stream.getvalue() if not outcome.left_out else b""


def tables(found: Tabulated) -> dict[str, list[dict[tuple[str, str], str]]]:
    """Rows by sheet, comparable; identifiers of results may come in the order of the results."""
    return {
        sheet: sorted(
            ({(one.key, year): _plain(one, text) for (one, year), text in row.items()} for row in grid.rows),
            key=lambda row: sorted(row.items()),
        )
        for sheet, grid in found.grids.items()
        if grid.rows
    }


def _plain(one: Column, text: str) -> str:
    return text.replace(",", ".") if one.kind == "shares" else text


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(st.data(), LANGS, FORMATS)
def test_sheet_to_xml_to_sheet(data: st.DataObject, lang: str, form: str):
    grids = data.draw(books(lang))
    with tempfile.TemporaryDirectory() as folder:
        xml = to_xml(written(grids, Path(folder), lang, form), lang)
        if not xml:
            return  # a rule of the standard forbids what was drawn, such as an end before the start
        (Path(folder) / "a.xml").write_bytes(xml)
        back = tabulate(Path(folder) / "a.xml", lang)
        assert back.left == []
        assert to_xml(written(back.grids, Path(folder), lang, form), lang) == xml
    given_back = _without_defaults(tables(Tabulated(grids=grids)))
    for sheet, found in _without_defaults(tables(back)).items():
        for one, two in zip(found, given_back[sheet], strict=True):
            assert {
                key: (one.get(key), two.get(key)) for key in {*one, *two} if one.get(key) != two.get(key)
            } == {}


def _without_defaults(
    found: dict[str, list[dict[tuple[str, str], str]]],
) -> dict[str, list[dict[tuple[str, str], str]]]:
    """The organisation's codes are kept as codes; a format that the address tells is not written."""
    found.pop("organisation")
    for row in found["projects"]:
        row.pop(("currency", ""), None)  # the first project's becomes the organisation's
    for row in found.get("documents", []):
        row.pop(("format", ""), None)
    return found


def _held(path: Path) -> list[Path]:
    return sorted(path.rglob("*activity*.xml")) + sorted(path.rglob("*organisation*.xml"))


@pytest.mark.parametrize("version", ["2.01", "2.02", "2.03"])
def test_official_examples(version: str, tmp_path: Path):
    """XML → sheet → XML → sheet: the second sheet is the first, and what the sheet cannot hold is gone."""
    path = EXAMPLES / version / "activity-standard-example-annotated.xml"
    if not path.exists():
        pytest.skip("the official examples are not here")
    first = tabulate(path, "fr")
    assert first.left
    stream = io.BytesIO()
    outcome = convert(written(first.grids, tmp_path, "fr", "xlsx"), stream, Options(now=NOW))
    mine = [one for one in outcome.problems if one.severity == "error" and one.finding is None]
    assert {one.code for one in mine} <= {"missing-place", "url"}, [line(one, "fr") for one in mine]


def test_values_are_all_in_the_sheet_or_in_the_list(tmp_path: Path):
    """Every text and attribute of the official example is found again, as it is or by its name."""
    path = EXAMPLES / "2.03" / "activity-standard-example-annotated.xml"
    if not path.exists():
        pytest.skip("the official examples are not here")
    found = tabulate(path, "en")
    listed = " ".join(one.value for one in found.left)
    cells = {
        " ".join(text.split()) for grid in found.grids.values() for row in grid.rows for text in row.values()
    }
    everything = " ".join((*cells, listed))
    tree = etree.parse(str(path))
    texts = [" ".join(text.split()) for text in tree.getroot().itertext() if text.strip()]
    texts.remove("AA-AAA-123456789-ABC123")  # the sheet holds the organisation's part and the project's
    assert [text for text in texts if text not in everything and not _number_in(text, cells)] == []


def _number_in(text: str, cells: set[str]) -> bool:
    return any(part in cells for part in text.split()) or any(cell.startswith(f"{text} ") for cell in cells)


def test_the_list_goes_to_a_file(tmp_path: Path):
    from ckanext.ess.commands import main

    path = EXAMPLES / "2.03" / "organisation-standard-example-annotated.xml"
    if not path.exists():
        pytest.skip("the official examples are not here")
    left = tmp_path / "left.csv"
    assert (
        main(["tabulate", str(path), "-o", str(tmp_path / "a.xlsx"), "--left", str(left), "--lang", "en"])
        == 0
    )
    listed = list(csv.reader(left.open(encoding="utf-8-sig")))
    assert listed[0] == ["activity", "path", "value"]
    assert any("recipient-org-budget" in row[1] for row in listed)
