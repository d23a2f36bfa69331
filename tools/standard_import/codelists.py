"""Code lists: code, names, status, category of every official list, one table a list.

Embedded lists belong to a version of the standard, the others are shared by all versions. Descriptions are
not taken: those of lists of external origin are not covered by the standard's licence.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from standard_import import XML_LANG, Files, one_line, table

COLUMNS = ("code", "en", "fr", "status", "category", "withdrawn")
INDEX_COLUMNS = ("version", "list", "codes", "complete", "category_list", "en")
#: A longer French name equal to the English one was left untranslated upstream.
_NAME_OF_ITS_OWN = 25

TARGET = Path("ckanext/ess/iati/standard/data/codelists")


def _name(item: etree._Element, language: str) -> str:
    """Name in a language; the 1.0x lists put the text in ``name``, the others in ``name/narrative``."""
    for element in (*item.iterfind("name/narrative"), *item.iterfind("name")):
        if (element.get(XML_LANG) or "en") == language and one_line(element.text):
            return one_line(element.text)
    return ""


def _rows(root: etree._Element) -> Iterator[tuple[str, ...]]:
    seen: set[str] = set()
    for item in root.iterfind("codelist-items/codelist-item"):
        code = one_line(item.findtext("code"))
        if code in seen:
            continue
        seen.add(code)
        english, french = _name(item, "en"), _name(item, "fr")
        yield (
            code,
            english,
            "" if french == english and len(french) > _NAME_OF_ITS_OWN else french,
            item.get("status") or "active",
            one_line(item.findtext("category")),
            item.get("withdrawal-date") or "",
        )


def _title(root: etree._Element) -> str:
    metadata = root.find("metadata")
    return "" if metadata is None else _name(metadata, "en")


def codelist_files(folder: Path) -> Files:
    """One table a list, and ``lists.tsv`` naming them all."""
    files: Files = {}
    index: list[tuple[str, ...]] = []
    sources = [(path.parent.name, path) for path in sorted(folder.glob("codelists/embedded/*/*.xml"))]
    sources += [("all", path) for path in sorted(folder.glob("codelists/non-embedded/*.xml"))]
    for version, path in sources:
        root = etree.parse(path).getroot()
        name = root.get("name") or path.stem
        rows = list(_rows(root))
        files[TARGET / version / f"{name}.tsv"] = table(COLUMNS, rows)
        complete = "yes" if root.get("complete", "1") == "1" else "no"
        index.append(
            (version, name, str(len(rows)), complete, root.get("category-codelist") or "", _title(root))
        )
    files[TARGET / "lists.tsv"] = table(INDEX_COLUMNS, sorted(index))
    return files
