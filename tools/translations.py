"""Bring the translations up to date with the sources.

    python tools/translations.py [french.tsv …] [--compile]

Collects the texts of Python code and templates into ``ckanext-ess.pot``, updates the French catalogue, and
fills what is missing from tables of ``text<TAB>French`` (or ``text<TAB>French singular<TAB>French plural``),
then from CKAN's own French where it has the very text. Prints what is still missing and ends with 1 if
anything is. ``--compile`` also writes the ``.mo`` that a CKAN running from the source tree reads; packaging
writes its own.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ckanext" / "ess"
I18N = PACKAGE / "i18n"
TEMPLATE = I18N / "ckanext-ess.pot"
FRENCH = I18N / "fr" / "LC_MESSAGES" / "ckanext-ess.po"

METHODS = [("tests/**", "ignore"), ("**.py", "python"), ("templates/**.html", "ckan")]
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "ungettext": (1, 2),
}  # fmt: skip


def extracted() -> Catalog:
    """Return every text of the package that asks to be translated."""
    catalog = Catalog(domain="ckanext-ess", project="ckanext-ess", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        PACKAGE, METHODS, keywords=KEYWORDS, comment_tags=("TRANSLATORS:",), strip_comment_tags=True
    )
    for _, _, text, comments, context in sorted(found, key=lambda message: (message[0], message[1])):
        catalog.add(text, auto_comments=comments, context=context)
    return catalog


def is_missing(message: Message) -> bool:
    """Whether a message has no translation, or one that nobody has confirmed."""
    strings = [message.string] if isinstance(message.string, str) else message.string
    return bool(message.id) and (message.fuzzy or not strings or not all(strings))


def table(paths: Iterable[Path]) -> dict[str, list[str]]:
    """Return French by text, from tables."""
    found: dict[str, list[str]] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row) > 1 and row[0]:
                    found[row[0]] = row[1:]
    return found


def of_ckan() -> Catalog:
    """Return CKAN's own French, so that the same words say the same."""
    import ckan

    path = Path(ckan.__file__).parent / "i18n" / "fr" / "LC_MESSAGES" / "ckan.po"
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def typographic(text: str) -> str:
    """Return French with its apostrophes, and without a break before high punctuation."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r" (?=[;!?])", "\N{NARROW NO-BREAK SPACE}", text)
    return re.sub(r" (?=[:»])|(?<=«) ", "\N{NO-BREAK SPACE}", text)


def fill(catalog: Catalog, given: Mapping[str, list[str]], ckan: Catalog) -> None:
    """Fill the catalogue's empty messages; tables win over what stands there."""
    for message in catalog:
        texts = [message.id] if isinstance(message.id, str) else list(message.id)
        if not texts[0]:
            continue
        known = ckan.get(message.id if len(texts) == 1 else texts[0])
        forms = given.get(texts[0]) or ([] if is_missing(message) else _forms(message)) or _forms(known)
        if forms and len(texts) == 1:
            message.string = typographic(forms[0])
        elif forms:
            message.string = (typographic(forms[0]), typographic(forms[-1]))


def _forms(message: Message | None) -> list[str]:
    """Return the translations of a message: one, or singular and plural, or none."""
    if message is None or not message.string:
        return []
    return [message.string] if isinstance(message.string, str) else list(message.string)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", type=Path, metavar="french.tsv")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    template = extracted()
    I18N.mkdir(exist_ok=True)
    with TEMPLATE.open("wb") as file:
        write_po(file, template, width=100, no_location=True)
    if FRENCH.exists():
        with FRENCH.open("rb") as file:
            catalog = read_po(file, locale="fr", domain="ckanext-ess")
    else:
        catalog = Catalog(
            locale="fr", domain="ckanext-ess", project="ckanext-ess", charset="utf-8", fuzzy=False
        )
    catalog.update(template, no_fuzzy_matching=True)
    fill(catalog, table(options.tables), of_ckan())
    catalog.obsolete.clear()
    FRENCH.parent.mkdir(parents=True, exist_ok=True)
    with FRENCH.open("wb") as file:
        write_po(file, catalog, width=100, no_location=True, ignore_obsolete=True)
    if options.compile:
        with FRENCH.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
    missing = [message.id for message in catalog if is_missing(message)]
    for text in missing:
        print("missing:", text)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
