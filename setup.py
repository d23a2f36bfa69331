"""What setuptools reads only from here: Babel's message extractors, and the catalogues' compilation.

Everything else is in ``pyproject.toml``; Babel's options and the namespace are in ``setup.cfg``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class BuildWithCatalogues(build_py):
    """Copy the package, then write each translation's ``.mo`` beside its ``.po``.

    A wheel gets its own catalogues; an editable install gets them in the source tree.
    """

    def run(self) -> None:
        """Build the modules, then the catalogues."""
        super().run()
        for source, target in self.catalogues():
            target.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as po, target.open("wb") as mo:
                write_mo(mo, read_po(po))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Every file that this command writes."""
        return [*super().get_outputs(include_bytecode), *(str(mo) for _, mo in self.catalogues())]

    def catalogues(self) -> Iterator[tuple[Path, Path]]:
        """Yield the path of each translation and of the catalogue made from it."""
        base = ROOT if self.editable_mode else Path(self.build_lib)
        for po in sorted(ROOT.glob("ckanext/ess/i18n/*/LC_MESSAGES/*.po")):
            yield po, base / po.relative_to(ROOT).with_suffix(".mo")


setup(
    cmdclass={"build_py": BuildWithCatalogues},
    message_extractors={
        "ckanext": [
            ("**/tests/**", "ignore", None),
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan", None),
        ],
    },
)
