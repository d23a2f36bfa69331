# ruff: noqa: E501
"""The reader: places as an editor shows them, recovery, versions, envelopes; and nothing makes it raise."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.ess.iati.read import IatiFile, Kind, Limits, Problem, parse, sentence
from ckanext.ess.iati.read.kinds import sniff
from ckanext.ess.iati.validate import Options, validate, verdict
from ckanext.ess.tests.shared import shared_files

WRONG = b'<recipient-country code="??"/>'


class Dribble(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a socket may."""

    def __init__(self, content: bytes, step: int) -> None:
        self._inner, self._step = io.BytesIO(content), step

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(self._step)


def layout(name: str) -> bytes:
    """Lay a file out: many lines, one line, CR LF, CR, no blank at all."""
    many = 75_000 if name == "300,000 lines" else 50
    activities = b"".join(b"<iati-activity>\n<title>\n</title>\n</iati-activity>\n" for _ in range(many))
    text = b'<?xml version="1.0"?>\n<iati-activities version="2.03">\n' + activities
    text += b"<iati-activity>\n  <sector/>\n  " + WRONG + b"\n</iati-activity>\n</iati-activities>\n"
    return {
        "300,000 lines": text,
        "CR LF": text.replace(b"\n", b"\r\n"),
        "CR": text.replace(b"\n", b"\r"),
        "one line": text.replace(b"\n", b" "),
        "no blank": text.replace(b"\n", b"").replace(b"  ", b""),
        "accents": text.replace(b"<title>\n", "<title>é€𝄞".encode()).replace(b"\n", b""),
        "one activity": text.replace(b"</iati-activity>\n<iati-activity>\n", b""),
    }[name]


@pytest.mark.parametrize(
    "name", ["300,000 lines", "CR LF", "CR", "one line", "no blank", "accents", "one activity"]
)
def test_places_are_those_of_an_editor(name: str):
    text = layout(name)
    before = text[: text.index(WRONG)].decode().replace("\r\n", "\n").replace("\r", "\n")
    (finding,) = [one for one in validate(io.BytesIO(text)).findings if one.rule == "9.50.1"]
    assert finding.line == before.count("\n") + 1
    assert finding.column == len(before) - (before.rfind("\n") + 1) + 1


def test_places_inside_an_activity_of_300_000_lines():
    filler = b"<!-- <x> -->\n<title/>\n" * 150_000
    text = (
        b'<iati-activities version="2.03">\n<iati-activity>\n'
        + filler
        + WRONG
        + b"\n</iati-activity></iati-activities>"
    )
    report = validate(io.BytesIO(text))
    (finding,) = [one for one in report.findings if one.rule == "9.50.1"]
    assert (finding.line, finding.column) == (300_003, 1)


def test_schema_errors_have_exact_places_too():
    text = (
        b'<iati-activities version="2.03">\n'
        + b"\n" * 70_000
        + b"<iati-activity>\n<x/></iati-activity></iati-activities>"
    )
    lines = [one.line for one in validate(io.BytesIO(text)).findings if one.rule == "0.3.1"]
    assert lines == [70_003]


@pytest.mark.parametrize("step", [1, 7, 4096])
def test_how_bytes_arrive_changes_nothing(step: int):
    text = layout("CR LF")[:3000] + layout("CR LF")[-200:]
    whole = [piece.raw for piece in IatiFile(io.BytesIO(text)).pieces()]
    assert [piece.raw for piece in IatiFile(Dribble(text, step)).pieces()] == whole  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"\xef\xbb\xbf", Kind.EMPTY),
        (b"\xff\xfe", Kind.EMPTY),
        (b"<?xml version='1.0'?>", Kind.XML),
        (b"\xff\xfe<\x00a\x00>\x00", Kind.XML),
        (b"PK\x03\x04", Kind.ZIP),
        (b"\x1f\x8b\x08", Kind.GZIP),
        (b'{"a": 1}', Kind.JSON),
        (b"a;b\n1;2", Kind.CSV),
        (b"<!-- x --><html>", Kind.HTML),
        (b"%PDF-1.4", Kind.BINARY),
        (b"hello", Kind.TEXT),
    ],
)
def test_kinds(head: bytes, kind: Kind):
    assert sniff(head) is kind


