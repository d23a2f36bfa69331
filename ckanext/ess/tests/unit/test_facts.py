"""Facts of a file against an independent count by lxml over the whole tree."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from pathlib import Path

import pytest
from lxml import etree

from ckanext.ess.iati.extract.plain import documents
from ckanext.ess.iati.facts import read_facts
from ckanext.ess.iati.read import IatiFile
from ckanext.ess.iati.timeless import TimelessHash
from ckanext.ess.tests.shared import shared_files

SAMPLES = [
    path
    for folder in ("real", "official-examples", "tools", "js-validator-tests")
    for path in shared_files(f"samples/{folder}/**/*.xml")
]
TEXT = b"""<?xml version="1.0"?>
<iati-activities version="2.03" generated-datetime="2024-05-06T07:08:09Z">
<iati-activity xml:lang="FR" last-updated-datetime="2023-02-03T00:00:00+01:00" humanitarian="0">
 <reporting-org ref=" FR-RNA-W751234567 " secondary-reporter="1">
  <narrative>Les Jardins  solidaires</narrative></reporting-org>
 <recipient-country code="sn"/><recipient-region code="289" vocabulary="1"/>
 <recipient-region code="X" vocabulary="2"/>
 <sector code="11220"/><sector code="122" vocabulary="2"/><sector code="99999" vocabulary="99"/>
 <sector code="4.1" vocabulary="8"/><tag code="13" vocabulary="2"/><tag code="99" vocabulary="2"/>
 <transaction humanitarian="true"><recipient-country code="ML"/><sector code="15150"/></transaction>
 <result><indicator><sector code="14010"/></indicator></result>
