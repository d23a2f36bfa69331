# ruff: noqa: E501 - programs and cases a line
"""Whatever the bytes and whatever the schema: a report, in bounded time and memory, and nothing but the stream read."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.ess.iati.validate.formats.json import report_dict
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.verdict import VERDICTS, verdict
from ckanext.ess.tables import TableLimits, TableOptions, is_table, validate
from ckanext.ess.tables.builtin import builtin
from ckanext.ess.tests.unit.table_files import grants, ods, xlsx, zipped

MIB = 1024 * 1024
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
NAMES = st.sampled_from(["a", "b", "montant", "rna", "é", "A", " a"]) | st.text(min_size=1, max_size=5)
TYPES = [
    "any",
    "array",
    "boolean",
    "date",
    "datetime",
    "duration",
    "geojson",
    "geopoint",
    "integer",
    "list",
    "number",
    "object",
    "string",
    "time",
    "year",
    "yearmonth",
]
CONSTRAINTS = [
    "required",
    "unique",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "pattern",
    "enum",
    "jsonSchema",
    "exclusiveMinimum",
]
FIELDS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "type": st.sampled_from(TYPES) | JSON,
        "format": st.sampled_from(["default", "any", "email", "uri", "%d/%m/%Y", "topojson", "array"]) | JSON,
        "constraints": st.dictionaries(
            st.sampled_from(CONSTRAINTS),
            st.booleans()
            | st.integers(0, 5)
            | st.sampled_from([r"^\d+$", "(", "2020-01-01", "a"])
            | st.lists(st.text(max_size=3), max_size=3)
            | JSON,
            max_size=3,
        ),
        "trueValues": st.lists(st.text(max_size=3)) | JSON,
        "decimalChar": st.text(max_size=1) | JSON,
        "bareNumber": st.booleans() | JSON,
        "example": JSON,
        "rdfType": JSON,
    },
)
SCHEMAS = st.fixed_dictionaries(
    {"fields": st.lists(FIELDS, max_size=4)},
    optional={
        "missingValues": st.lists(st.text(max_size=3)) | JSON,
        "primaryKey": st.lists(NAMES, max_size=2) | NAMES | JSON,
        "foreignKeys": JSON,
        "fieldsMatch": st.sampled_from(["exact", "partial"]) | JSON,
        "custom_checks": st.lists(JSON) | JSON,
        "name": JSON,
        "$schema": st.just("https://example.org/profile.json") | JSON,
    },
)
CELLS = st.text(max_size=12) | st.sampled_from(
    ["1", "1,5", "2024-01-01", "31/12/2024", "oui", "NaN", "1e999999", "{}", "[" * 50, "9" * 400]
)
TABLES = st.lists(st.lists(CELLS, max_size=5), max_size=6)
FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def check(content: bytes, schema: Any, limits: TableLimits | None = None) -> Report:
    """Validate bytes, and what every report must be."""
    report = validate(io.BytesIO(content), "table", schema, TableOptions(limits or TableLimits()))
    assert verdict(report) in VERDICTS
    for lang in ("en", "fr"):
        json.dumps(report_dict(report, lang))
    assert sum(report.rules.values()) == sum(report.summary.values())
    if verdict(report) in {"unreadable", "not-applicable"}:
        assert report.findings
    return report


class TestAnything:
    """Never an exception."""

    @FEW
    @given(st.binary(max_size=300), SCHEMAS)
    def test_bytes(self, content: bytes, schema: Any):
        check(content, schema)

    @FEW
    @given(TABLES, SCHEMAS, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
    def test_rows(self, rows: list[list[str]], schema: Any, mark: str, encoding: str):
        check("\n".join(mark.join(row) for row in rows).encode(encoding, "replace"), schema)

    @FEW
    @given(st.one_of(JSON, SCHEMAS))
    def test_schemas(self, schema: Any):
        check(b"a,b\n1,2024-01-01\n,x\n", schema)

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 4000), st.binary(min_size=1, max_size=8), st.sampled_from([xlsx, ods]))
    def test_damaged_spreadsheets(self, place: int, noise: bytes, make: Any):
        whole = make([["a", "b"], [1, "x"], [None, 2.5]])
        place %= len(whole)
        check(whole[:place] + noise + whole[place + len(noise) :], builtin("scdl/subventions"))

    @settings(max_examples=40, deadline=None)
    @given(st.text(max_size=400))
    def test_hostile_parts(self, text: str):
        parts = {"mimetype": "x", "content.xml": text.encode("utf-8", "surrogatepass")}
        check(zipped(parts), {"fields": [{"name": "a"}]})


SCHEMA = {"fields": [{"name": "a", "type": "string"}]}


def repeated(attribute: str, inside: str) -> bytes:
    """An ODS whose rows or cells say that they are repeated very often."""
    whole = ods([["a"], ["x"]])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        content = archive.read("content.xml").decode()
    return zipped(
        {"mimetype": "x", "content.xml": content.replace(inside, f"{inside} table:{attribute}='9999999'", 2)}
    )


class TestBombs:
    """Small files that are large."""

    @pytest.mark.parametrize(
        "content",
        [
            zipped({"xl/workbook.xml": b" " * (600 * MIB)}),
            zipped({f"{number}": b"" for number in range(6000)}),
            repeated("number-columns-repeated", "<table:table-cell"),
        ],
        ids=["unpacked", "members", "columns"],
    )
    def test_spreadsheets(self, content: bytes):
        started = time.monotonic()
        report = check(content, SCHEMA)
        assert verdict(report) == "unreadable"
        assert time.monotonic() - started < 20

    def test_a_directory_of_millions(self):
        """Entries without content: fifty bytes each in the file, ten times that as objects."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for number in range(60_000):
                archive.writestr(f"xl/{number}.xml", b"")
        assert {one.params["kind"] for one in check(target.getvalue(), SCHEMA).findings} == {"spreadsheet"}
        assert not is_table(target)

    def test_rows_repeated(self):
        report = check(repeated("number-rows-repeated", "<table:table-row"), SCHEMA, TableLimits(rows=1000))
        assert {one.params.get("kind") for one in report.findings if one.rule == "table.limit"} == {"rows"}

    def test_a_pattern_that_hangs_others(self):
        """``re`` needs longer than the universe for this one."""
        schema = {"fields": [{"name": "a", "constraints": {"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}}]}
        started = time.monotonic()
        check(b"a\n" + b"a" * 5000 + b"\n", schema)
        assert time.monotonic() - started < 5

    def test_digits_that_take_long(self):
        schema = {"fields": [{"name": "a", "type": "integer"}]}
        started = time.monotonic()
        report = check(b"a\n" + (b"9" * 100_000 + b"\n") * 20, schema)
        assert report.rules["table.type"] == 20
        assert time.monotonic() - started < 5

    def test_time_is_respected(self):
        schema = {"fields": [{"name": "a", "constraints": {"enum": [f"value {n}" for n in range(10_000)]}}]}
        content = b"a\n" + b"x\n" * 1_000_000
        started = time.monotonic()
        report = check(content, schema, TableLimits(seconds=2))
        assert time.monotonic() - started < 10
        assert verdict(report) == "unreadable"


MEASURED = """
import io, resource, sys
from ckanext.ess.tables import validate
from ckanext.ess.tables.builtin import builtin
import frictionless, openpyxl
class Rows(io.RawIOBase):
    def __init__(self, head, row, count):
        self.head, self.row, self.count, self.rest = head, row, count, head
    def readable(self): return True
    def readinto(self, target):
        while len(self.rest) < len(target) and self.count:
            take = min(self.count, 5000); self.count -= take; self.rest += self.row * take
        size = min(len(self.rest), len(target)); target[:size] = self.rest[:size]; self.rest = self.rest[size:]
        return size
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = validate(io.BufferedReader(Rows(sys.argv[1].encode(), sys.argv[2].encode(), int(sys.argv[3]))), "t", {"fields": [{"name": "a"}, {"name": "b"}]})
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(report.row_count, after - before)
"""


@pytest.mark.parametrize(
    ("row", "count", "most"), [("x,y\\n", 200_000, 60), ("x" * 5000 + ",y\\n", 20_000, 60)]
)
def test_memory_is_bounded(row: str, count: int, most: int):
    """A stream that cannot seek, in a process of its own; MiB above what the libraries take."""
    code = MEASURED.replace("sys.argv[2].encode()", "sys.argv[2].encode().replace(b'\\\\n', b'\\n')")
    answer = subprocess.run(
        [sys.executable, "-c", code, "a,b\n", row, str(count)], check=True, capture_output=True, text=True
    )
    rows, kib = map(int, answer.stdout.split())
    assert rows == count
    assert kib / 1024 < most


REMOTE = "http://127.0.0.1:9/list.json"


@pytest.mark.parametrize(
    "schema",
    [
        {"fields": [{"name": "a", "constraints": {"enum": REMOTE}}]},
        {"fields": [{"name": "a", "type": "object", "constraints": {"jsonSchema": {"$ref": REMOTE}}}]},
        {"fields": [{"name": "a", "$ref": REMOTE}], "$schema": REMOTE, "profile": REMOTE},
        {"fields": [{"name": "a"}], "foreignKeys": [{"fields": ["a"], "reference": {"resource": REMOTE, "fields": ["b"]}}]},
        {"fields": REMOTE},
        {"fields": [{"name": "a", "type": "geojson"}]},
        {"fields": [{"name": "a", "format": "uri"}]},
    ],
)  # fmt: skip
def test_nothing_is_followed(schema: Any):
    """No connection is opened and no file but Python's own modules, audited by the interpreter itself."""
    code = """
import io, json, sys
sys.path[:0] = []
import frictionless, openpyxl, re2, ckanext.ess.tables as tables
tables.validate(io.BytesIO(b"a\\n1\\n"), "t", {"fields": [{"name": "a", "type": "geojson"}]})
seen = []
sys.addaudithook(lambda event, args: seen.append((event, str(args))) if event in ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen") else None)
tables.validate(io.BytesIO(b'a\\n{"$ref": "http://127.0.0.1:9/"}\\n'), "t", json.loads(sys.argv[1]))
print(json.dumps([one for one in seen if not ("site-packages" in one[1] or "/lib/python" in one[1] or "ckanext" in one[1])]))
"""
    answer = subprocess.run(
        [sys.executable, "-c", code, json.dumps(schema)], check=True, capture_output=True, text=True
    )
    assert json.loads(answer.stdout) == []


def test_a_large_good_file_takes_little_time():
    """A hundred thousand cells a second at least, on a machine that does other things too."""
    content = grants({})
    row = content.split(b"\r\n")[1] + b"\r\n"
    big = content + row * 20_000
    started = time.monotonic()
    report = check(big, builtin("scdl/subventions"))
    assert report.row_count == 20_001
    assert time.monotonic() - started < 30
