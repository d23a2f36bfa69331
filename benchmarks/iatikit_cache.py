"""The folder that iatikit otherwise downloads, made from the official schemas, code lists and mappings."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from lxml import etree

_XSD = ("iati-activities-schema.xsd", "iati-organisations-schema.xsd", "iati-common.xsd", "xml.xsd")
_FILE_TYPES = {"activity": "//iati-org", "organisation": "//iati-act"}


def make(standard: Path, target: Path) -> Path:
    """Write iatikit's cache below ``target`` from the official files in ``standard``."""
    folder = target / "__iatikitcache__" / "standard"
    shutil.rmtree(folder, ignore_errors=True)
    _schemas(standard / "schemas", folder / "schemas")
    _mappings(standard / "mapping", folder / "codelist_mappings")
    _codelists(standard, folder / "codelists")
    return folder


def _schemas(source: Path, folder: Path) -> None:
    for version in sorted(source.iterdir()):
        to = folder / version.name.replace(".", "")
        to.mkdir(parents=True)
        for name in _XSD:
            shutil.copy(version / name, to / name)


def _mappings(source: Path, folder: Path) -> None:
    for path in sorted(source.glob("*.xml")):
        mappings = [_mapping(element) for element in etree.parse(str(path)).getroot()]
        to = folder / path.stem.replace(".", "")
        to.mkdir(parents=True)
        for file_type, other in _FILE_TYPES.items():
            chosen = [mapping for mapping in mappings if not mapping["path"].startswith(other)]
            (to / f"{file_type}-mappings.json").write_text(json.dumps(chosen))


def _mapping(element: etree._Element) -> dict[str, str]:
    mapping = {"path": element.findtext("path", ""), "codelist": element.find("codelist").get("ref", "")}  # type: ignore[union-attr]
    if condition := element.findtext("condition"):
        mapping["condition"] = condition
    return mapping


def _codelists(standard: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    versions = sorted(path.stem for path in (standard / "mapping").glob("*.xml"))
    names: dict[str, list[str]] = {}
    lists: dict[str, dict[str, Any]] = {}
    for version in versions:
        for path in sorted((standard / "codelists/embedded" / version).rglob("*.xml")):
            _add_embedded(lists, names, path, version)
    for path in sorted((standard / "codelists/non-embedded").glob("*.xml")):
        lists[path.stem], names[path.stem] = _codelist(path), versions
    for name, codelist in lists.items():
        (folder / f"{name}.json").write_text(json.dumps(codelist))
    (folder / "codelists.json").write_text(json.dumps(names))


def _add_embedded(lists: dict[str, Any], names: dict[str, list[str]], path: Path, version: str) -> None:
    found = _codelist(path)
    names.setdefault(path.stem, []).append(version)
    known = lists.setdefault(path.stem, {**found, "data": {}})["data"]
    for code, item in found["data"].items():
        known.setdefault(code, {**item, "from": version})["until"] = version


def _codelist(path: Path) -> dict[str, Any]:
    root = etree.parse(str(path)).getroot()
    name = root.findtext("metadata/name/narrative") or root.findtext("metadata/name") or path.stem
    items = {}
    for element in root.iter("codelist-item"):
        code = (element.findtext("code") or "").strip()
        items[code] = {
            "code": code,
            "name": element.findtext("name/narrative") or element.findtext("name") or code,
            "category": element.findtext("category"),
            "status": element.get("status", "active"),
        }
    attributes = {key: root.get(key, "") for key in ("complete", "embedded")}
    return {"attributes": attributes, "metadata": {"name": name.strip(), "url": ""}, "data": items}


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), Path(sys.argv[2])))
