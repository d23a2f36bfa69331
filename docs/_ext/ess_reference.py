"""Directives that write reference pages from what the code declares, so that nothing is described twice.

``ess-options`` (configuration), ``ess-fields`` and ``ess-presets`` (schemas), ``ess-functions`` (actions and
helpers), ``ess-click`` and ``ess-argparse`` (commands), ``ess-facets``,
``ess-columns`` (the spreadsheet), ``ess-activity-fields``.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import click
import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.ext.napoleon import Config, GoogleDocstring
from sphinx.util.docutils import SphinxDirective

PACKAGE = Path(__file__).resolve().parents[2] / "ckanext" / "ess"


class Written(SphinxDirective):
    """A directive whose content is reStructuredText made by ``lines``."""

    has_content = False

    def lines(self) -> Iterable[str]:
        """The text to put in the directive's place."""
        raise NotImplementedError

    def source(self, path: str) -> Path:
        """A file of the package; pages are built anew when it changes."""
        self.env.note_dependency(str(PACKAGE / path))
        self.env.note_dependency(__file__)
        return PACKAGE / path

    def run(self) -> list[nodes.Node]:
        """Parse the text here."""
        text = "\n".join(self.lines()).splitlines()
        place = nodes.section()
        place.document = self.state.document
        self.state.nested_parse(
            StringList(text, source=self.get_source_info()[0]), self.content_offset, place
        )
        return place.children


class Options(Written):
    """Configuration options, from ``config_declaration.yaml``."""

    def lines(self) -> Iterator[str]:
        """One entry an option."""
        declared = yaml.safe_load(self.source("config_declaration.yaml").read_text("utf-8"))
        for group in declared["groups"]:
            for option in group["options"]:
                yield f".. confval:: {option['key']}"
                yield f"   :type: {option.get('type', 'text')}"
                yield f"   :default: ``{_plain(option.get('default', ''))}``"
                yield ""
                yield from _indented(option["description"])
                yield ""


class Fields(Written):
    """Fields of a schema: ``.. ess-fields:: dataset.yaml dataset_fields``."""

    required_arguments = 2

    def lines(self) -> Iterator[str]:
        """A table, one row a field."""
        name, part = self.arguments
        schema = yaml.safe_load(self.source(f"schema/{name}").read_text("utf-8"))
        yield from (".. list-table::", "   :header-rows: 1", "   :widths: 34 26 40", "")
        yield from _row("Field, preset", "Label (fr / en)", "What it is for")
        for field in schema[part]:
            preset = f", ``{field['preset']}``" if "preset" in field else ""
            required = " (required)" if field.get("required") else ""
            label, help_text = field.get("label", ""), field.get("help_text", "")
            names = f"{label['fr']} / {label['en']}" if isinstance(label, dict) else label
            yield from _row(f"**{field['field_name']}**{required}{preset}", names, _english(help_text))
        yield ""


class Presets(Written):
    """Names of the presets, from ``schema/presets.yaml``."""

    def lines(self) -> Iterator[str]:
        """A table of presets with the list that each takes its values from."""
        presets = yaml.safe_load(self.source("schema/presets.yaml").read_text("utf-8"))["presets"]
        yield from (".. list-table::", "   :header-rows: 1", "   :widths: 30 25 45", "")
        yield from _row("Preset", "Values from", "Validators")
        for preset in presets:
            values = preset["values"]
            listed = f"``{values['ess_list']}``" if "ess_list" in values else ""
            validators = f"``{values['validators']}``" if "validators" in values else ""
            yield from _row(f"``{preset['preset_name']}``", listed, validators)
        yield ""


class Functions(Written):
    """Public functions of a module, from its ``__all__``: ``.. ess-functions:: logic/action.py``."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """One entry a function, its docstring below."""
        tree = ast.parse(self.source(self.arguments[0]).read_text("utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name in sorted(_all(tree)):
            if name not in functions:
                continue
            yield f".. py:function:: {name}"
            yield "   :no-index:"
            yield ""
            docstring = inspect.cleandoc(ast.get_docstring(functions[name]) or "")
            yield from _indented(str(GoogleDocstring(docstring, Config(napoleon_use_rtype=False))))
            yield ""


class ActivityFields(Written):
    """Fields of the core of activities, from ``index/activities/fields.py``."""

    def lines(self) -> Iterator[str]:
        """A table, one row a field."""
        self.source("index/activities/fields.py")
        fields = importlib.import_module("ckanext.ess.index.activities.fields").FIELDS
        yield from (".. list-table::", "   :header-rows: 1", "   :widths: 28 22 50", "")
        yield from _row("Field", "Type", "What it holds")
        for field in fields:
            several = ", several" if field.multi else ""
            yield from _row(f"``{field.name}``", f"{field.type}{several}", field.meaning)
        yield ""


class Columns(Written):
    """Columns of the spreadsheet, from the converter's own declaration: ``.. ess-columns:: fr``."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """A table for each sheet."""
        from ckanext.ess.iati.convert.columns import columns, sheets

        lang = self.arguments[0]
        self.source("iati/convert/columns.tsv")
        self.source("iati/convert/words.tsv")
        heads = {
            "fr": ("Titre", "Ce qu'on y met", "Aussi compris", "Dans IATI"),
            "en": ("Title", "What goes into it", "Also understood", "In IATI"),
        }
        for key, sheet in sheets().items():
            yield from (f".. rubric:: {sheet.title(lang)}", "")
            yield from (".. list-table::", "   :header-rows: 1", "   :widths: 22 34 26 18", "")
            yield from _row(*heads[lang])
            for column in columns(key):
                words = column.words(lang)
                needed = r" **\***" if column.required else ""
                year = "AAAA" if lang == "fr" else "YYYY"
                label = column.label(lang, year)
                others = ", ".join(name.replace("{year}", year) for name in words.synonyms[:4])
                target = f"``{column.target}``" if column.target and not column.target.startswith("@") else ""
                yield from _row(f"{label}{needed}", words.help, others, target)
            yield ""


