"""Real files with their elements and values shuffled: whatever comes, every way of checking says the same."""

from __future__ import annotations

import copy
import datetime as dt
import io
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ckanext.ess.iati.standard.rules import rules
from ckanext.ess.iati.standard.versions import FILE_TYPES, VERSIONS
from ckanext.ess.iati.validate import Finding, Options, validate
from ckanext.ess.iati.validate.formats import FORMATS
from ckanext.ess.iati.validate.messages import LANGUAGES, sentence
from ckanext.ess.tests.shared import shared_files

PRESENT = dt.datetime(2026, 6, 15, tzinfo=dt.timezone.utc)
FILES = [path for path in shared_files("samples/*/*.xml") if path.stat().st_size < 3_000_000]
SMALL = [path for path in FILES if path.stat().st_size < 60_000]
#: Values that rules have opinions about.
VALUES = [
    *(
        "",
        " ",
        "0",
        "1",
        "2",
        "98",
        "99",
        "100",
        "-1",
        "50,0",
        "1e309",
        "NaN",
        "12.5",
        "true",
        "fr",
        "FR",
        "EUR",
    ),
    *(
        "2020-02-30",
        "2020-01-01",
        "9999-12-31",
        "0000-01-01",
        "2020-01-01Z",
        "FR-RCS-123456789",
        "'",
        '"',
        "/&|?",
    ),
    *(
        " x",
        "x ",
        "\x85",
        "\u2028",
        "é" * 40,
        "x" * 3000,
        "{value}",
        "</a>",
        "&amp;",
        "//*",
        "SN",
        "ZZ",
        "14030",
    ),
]
MOST = 4
#: Kinds of what libxml2 says that we do not understand.
UNKNOWN_KINDS = {"other", "not-well-formed.other"}
#: Phrases of libxml2: it complains in English, without a remedy.
RAW = re.compile(
    r"Element '|attribute '|This element is not expected|is not a valid value of|\[facet|No matching global|"
    r"Missing child|is required but missing|Opening and ending|Start tag expected|xmlParse|Namespace prefix|"
    r"Premature end|Extra content|\{http",
)


def sampled(path: Path, rng: random.Random) -> etree._Element | None:
    """A few activities of a file, below its own root."""
    try:
        root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except etree.XMLSyntaxError:
        return None
    if not isinstance(root.tag, str) or len(root) == 0:
        return None
    kept = rng.sample(list(root), min(len(root), MOST))
    root[:] = kept
    return root


def shuffled(root: etree._Element, rng: random.Random) -> bytes:
    """The file after some edits of elements, attributes and texts; it stays well-formed."""
    for _ in range(rng.randint(1, 25)):
        elements = [
            element for element in root.iter() if isinstance(element.tag, str) and element is not root
        ]
        if not elements:
            break
        edit(rng.choice(elements), rng.choice(elements), rng)
    return etree.tostring(root)


def edit(element: etree._Element, other: etree._Element, rng: random.Random) -> None:
    choice = rng.randrange(7)
    parent = element.getparent()
    if choice == 0 and element.attrib:
        element.set(rng.choice(list(element.attrib)), text(rng))
    elif choice == 1 and element.attrib:
        del element.attrib[rng.choice(list(element.attrib))]
    elif choice == 2:
        element.text = text(rng)
    elif choice == 3 and parent is not None:
        parent.remove(element)
    elif choice == 4 and parent is not None:
        parent.insert(rng.randint(0, len(parent)), copy.deepcopy(element))
    elif choice == 5 and element.prefix is None:
        element.tag = str(element.tag).title()
    elif parent is not None and other not in element.iter() and other.getparent() is not None:
        other.append(copy.deepcopy(element))


def text(rng: random.Random) -> str:
    return "".join(char for char in rng.choice(VALUES) if char.isprintable() or char in "\x85\u2028")


def findings(content: bytes, **options: object) -> list[Finding]:
    chosen = Options(now=PRESENT, known=frozenset(), **options)  # type: ignore[arg-type]
    return validate(io.BytesIO(content), chosen).findings


@pytest.mark.skipif(not FILES, reason="sample files are not here")
@pytest.mark.parametrize("official", [False, True])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_screens_change_nothing(official: bool, seed: int):
    rng = random.Random(seed)
    root = sampled(rng.choice(FILES), rng)
    if root is None:
        return
    content = shuffled(root, rng)
    quick, slow = (findings(content, official=official, screened=screened) for screened in (True, False))
    assert quick == slow