</iati-activity>
<iati-activity xml:lang="en-GB"><title><narrative xml:lang="wo">x</narrative></title></iati-activity>
</iati-activities>"""


def test_every_fact_of_a_small_file():
    facts = read_facts(io.BytesIO(TEXT))
    assert (facts.file_type, facts.version, facts.declared_version) == ("activities", "2.03", "2.03")
    assert facts.activity_count == 2
    assert facts.countries == ("ML", "SN")
    assert facts.regions == ("289",)
    assert facts.sectors == ("11220", "15150")
    assert facts.sector_groups == ("112", "122", "151")
    assert facts.sdgs == ("4", "13")
    assert facts.languages == ("en", "fr", "wo")
    assert facts.humanitarian
    assert facts.secondary_reporter
    assert facts.data_date == "2023-02-03"
    assert (facts.publisher_ref, facts.publisher_name) == ("FR-RNA-W751234567", "Les Jardins solidaires")
    assert facts.size == len(TEXT)
    assert facts.file_hash == hashlib.sha1(TEXT).hexdigest()
    assert facts.problems == ()


def test_content_hash_ignores_the_time_of_export_and_the_envelope():
    later = TEXT.replace(b"2024-05-06T07:08:09Z", b"2026-01-01T00:00:00Z")
    expected = hashlib.sha1(re.sub(rb'generated-datetime="[^"]+"', b"", TEXT)).hexdigest()
    found = {read_facts(io.BytesIO(text)).content_hash for text in (TEXT, later, gzip.compress(TEXT))}
    assert found == {expected}
    assert read_facts(io.BytesIO(later)).file_hash != read_facts(io.BytesIO(TEXT)).file_hash


@pytest.mark.parametrize("size", [1, 2, 3, 7, 19, 20, 21, 64, 255, 256, 257])
def test_content_hash_does_not_depend_on_where_chunks_are_cut(size: int):
    text = TEXT + b"generated-dat" + b"g" * 300 + b'generated-datetime="x"' + b"gg generated-datetime="
    whole, cut = TimelessHash(), TimelessHash()
    whole.update(text)
    for start in range(0, len(text), size):
        cut.update(text[start : start + size])
    assert cut.hexdigest() == whole.hexdigest()


@pytest.mark.parametrize(
    ("declared", "version"),
    [(b"", "1.01"), (b' version="1.0"', "1.01"), (b' version=" 2.02 "', "2.02"), (b' version="9.1"', "")],
)
def test_version(declared: bytes, version: str):
    assert read_facts(io.BytesIO(b"<iati-activities" + declared + b"/>")).version == version


def test_generated_datetime_stands_in_for_a_missing_update():
    text = b'<iati-activities generated-datetime="2024-05-06T07:08:09Z"><iati-activity/></iati-activities>'
    assert read_facts(io.BytesIO(text)).data_date == "2024-05-06"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "empty"),
        (b"<html><body>404</body></html>", "not-xml"),
        (b"<rss/>", "wrong-root"),
        (b"<iati-activities><iati-activity></iati-activities>", "not-well-formed"),
    ],
)
def test_problems_are_named_and_the_hash_is_of_the_whole_file(text: bytes, problem: str):
    facts = read_facts(io.BytesIO(text + b" " * 3_000_000 if text else text))
    assert facts.problems == (problem,)
    assert facts.file_hash == hashlib.sha1(text + b" " * 3_000_000 if text else text).hexdigest()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_facts_agree_with_the_whole_tree(path: Path):
    raw = path.read_bytes()
    facts = read_facts(path)
    assert facts.file_hash == hashlib.sha1(raw).hexdigest()
    if not path.name.startswith("xlsx"):
        assert (
            facts.content_hash
            == hashlib.sha1(re.sub(rb'generated-datetime="[^"]{1,200}"', b"", raw)).hexdigest()
        )
    assert facts.size == len(raw)
    try:
        root = etree.fromstring(raw)
    except etree.XMLSyntaxError:
        assert facts.problems
        return
    if root.tag not in {"iati-activities", "iati-organisations"}:
        assert facts.problems == ("wrong-root",)
        return
    _agree(facts, root)


def _agree(facts, root):
    activities = root.xpath("//iati-activity|//iati-organisation")
    assert facts.activity_count == len(activities)
    assert facts.file_type == root.tag.removeprefix("iati-")
    places = "(//iati-activity|//iati-activity/transaction|//iati-organisation/recipient-country-budget)"
    countries = {code.strip().upper() for code in root.xpath(f"{places}/recipient-country/@code")}
    assert set(facts.countries) == {code for code in countries if re.fullmatch("[A-Z]{2}", code)}
    sectors = root.xpath(
        f"{places}/sector[not(@vocabulary) or @vocabulary='' or @vocabulary='1' or @vocabulary='DAC']/@code"
    )
    assert set(facts.sectors) == {code for code in sectors if re.fullmatch(r"\d{5}", code)}
    regions = root.xpath(
        f"{places}/recipient-region[not(@vocabulary) or @vocabulary='' or @vocabulary='1']/@code"
    )
    assert set(facts.regions) >= {code for code in regions if re.fullmatch(r"\d{2,3}", code)}
    languages = {text.split("-")[0].strip().lower() for text in root.xpath("//@xml:lang")}
    assert set(facts.languages) == {text for text in languages if len(text) == 2}
    updated = [
        text[:10]
        for text in (node.get("last-updated-datetime", "") for node in activities)
        if re.match(r"\d{4}-\d\d-\d\d", text)
    ]
    if updated:
        assert facts.data_date == max(updated)
    refs = [
        " ".join(text.split())
        for text in root.xpath("//reporting-org[parent::iati-activity or parent::iati-organisation]/@ref")
    ]
    if refs:
        assert facts.publisher_ref in refs
    flag = "[@humanitarian='1' or @humanitarian='true']"
    flagged = root.xpath(f"//iati-activity{flag}|//transaction{flag}|//humanitarian-scope")
    assert facts.humanitarian == bool(flagged)


def test_facts_of_a_file_are_those_of_its_activities():
    """What a catalogue learns in passing and what a search extracts are the same, over real files."""
    paths = shared_files("samples/real/*.xml")
    if not paths:
        pytest.skip("no samples here")
    for path in paths:
        with IatiFile(path) as file:
            if file.root is None or file.root.file_type != "activities":
                continue
            found = list(documents(file))
        facts = read_facts(path)
        assert set(facts.countries) == {place.code for one in found for place in one.countries}, path
        assert set(facts.regions) == {place.code for one in found for place in one.regions}, path
        assert set(facts.sdgs) == {goal for one in found for goal in one.goals}, path
        assert facts.humanitarian == any(one.humanitarian for one in found), path
