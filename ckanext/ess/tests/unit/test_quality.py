"""Size, names and contents of the tracked files; the checkers' own verdicts."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from ckanext.ess.tests.imports import PACKAGE, product_modules
from ckanext.ess.tests.installed import ROOT, tracked_files

MEGABYTE = 1024 * 1024
LONGEST_MODULE = 400
USUAL_MODULE = 100

#: Names that say nothing about what is inside.
EMPTY_NAMES = {"util", "utils", "common", "manager", "managers", "misc", "tools", "stuff", "core", "lib"}

#: Written in pieces, so that this file passes its own test.
FOREIGN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/|/tmp/" + r"(?:dev|team)\b"),
    "a package registry's host": re.compile(
        r"\b(?:pypi|pythonhosted|npmjs|crates|golang|maven)" + r"\.(?:org|com|io)\b|\brepo1?\.maven\b"
    ),
    "a tracker's number without its tracker": re.compile(r"(?i)\b(?:see |of )?issue" + r" [0-9]+\b"),
}


def python_files() -> list[Path]:
    """Tracked Python files."""
    return [path for path in tracked_files() if path.suffix == ".py"]


def length(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text().splitlines())


def test_no_module_is_long():
    """One idea per module: 400 lines are too many for one."""
    long = {str(path): length(ROOT / path) for path in python_files() if length(ROOT / path) > LONGEST_MODULE}
    assert long == {}


def test_modules_are_usually_short():
    """Half of the modules with code in them have fewer than a hundred lines."""
    lengths = [length(path) for path in product_modules() if path.stat().st_size]
    assert statistics.median(lengths) < USUAL_MODULE


def test_module_names_say_something():
    """``utils`` is where ideas go to be forgotten."""
    names = {path: _idea(path) for path in product_modules()}
    assert {str(path) for path, name in names.items() if name in EMPTY_NAMES} == set()


@pytest.mark.parametrize("what", FOREIGN)
def test_nothing_of_one_machine_or_place(what: str):
    """Files make sense to a stranger, on any machine."""
    found = [
        f"{path}: {match.group()}"
        for path in tracked_files()
        if (text := _text(ROOT / path)) is not None
        for match in [FOREIGN[what].search(text)]
        if match
    ]
    assert found == []


def test_files_are_small():
    """No file over a megabyte, the whole under twenty."""
    sizes = {str(path): (ROOT / path).stat().st_size for path in tracked_files()}
    assert {name: size for name, size in sizes.items() if size > MEGABYTE} == {}
    assert sum(sizes.values()) < 20 * MEGABYTE


def test_every_layer_has_its_page():
    """A package of the product has a README with an example of how to add to it."""
    packages = {path.parent for path in PACKAGE.glob("*/__init__.py")}
    layers = [package for package in packages if package.name not in {"tests", "migration"}]
    assert [layer.name for layer in layers if "```" not in _text(layer / "README.md", "")] == []


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["pyright", "--pythonpath", sys.executable]],
    ids=lambda command: command[0] + command[1][:6],
)
def test_checkers_agree(command: list[str]):
    """The same commands as ``make lint``."""
    answer = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert answer.returncode == 0, (answer.stdout + answer.stderr)[-3000:]


def _text(path: Path, default: str | None = None) -> str | None:
    """A file's text; ``default`` where it is absent or not text."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return default


def _idea(path: Path) -> str:
    """The word that names a module's idea."""
    return path.parent.name if path.name == "__init__.py" else path.stem