@pytest.mark.skipif(not FILES, reason="sample files are not here")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_every_finding_can_be_told(seed: int):
    rng = random.Random(seed)
    root = sampled(rng.choice(FILES), rng)
    if root is None:
        return
    content = shuffled(root, rng)
    report = validate(io.BytesIO(content), Options(now=PRESENT, known=frozenset()))
    lines = content.count(b"\n") + 1
    for finding in report.findings:
        assert finding.line is None or 1 <= finding.line <= lines
        assert finding.params.get("kind") not in UNKNOWN_KINDS
        for lang in LANGUAGES:
            told = sentence(finding, lang, report.version)
            assert all(told)
            assert not RAW.search(" ".join(told))
    for render in FORMATS.values():
        assert render([report], "fr")


@pytest.mark.skipif(not FILES, reason="sample files are not here")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_two_processes_say_what_one_says(seed: int):
    rng = random.Random(seed)
    root = sampled(rng.choice(FILES), rng)
    if root is None:
        return
    content = shuffled(root, rng)
    assert findings(content, jobs=2) == findings(content)


IDENTIFIER_WITH_ELEMENT = re.compile(rb"<(?:iati|organisation)-identifier[^>]*>[^<]*<(?!/)")
RULES_ON_TEXT = {
    rule.id
    for version in VERSIONS
    for file_type in FILE_TYPES
    for rule in rules(version, file_type)
    if rule.kind in {"no_spaces", "startswith", "unique", "regex_matches"}
} | {"1.1.2"}


@pytest.mark.skipif(not FILES, reason="sample files are not here")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_layout_changes_no_rule(seed: int):
    """White space between elements moves lines, and changes nothing else.

    Where the shuffle put an element into an identifier, white space beside it belongs to the identifier.
    """
    rng = random.Random(seed)
    root = sampled(rng.choice(FILES), rng)
    if root is None:
        return
    content = shuffled(root, rng)
    spread = content.replace(b"><", b">\r\n<") if b"<narrative></" not in content else content
    ours, theirs = findings(content), findings(spread)
    left_out = {"0.3.1", *(RULES_ON_TEXT if IDENTIFIER_WITH_ELEMENT.search(content) else ())}
    assert sorted((one.rule, one.number) for one in ours if one.rule not in left_out) == sorted(
        (one.rule, one.number) for one in theirs if one.rule not in left_out
    )


#: Bytes that markup is made of, or breaks at.
PIECES = [
    *(b"<", b">", b"&", b'"', b"'", b"/", b"%", b"\r", b":", b"=", b"\0", b"\xff", b"\xed\xa0\x80"),
    *(
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?",
        b"?>",
        b"&#x0;",
        b"&foo;",
        b"<!DOCTYPE a [",
        b"\xef\xbb\xbf",
    ),
    *(b"</iati-activity>", b"<iati-activity>", b"</iati-activities>", b"<iati-activities>"),
    *(b' xmlns="x"', b' xmlns:a=""', b' b:C="\xc2\x85"', b"<b:C/>", b"\xef\xbb\xbf"),
]


def damaged(content: bytes, rng: random.Random) -> bytes:
    """A file with a few bytes changed, put in, left out or doubled, wherever that falls."""
    text = bytearray(content)
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(text) + 1)
        end = at + rng.choice([1, 5, 40, 400])
        choice = rng.randrange(4)
        if choice == 0:
            text[at : at + 1] = bytes([rng.randrange(256)])
        elif choice == 1:
            text[at:at] = rng.choice(PIECES)
        elif choice == 2:
            del text[at:end]
        else:
            text[at:at] = text[at:end]
    return bytes(text)


@pytest.mark.skipif(not FILES, reason="sample files are not here")
@pytest.mark.parametrize("official", [False, True])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_damaged_bytes_are_told_in_our_words(official: bool, seed: int):
    rng = random.Random(seed)
    content = damaged(rng.choice(SMALL).read_bytes(), rng)
    report = validate(io.BytesIO(content), Options(now=PRESENT, known=frozenset(), official=official))
    assert report.readable or report.findings
    for finding in report.findings:
        for lang in LANGUAGES:
            told = sentence(finding, lang, report.version)
            assert all(told)
            assert not RAW.search(" ".join(told))
