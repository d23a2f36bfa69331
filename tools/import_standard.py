#!/usr/bin/env python3
"""Derive the package's tables of the IATI standard from a folder of official files.

Usage::

    python tools/import_standard.py FOLDER            # write the tables, print what changed
    python tools/import_standard.py FOLDER --diff     # print what would change, write nothing
    python tools/import_standard.py FOLDER --check    # like --diff, exit 1 when something would change

``FOLDER`` holds ``schemas/VERSION/*.xsd``, ``codelists/embedded/VERSION/*.xml``,
``codelists/non-embedded/*.xml``, ``mapping/VERSION.xml``, ``codelist-rules/VERSION.tsv``,
``rulesets/VERSION.json``, ``ruleset-ids.tsv``, ``org-id-prefixes.json`` and ``LICENCES.md`` (the table of
repositories, commits and dates that becomes ``origins.tsv``).

Only facts are taken: names, codes, orders, counts, types, paths, parameters. Sentences stay where they are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from standard_import import Files
from standard_import.codelist_rules import codelist_rule_files
from standard_import.codelists import codelist_files
from standard_import.difference import describe
from standard_import.elements import element_files
from standard_import.origins import origin_files
from standard_import.prefixes import prefix_files
from standard_import.rules import rule_files

ROOT = Path(__file__).resolve().parent.parent

#: Folders where tables of ours lie beside derived ones.
KEPT_BY_HAND = {ROOT / "ckanext/ess/iati/standard/data", ROOT / "ckanext/ess/identifiers/data"}
PARTS = (codelist_files, codelist_rule_files, element_files, origin_files, prefix_files, rule_files)


def derive(folder: Path) -> Files:
    """All the files that an import writes, by path relative to the repository."""
    files: Files = {}
    for part in PARTS:
        files |= part(folder)
    return files


def changed(files: Files) -> Iterator[tuple[Path, str, str]]:
    """Files whose text would differ, with the text before and after; "" after for one that would go."""
    for path, text in sorted(files.items()):
        target = ROOT / path
        before = target.read_text(encoding="utf-8") if target.exists() else ""
        if before != text:
            yield path, before, text
    for folder in sorted({ROOT / path.parent for path in files} - KEPT_BY_HAND):
        for target in sorted(folder.glob("*.tsv")):
            path = target.relative_to(ROOT)
            if path not in files:
                yield path, target.read_text(encoding="utf-8"), ""


def write(target: Path, text: str) -> None:
    """Put the text in place; an empty one removes the file."""
    if not text:
        target.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the import, the diff or the check; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of official files")
    parser.add_argument("--diff", action="store_true", help="only print what would change")
    parser.add_argument(
        "--check", action="store_true", help="like --diff; exit 1 when something would change"
    )
    options = parser.parse_args(arguments)
    if not (options.folder / "schemas").is_dir():
        parser.error(f"{options.folder} has no folder named schemas: is it a folder of official files?")
    only_look = options.diff or options.check
    changes = list(changed(derive(options.folder)))
    for path, before, after in changes:
        print("\n".join(describe(path, before, after)))
        if not only_look:
            write(ROOT / path, after)
    print(f"{len(changes)} file(s) {'would change' if only_look else 'changed'}")
    return 1 if options.check and changes else 0


if __name__ == "__main__":
    sys.exit(main())