@pytest.mark.parametrize(
    ("declared", "version", "rule"),
    [
        (None, "1.01", "ess.version"),
        ("", "1.01", "ess.version"),
        ("1.0", "1.01", "ess.version"),
        ("1.00", "1.01", "ess.version"),
        ("1", "1.01", "ess.version"),
        ("1.032", "1.03", "0.6.1"),
        ("1.08", "1.05", "0.6.1"),
        ("2.04", "2.03", "0.6.1"),
        ("10.03", "2.03", "0.6.1"),
        ("2.02", "2.02", None),
    ],
)
def test_versions(declared: str | None, version: str, rule: str | None):
    attribute = "" if declared is None else f' version="{declared}"'
    report = validate(io.BytesIO(f"<iati-activities{attribute}><iati-activity/></iati-activities>".encode()))
    assert report.version == version
    assert report.declared_version == declared
    assert [one for one in report.rules if one in {"ess.version", "0.6.1"}] == ([rule] if rule else [])


TOKENS = [
    b"<iati-activities version='2.03'>", b"</iati-activities>", b"<iati-activity>", b"</iati-activity>", b"<iati-activity/>",
    b"<iati-activity ", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x", b"?>", b"<!DOCTYPE", b"'", b'"', b">", b"<", b"&", b"\n",
    b"\r", b"x", b"<title>", b"</title>", b"\xe9", b"\x00", b" ", b"<sector code='1' percentage='x'/>", b"=",
]  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join), st.booleans())
def test_no_markup_makes_it_raise(text: bytes, official: bool):
    report = validate(io.BytesIO(text), Options(official=official))
    assert verdict(report) in {"valid", "warnings", "errors", "invalid", "unreadable"}
    assert report.findings or report.clean


@pytest.mark.parametrize("text", [b"<!----><!--", b"<!----><x", b"<?x?>\n<"])
def test_a_text_that_ends_soon_after_a_comment(text: bytes):
    report = validate(io.BytesIO(text))
    assert report.findings
    assert not report.readable


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(text: bytes):
    for content in (text, gzip.compress(text), b"<iati-activities>" + text, b"PK\x03\x04" + text):
        assert validate(io.BytesIO(content)).findings


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(list(shared_files("samples/tools/*.xml")) or [None]))
def test_mutations_of_real_files(seed: int, path):
    if path is None:
        pytest.skip("sample files are not here")
    rng = random.Random(seed)
    text = bytearray(path.read_bytes()[:20_000])
    for _ in range(rng.randint(1, 20)):
        start = rng.randrange(len(text))
        change = rng.choice([b"", bytes([rng.randrange(256)]), b"<", b">", b'"', text[start : start + 50]])
        text[start : start + rng.randint(0, 20)] = change
    report = validate(io.BytesIO(bytes(text)))
    for finding in report.findings:
        assert (
            finding.line is None
            or 1 <= finding.line <= bytes(text).count(b"\n") + bytes(text).count(b"\r") + 1
        )


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_problems_speak(lang: str):
    said = sentence(
        Problem("not-well-formed", 3, 4, {"kind": "tag-mismatch", "opened": "a", "closed": "b"}), lang
    )
    assert "</a>" in said.fix


def test_memory_does_not_follow_the_file():
    program = """
import io, resource
from ckanext.ess.iati.validate import validate
activity = (b'<iati-activity xml:lang="fr" default-currency="EUR"><iati-identifier>GB-CHC-1-%d</iati-identifier>'  # noqa: E501
  b'<reporting-org ref="GB-CHC-1" type="22"><narrative>A</narrative></reporting-org><title><narrative>T</narrative></title>'  # noqa: E501
  b'<description><narrative>' + b'd' * 9000 + b'</narrative></description></iati-activity>')
class Endless(io.RawIOBase):
    def __init__(self, count): self.parts = iter([b'<iati-activities version="2.03">', *range(count), b'</iati-activities>'])  # noqa: E501
    def read(self, size=-1):
        part = next(self.parts, b'')
        return activity % part if isinstance(part, int) else part
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
validate(Endless(300)); before = peak()
assert validate(Endless(4000)).activity_count == 4000
print(peak() - before)
"""
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300
    )
    assert int(out.stdout) < 15_000  # kibibytes, for 36 megabytes more


def test_limits_stop_reading():
    text = b"<iati-activities>" + b"<iati-activity>" * 2000
    document = IatiFile(io.BytesIO(text), Limits(problems=10))
    assert document.root
    for piece in document.pieces():
        for problem in parse(piece, document.root, document.limits).problems:
            document.tell(problem)
    assert document.problems[-1].code == "too-many-problems"
    assert len(document.problems) < 15
