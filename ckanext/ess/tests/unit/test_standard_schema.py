"""Our compiled schemas and the official ones, which must agree on every file at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from ckanext.ess.iati.standard import elements
from ckanext.ess.iati.standard.schema import SKELETON, compiled, source
from ckanext.ess.iati.standard.versions import FILE_TYPES, ROOTS, VERSIONS
from ckanext.ess.tests.shared import shared, shared_files

#: Fixtures of each version's official tests: files, and those that are valid.
FIXTURES = {
    "1.01": (41, 23),
    "1.02": (43, 24),
    "1.03": (50, 31),
    "1.04": (51, 32),
    "1.05": (51, 32),
    "2.01": (363, 60),
    "2.02": (428, 70),
    "2.03": (680, 233),
}


@cache
def official(version: str, file_type: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared(f"standard/schemas/{version}/iati-{file_type}-schema.xsd")))


def iati_files(folder: str) -> list[tuple[Path, str, etree._ElementTree]]:
    """Well-formed files of a folder with an IATI root."""
    found = []
    for path in shared_files(f"{folder}/**/*.xml"):
        try:
            tree = etree.parse(path, etree.XMLParser(huge_tree=True, no_network=True))
        except etree.XMLSyntaxError:
            continue
        if tree.getroot().tag in ROOTS:
            found.append((path, ROOTS[tree.getroot().tag], tree))
    return found


def verdict(schema: etree.XMLSchema, tree: etree._ElementTree) -> tuple[bool, list[tuple[int, str, str]]]:
    valid = schema.validate(tree)
    return valid, [(error.line, error.type_name, error.message) for error in schema.error_log]


@pytest.mark.parametrize("version", VERSIONS)
def test_same_verdict_and_errors_on_the_official_fixtures(version: str) -> None:
    shared("samples/fixtures-schemas")
    files = iati_files(f"samples/fixtures-schemas/{version}")
    different, valid = [], 0
    for path, file_type, tree in files:
        ours, theirs = (
            verdict(compiled(version, file_type), tree),
            verdict(official(version, file_type), tree),
        )
        valid += ours[0]
        if ours != theirs:
            different.append(path.name)
    assert different == []
    assert (len(files), valid) == FIXTURES[version]


def test_the_fixtures_are_1707() -> None:
    assert sum(files for files, _valid in FIXTURES.values()) == 1707
    assert sum(valid for _files, valid in FIXTURES.values()) == 505


@pytest.mark.parametrize("version", ["1.01", "1.03", "1.05", "2.01", "2.02", "2.03"])
def test_same_verdict_and_errors_on_all_other_samples(version: str) -> None:
    shared("samples")
    different = [
        path.name
        for folder in ("samples/js-validator-tests", "samples/official-examples", "samples/real")
        for path, file_type, tree in iati_files(folder)
        if verdict(compiled(version, file_type), tree) != verdict(official(version, file_type), tree)
    ]
    assert different == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("file_type", FILE_TYPES)
def test_no_text_of_the_official_schema_is_kept(version: str, file_type: str) -> None:
    assert "documentation" not in source(version, file_type)
    assert "annotation" not in source(version, file_type)


ACTIVITY = "<iati-activity/>"
ROOT = '<iati-activities version="2.03" xmlns:x="http://example.org/x"{0}>{1}</iati-activities>'


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        (ROOT.format("", ACTIVITY), True),
        (ROOT.format("", ACTIVITY * 3), True),
        (ROOT.format("", "<iati-activity><nonsense a='1'>text<b/></nonsense></iati-activity>"), True),
        (ROOT.format("", ACTIVITY + "<x:extra/>"), True),
        (ROOT.format("", "<x:extra/>" + ACTIVITY), False),
        (ROOT.format("", ACTIVITY + "<extra/>"), False),
        (ROOT.format("", ""), False),
        (ROOT.format(' generated-datetime="yesterday"', ACTIVITY), False),
        (ROOT.format(' generated-datetime="2024-01-01T00:00:00Z"', ACTIVITY), True),
        (ROOT.format(' surprise="1"', ACTIVITY), False),
        (ROOT.format(' x:surprise="1"', ACTIVITY), True),
        (ROOT.format(' xml:lang="not a language"', ACTIVITY), False),
        (f"<iati-activities>{ACTIVITY}</iati-activities>", False),
    ],
)
def test_skeleton_looks_at_the_root_and_not_inside_activities(document: str, valid: bool) -> None:
    assert compiled("2.03", "activities", SKELETON).validate(etree.fromstring(document)) is valid


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("file_type", FILE_TYPES)
def test_skeleton_and_records_together_say_what_the_whole_says(version: str, file_type: str) -> None:
    """A file is valid when its root with placeholders is, and each record alone in the root is."""
    record = {"activities": "iati-activity", "organisations": "iati-organisation"}[file_type]
    for _path, kind, tree in iati_files(f"samples/fixtures-schemas/{version}"):
        if kind != file_type:
            continue
        root = tree.getroot()
        records = [child for child in root if child.tag == record]
        skeleton = etree.fromstring(etree.tostring(root))
        for child in skeleton.findall(record):
            for inner in list(child):
                child.remove(inner)
            child.attrib.clear()
        pieces = [compiled(version, file_type, SKELETON).validate(skeleton)]
        for place in range(len(records)):
            alone = etree.fromstring(etree.tostring(root))
            for number, child in enumerate(list(alone.findall(record))):
                if number != place:
                    alone.remove(child)
            pieces.append(compiled(version, file_type).validate(alone))
        assert all(pieces) == compiled(version, file_type).validate(tree)


def test_compiling_reads_nothing_from_disk_or_network() -> None:
    schema = compiled("2.03", "activities")
    assert compiled("2.03", "activities") is schema
    assert 'schemaLocation="xml.xsd"' in source("2.03", "activities")


@pytest.mark.parametrize(
    ("version", "file_type", "path", "least", "most"),
    [
        ("2.03", "activities", "iati-activities/iati-activity/title", 1, 1),
        ("2.03", "activities", "iati-activities/iati-activity/sector", 0, None),
        ("2.03", "activities", "iati-activities/iati-activity/title/narrative", 1, None),
        (
            "2.03",
            "activities",
            "iati-activities/iati-activity/result/indicator/period/target/dimension",
            0,
            None,
        ),
        (
            "2.03",
            "activities",
            "iati-activities/iati-activity/result/document-link/recipient-country",
            None,
            None,
        ),
        (
            "2.03",
            "organisations",
            "iati-organisations/iati-organisation/document-link/recipient-country",
            0,
            None,
        ),
        ("2.01", "activities", "iati-activities/iati-activity/tag", None, None),
        ("1.05", "activities", "iati-activities/iati-activity/title", 1, 1),
        ("1.05", "activities", "iati-activities/iati-activity/title/narrative", None, None),
        ("1.01", "activities", "iati-activities/iati-activity/crs-add", None, None),
    ],
)
def test_elements(version: str, file_type: str, path: str, least: int | None, most: int | None) -> None:
    parent, _slash, name = path.rpartition("/")
    definition = elements.definition(version, file_type, parent)
    child = definition.child(name) if definition else None
    assert (child.least, child.most) == (least, most) if child else least is None
    assert (elements.definition(version, file_type, path) is not None) == (child is not None)


def test_elements_say_what_they_hold() -> None:
    value = elements.definition("2.03", "activities", "iati-activities/iati-activity/budget/value")
    assert value is not None
    assert value.text_type == "xsd:decimal"
    assert value.attributes["value-date"] == elements.Attribute("value-date", "xsd:date", required=True)
    activity = elements.definition("2.03", "activities", "iati-activities/iati-activity")
    assert activity is not None
    assert activity.order == elements.SEQUENCE
    assert activity.open
    assert activity.open_attributes
    old = elements.definition("1.05", "activities", "iati-activities/iati-activity")
    assert old is not None
    assert old.order in {elements.CHOICE, elements.CHOICE_OR_NOTHING}
    link = elements.definition("2.03", "organisations", "iati-organisations/iati-organisation/document-link")
    assert link is not None
    assert [child.name for child in link.children][-1] == "recipient-country"
    assert {"url", "format"} <= set(link.attributes)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("file_type", FILE_TYPES)
def test_every_path_of_a_version_can_be_asked_for(version: str, file_type: str) -> None:
    paths = [path for path, _child in elements.walk(version, file_type)]
    assert len(paths) > 20
    for path in paths:
        assert elements.definition(version, file_type, path) is not None
