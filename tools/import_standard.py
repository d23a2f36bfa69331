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
PARTS = (codelist_files, codelist_rule_files, element_files, origin_files, prefix_files, rule_files)


def derive(folder: Path) -> Files:
    """All the files that an import writes, by path relative to the repository."""
    files: Files = {}
    for part in PARTS:
        files |= part(folder)
    return files


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
    changed = 0
    for path, text in sorted(derive(options.folder).items()):
        target = ROOT / path
        before = target.read_text(encoding="utf-8") if target.exists() else ""
        if before == text:
            continue
        changed += 1
        print("\n".join(describe(path, before, text)))
        if not (options.diff or options.check):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    print(f"{changed} file(s) {'would change' if options.diff or options.check else 'changed'}")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
