"""The maintainer's import: the committed tables are what it derives, and a refresh shows what changes."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ckanext.ess.tests.shared import REPOSITORY, shared

DATA = REPOSITORY / "ckanext/ess/iati/standard/data"


@pytest.fixture
def importer(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """``tools/import_standard.py`` as a module."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    specification = importlib.util.spec_from_file_location(
        "import_standard", REPOSITORY / "tools/import_standard.py"
    )
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    yield module
    for name in [name for name in sys.modules if name.partition(".")[0] == "standard_import"]:
        del sys.modules[name]


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A copy of the official files that a test may change."""
    copy = tmp_path / "newer"
    shutil.copytree(shared("standard"), copy)
    return copy


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_committed_tables_are_what_the_import_derives(
    importer: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert importer.main([str(shared("standard")), "--check"]) == 0, capsys.readouterr().out


def test_every_table_is_derived_or_ours(importer: ModuleType) -> None:
    derived = {REPOSITORY / path for path in importer.derive(shared("standard"))}
    ours = {DATA / "french.tsv", DATA / "replacements.tsv"}
    assert set(DATA.rglob("*.tsv")) == {path for path in derived if DATA in path.parents} | ours


@pytest.mark.parametrize(
    ("file", "before", "after", "printed"),
    [
        (
            "codelists/non-embedded/UNSDG-Goals.xml",
            "Éliminer la faim",
            "Supprimer la faim",
            [
                "codelists/all/UNSDG-Goals.tsv: +0 -0 ~1",
                "~ 2: fr: 'Objectif 2. Éliminer",
                "-> 'Objectif 2. Supprimer",
            ],
        ),
        (
            "codelists/embedded/2.03/BudgetType.xml",
            "<code>2</code>",
            "<code>3</code>",
            ["codelists/2.03/BudgetType.tsv: +1 -1 ~0", "+ 3 | Revised", "- 2 | Revised"],
        ),
        (
            "codelists/non-embedded/OrganisationType.xml",
            "<codelist-item>",
            '<codelist-item status="withdrawn" withdrawal-date="2027-01-01">',
            ["~ 10: status: 'active' -> 'withdrawn'; withdrawn: '' -> '2027-01-01'"],
        ),
        (
            "schemas/2.03/iati-activities-schema.xsd",
            '<xsd:element ref="tag" minOccurs="0" maxOccurs="unbounded"/>',
            '<xsd:element ref="tag" minOccurs="1" maxOccurs="2"/>',
            [
                "elements/2.03-activities.tsv: +0 -0 ~1",
                "~ iati-activity/tag: min: '0' -> '1'; max: '*' -> '2'",
            ],
        ),
        (
            "rulesets/2.03.json",
            '"separator": "-"',
            '"separator": "_"',
            ["rules/2.03.tsv: +0 -0 ~1", "~ 1.1.21: params:"],
        ),
        (
            "LICENCES.md",
            "2024-10-22",
            "2027-03-01",
            ["origins.tsv", "date: '2024-10-22' -> '2027-03-01'"],
        ),
    ],
    ids=["name", "code", "withdrawn", "element", "rule", "origin"],
)
def test_a_refresh_shows_what_changes_and_writes_nothing_when_only_asked(
    importer: ModuleType,
    newer: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    before: str,
    after: str,
    printed: list[str],
) -> None:
    change(newer / file, before, after)
    tables = {path: path.read_bytes() for path in DATA.rglob("*.tsv")}
    assert importer.main([str(newer), "--check"]) == 1
    said = capsys.readouterr().out
    for words in printed:
        assert words in said
    assert said.rstrip().endswith("would change")
    assert {path: path.read_bytes() for path in DATA.rglob("*.tsv")} == tables


def test_a_refresh_writes_and_removes(
    importer: ModuleType, newer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "ckanext/ess/iati/standard/data", root / "ckanext/ess/iati/standard/data")
    shutil.copytree(REPOSITORY / "ckanext/ess/identifiers/data", root / "ckanext/ess/identifiers/data")
    monkeypatch.setattr(importer, "ROOT", root)
    monkeypatch.setattr(
        importer, "KEPT_BY_HAND", {root / path.relative_to(REPOSITORY) for path in importer.KEPT_BY_HAND}
    )
    (newer / "codelists/embedded/2.03/BudgetType.xml").unlink()
    change(newer / "codelists/non-embedded/UNSDG-Goals.xml", "Éliminer la faim", "Supprimer la faim")
    assert importer.main([str(newer)]) == 0
    data = root / "ckanext/ess/iati/standard/data"
    assert not (data / "codelists/2.03/BudgetType.tsv").exists()
    assert "Supprimer la faim" in (data / "codelists/all/UNSDG-Goals.tsv").read_text(encoding="utf-8")
    assert (data / "french.tsv").exists()
    assert importer.main([str(newer), "--check"]) == 0


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        (
            "schemas/2.03/iati-activities-schema.xsd",
            "<xsd:sequence>",
            '<xsd:sequence maxOccurs="2">',
            "xsd:sequence",
        ),
        (
            "schemas/2.02/iati-common.xsd",
            'processContents="lax"',
            'processContents="strict"',
            "processContents",
        ),
        ("rulesets/1.05.json", "'start-planned'", "'start-hoped'", "start-hoped"),
        ("rulesets/2.02.json", '"id": "1.1.3"', '"id": "1.1.999"', "1.1.999"),
        ("mapping/2.01.xml", "@vocabulary = '7'", "@vocabulary > 7", "@vocabulary > 7"),
        ("codelist-rules/2.03.tsv", "@vocabulary='7'", "@vocabulary>7", "@vocabulary>7"),
        ("mapping/2.03.xml", 'ref="BudgetNotProvided"', 'ref="BudgetType"', "BudgetNotProvided"),
    ],
    ids=["order", "wildcard", "old rule", "number", "mapping", "condition", "list"],
)
def test_what_the_tables_cannot_say_stops_the_import(
    importer: ModuleType, newer: Path, file: str, before: str, after: str, message: str
) -> None:
    change(newer / file, before, after)
    with pytest.raises((ValueError, KeyError)) as caught:
        importer.derive(newer)
    assert message in str(caught.value)


def test_a_folder_of_something_else_is_refused(
    importer: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        importer.main([str(tmp_path)])
    assert "has no folder named schemas" in capsys.readouterr().err
