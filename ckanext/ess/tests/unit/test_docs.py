"""What is undocumented does not exist: options, actions, helpers, commands, facets; and the pages build."""

from __future__ import annotations

import doctest
import html
import importlib
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from ckanext.ess.commands import COMMANDS
from ckanext.ess.tests.imports import PACKAGE, layer_of, product_modules, public_names
from ckanext.ess.tests.installed import ROOT

DOCS = ROOT / "docs"
OPTIONS = {
    option["key"]: option
    for group in yaml.safe_load((PACKAGE / "config_declaration.yaml").read_text())["groups"]
    for option in group["options"]
}
DOCTESTED = [
    path
    for path in product_modules()
    if layer_of(path) in {"identifiers", "iati", "tables", "sources", "export", "index", "schema", "mapping"}
    and "\n>>> " in path.read_text()
]


def commands(command: click.Command, *before: str) -> list[str]:
    """A click command's subcommands as people type them."""
    words = (*before, command.name or "")
    if isinstance(command, click.Group):
        return [line for below in command.commands.values() for line in commands(below, *words)]
    return [" ".join(words)]


def dotted(path: Path) -> str:
    """Name of a module of the package."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The built pages as plain text, by name; a warning of Sphinx is a failure."""
    target = tmp_path_factory.mktemp("html")
    answer = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(DOCS), str(target)],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
    built = target.rglob("*.html")
    return {
        path.relative_to(target).as_posix(): html.unescape(re.sub(r"<[^>]+>", "", path.read_text()))
        for path in built
    }


def test_pages_build(pages: dict[str, str]):
    """Without a warning, and every source is reached from the index."""
    assert {path.relative_to(DOCS).with_suffix(".html").as_posix() for path in DOCS.rglob("*.rst")} <= set(
        pages
    )


@pytest.mark.parametrize("key", OPTIONS)
def test_every_option_is_documented_and_read(pages: dict[str, str], key: str):
    """Declared with a description, printed in the reference, read by one function of ``config.py``."""
    assert OPTIONS[key]["description"].strip()
    assert key in pages["configuration.html"]
    assert f'"{key}"' in (PACKAGE / "config.py").read_text() + (PACKAGE / "schema" / "setup.py").read_text()


def test_every_option_is_declared():
    """No module asks for an option of ours that is not in the declaration."""
    asked = {
        key
        for path in product_modules()
        if layer_of(path) != "embedded"
        for key in re.findall(r'"(ckanext\.ess\.[a-z_]+(?:\.[a-z_]+)*)"', path.read_text())
        if not (PACKAGE / Path(*key.split(".")[2:])).exists()
        and not (PACKAGE / Path(*key.split(".")[2:])).with_suffix(".py").exists()
    }
    assert asked <= set(OPTIONS)


@pytest.mark.parametrize("module", ["logic/action.py", "helpers.py"])
def test_every_action_and_helper_is_documented(pages: dict[str, str], module: str):
    """Each public function has its entry."""
    names = public_names(PACKAGE / module)
    assert names
    assert {name for name in names if name not in pages["api.html"]} == set()


def test_every_facet_is_documented(pages: dict[str, str]):
    """Their names are an interface."""
    names = OPTIONS["ckanext.ess.facets"]["default"].split()
    assert {name for name in names if name not in pages["facets.html"]} == set()


def test_every_field_is_documented(pages: dict[str, str]):
    """Both schemas, files included."""
    for name in ("dataset", "organization"):
        schema = yaml.safe_load((PACKAGE / "schema" / f"{name}.yaml").read_text())
        parts = [part for key, part in schema.items() if key.endswith("fields")]
        fields = {field["field_name"] for part in parts for field in part}
        assert {field for field in fields if field not in pages["schema.html"]} == set()


def test_every_command_is_documented(pages: dict[str, str]):
    """``ckan ess``, ``ess-portal`` and ``ess-iati``, with their options."""
    from ckanext.ess.cli import ess
    from ckanext.ess.embedded.command import parser

    listed = pages["commands.html"]
    portal = re.findall(r"^    (\w+)  ", parser().format_help(), re.MULTILINE)
    assert {"up", "down", "status", "run", "reset", "logs"} <= set(portal)
    wanted = [*commands(ess, "ckan"), *(f"ess-portal {word}" for word in portal)]
    wanted += [f"ess-iati {module.__name__.rpartition('.')[2]}" for module in COMMANDS]
    assert [command for command in wanted if command not in listed] == []


def test_the_two_commands_come_first():
    """A newcomer's first screen says how to see it run and how to test it."""
    opening = (ROOT / "README.rst").read_text()[:800]
    assert opening.index("make portal") < opening.index("make test") < 400


def test_make_targets_in_the_docs_exist():
    """``make x`` in a page is a target of the Makefile."""
    texts = [ROOT / "README.rst", *DOCS.rglob("*.rst"), *(ROOT / ".github").rglob("*.y*ml")]
    said = {word for path in texts for word in re.findall(r"(?:``|\$ |: )make ([a-z-]+)\b", path.read_text())}
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert said <= targets
    assert {"portal", "test", "lint", "docs"} <= said


@pytest.mark.parametrize("path", DOCTESTED, ids=dotted)
def test_examples_in_docstrings_are_true(path: Path):
    """What a docstring shows is what happens."""
    result = doctest.testmod(importlib.import_module(dotted(path)))
    assert result.attempted
    assert result.failed == 0