class Click(Written):
    """A click command with its subcommands: ``.. ess-click:: ckanext.ess.cli:ess ckan``."""

    required_arguments = 2

    def lines(self) -> Iterator[str]:
        """Depth first."""
        module, _, name = self.arguments[0].partition(":")
        yield from self._command(getattr(importlib.import_module(module), name), self.arguments[1])

    def _command(self, command: click.Command, before: str) -> Iterator[str]:
        words = f"{before} {command.name}"
        if isinstance(command, click.Group):
            for name in sorted(command.commands):
                yield from self._command(command.commands[name], words)
            return
        with click.Context(command, info_name=words) as context:
            yield from _literal(command.get_help(context), words)


class Argparse(Written):
    """An argparse command with its subcommands: ``.. ess-argparse:: ckanext.ess.embedded.command:parser``."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """The command, then each subcommand."""
        module, _, name = self.arguments[0].partition(":")
        yield from self._parser(getattr(importlib.import_module(module), name)())

    def _parser(self, parser: argparse.ArgumentParser) -> Iterator[str]:
        yield from _literal(parser.format_help(), parser.prog)
        for action in parser._actions:  # noqa: SLF001 (argparse has no other way to ask)
            if isinstance(action.choices, dict):
                for below in action.choices.values():
                    yield from self._parser(below)


class Facets(Written):
    """Names of the facets, from the default of ``ckanext.ess.facets``."""

    option_spec: ClassVar[dict[str, Any]] = {"class": directives.unchanged}

    def lines(self) -> Iterator[str]:
        """A list of names."""
        declared = yaml.safe_load(self.source("config_declaration.yaml").read_text("utf-8"))
        options = {option["key"]: option for group in declared["groups"] for option in group["options"]}
        yield from (f"* ``{name}``" for name in options["ckanext.ess.facets"]["default"].split())
        yield ""


def iati_parser() -> argparse.ArgumentParser:
    """The parser of ``ess-iati``, with its commands."""
    from ckanext.ess.commands import COMMANDS

    parser = argparse.ArgumentParser(prog="ess-iati", description="IATI tools that need no CKAN.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser


def _all(tree: ast.Module) -> list[str]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(getattr(target, "id", "") == "__all__" for target in targets):
            return ast.literal_eval(node.value)  # type: ignore[attr-defined]
    return []


def _row(first: str, *others: str) -> Iterator[str]:
    yield f"   * - {_line(first)}"
    yield from (f"     - {_line(other)}" for other in others)


def _line(text: str) -> str:
    return " ".join(str(text).split())


def _english(text: Any) -> str:
    """The English text, without the marks that lead to the glossary (``[[iati|IATI]]``)."""
    english = text.get("en", "") if isinstance(text, dict) else text
    return re.sub(r"\[\[(?:[^|\]]*\|)?([^\]]*)\]\]", r"\1", english)


def _plain(value: Any) -> str:
    return _line(str(value).lower() if isinstance(value, bool) else value) or "empty"


def _indented(text: str) -> Iterator[str]:
    yield from textwrap.indent(text.strip(), "   ").splitlines()


def _literal(text: str, title: str) -> Iterator[str]:
    yield from (f".. rubric:: {title}", "", ".. code-block:: text", "")
    yield from _indented(text)
    yield ""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    names = {
        "ess-options": Options,
        "ess-fields": Fields,
        "ess-presets": Presets,
        "ess-functions": Functions,
        "ess-click": Click,
        "ess-argparse": Argparse,
        "ess-facets": Facets,
        "ess-columns": Columns,
        "ess-activity-fields": ActivityFields,
    }
    for name, directive in names.items():
        app.add_directive(name, directive)
    return {"parallel_read_safe": True}
