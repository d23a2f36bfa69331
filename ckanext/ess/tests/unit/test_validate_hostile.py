"""Files that nobody should send.

Each gives a finding or "unreadable", in seconds, without filling the memory.
"""

from __future__ import annotations

import gzip
import io
import os
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ckanext.ess.iati.read import Limits
from ckanext.ess.iati.validate import Options, Report, validate, verdict
from ckanext.ess.iati.validate.messages import sentence

SECONDS = 20
MEBIBYTE = 1024 * 1024
ABOVE = 100 * MEBIBYTE

ACTIVITY = (
    b'<iati-activity xml:lang="fr" default-currency="EUR"><iati-identifier>FR-RCS-123456782-1</iati-identifier>'  # noqa: E501
    b'<reporting-org ref="FR-RCS-123456782" type="22"><narrative>A</narrative></reporting-org>'
    b"<title><narrative>T</narrative></title><description><narrative>D</narrative></description>"
    b'<participating-org role="4" ref="FR-RCS-123456782"/><activity-status code="2"/>'
    b'<activity-date type="1" iso-date="2020-01-01"/>%s'
    b'<recipient-country code="SN"/><sector code="14030"/></iati-activity>'
)
GOOD = ACTIVITY % b""


def iati(inner: bytes = GOOD, root: bytes = b'iati-activities version="2.03"') -> bytes:
    return b"<" + root + b">" + inner + b"</" + root.split()[0] + b">"


def activity(old: bytes, new: bytes) -> bytes:
    assert old in GOOD
    return iati(GOOD.replace(old, new))


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return out.getvalue()


def encrypted() -> bytes:
    text = bytearray(zipped(("a.xml", iati())))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        text[text.index(signature) + place] |= 1
    return bytes(text)


BOMB = (
    b'<!DOCTYPE iati-activities [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
EXTERNAL = b'<!DOCTYPE iati-activities [<!ENTITY x SYSTEM "file:///etc/passwd">]>'

# name: (content, what must be found: a rule id, or a verdict where the file holds a table or nothing)
CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    # Not XML
    "empty": (lambda: b"", "unreadable"),
    "blank": (lambda: b" \n\t" * 50, "unreadable"),
    "html error page": (lambda: b"<!DOCTYPE html><html><body>404</body></html>", "unreadable"),
    "html without doctype": (lambda: b"<html><head><title>x</title></head></html>", "unreadable"),
    "html behind comments": (lambda: b"<!-- a -->" * 300 + b"<html/>", "unreadable"),
    "json": (lambda: b'{"success": false}', "unreadable"),
    "json list": (lambda: b"[1, 2, 3]", "unreadable"),
    "csv": (lambda: b"id;title\n1;x\n", "unreadable"),
    "spreadsheet": (lambda: zipped(("xl/workbook.xml", b"<x/>"), ("[Content_Types].xml", b"<x/>")), "unreadable"),  # noqa: E501
    "opendocument": (lambda: zipped(("mimetype", b"x"), ("content.xml", b"<x/>")), "unreadable"),
    "old excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "unreadable"),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(100), "unreadable"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "unreadable"),
    "plain text": (lambda: b"Bonjour le monde", "unreadable"),
    "zero bytes": (lambda: bytes(100_000), "unreadable"),
    "bzip2": (lambda: b"BZh91AY&SY" + bytes(50), "unreadable"),
    "rss": (lambda: b"<rss><channel/></rss>", "0.2.1"),
    "broken foreign xml": (lambda: b"<rss><channel></rss>", "0.1.1"),
    # Entities and document types
    "entity bomb": (lambda: BOMB + iati(b"&c;"), "0.1.1"),
    "external entity": (lambda: EXTERNAL + iati(b"&x;"), "0.1.1"),
    "parameter entity": (lambda: b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>' + iati(), "0.1.1"),  # noqa: E501
    "external doctype": (lambda: b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">' + iati(), "0.1.1"),
    "undeclared entity": (lambda: iati(GOOD.replace(b">T<", b">T&eacute;<")), "0.1.1"),
    "endless doctype": (lambda: b"<!DOCTYPE a [" + b"<!ENTITY a 'b'>" * 100_000, "0.1.1"),
    # Sizes
    "deep nesting": (lambda: iati(b"<iati-activity>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</iati-activity>"), "0.1.1"),  # noqa: E501
    "deep activities": (lambda: iati(b"<iati-activity>" * 3000 + b"</iati-activity>" * 3000), "0.1.1"),
    "deep roots": (lambda: b"<iati-activities>" * 3000 + GOOD, "0.3.1"),
    "attribute of 20 MB": (lambda: activity(b'code="SN"', b'code="' + b"x" * 20 * MEBIBYTE + b'"'), "0.1.1"),
    "attribute of 2 MB": (lambda: activity(b'code="SN"', b'code="' + b"x" * 2 * MEBIBYTE + b'"'), "0.1.1"),
    "text of 20 MB": (lambda: activity(b">T<", b">" + b"x" * 20 * MEBIBYTE + b"<"), "0.1.1"),
    "comment of 20 MB": (lambda: iati(b"<!--" + b"x" * 20 * MEBIBYTE + b"-->" + GOOD), "0.1.1"),
    "prolog of 5 MB": (lambda: b"<!--" + b"x" * 5 * MEBIBYTE + b"-->" + iati(), "0.1.1"),
    "root tag of 5 MB": (lambda: b'<iati-activities version="2.03" x="' + b"x" * 5 * MEBIBYTE + b'">', "0.1.1"),  # noqa: E501
    "100,000 attributes": (
        lambda: activity(b"<title>", b"<title " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b">"),
        "0.1.1",
    ),
    "20,000 empty activities": (lambda: iati(b"<iati-activity/>" * 20_000), "0.3.1"),
    "100,000 open activities": (lambda: iati(b"<iati-activity>" * 100_000), "0.1.1"),
    "100,000 stray end tags": (lambda: iati(b"</iati-activity>" * 100_000), "0.1.1"),
    "a million less-thans": (lambda: iati(b"<" * 1_000_000), "0.1.1"),
    "a million ampersands": (lambda: activity(b">T<", b">" + b"&" * 1_000_000 + b"<"), "0.1.1"),
    "a million quotes": (lambda: iati(b"<iati-activity " + b'"' * 1_000_000 + b">"), "0.1.1"),
    "50,000 names": (lambda: activity(b"<sector", b"".join(b"<n%d/>" % n for n in range(50_000)) + b"<sector"), "0.1.1"),  # noqa: E501
    "50,000 namespaces": (
        lambda: activity(b"<sector", b"".join(b'<a xmlns="u%d"/>' % n for n in range(50_000)) + b"<sector"),
        "0.1.1",
    ),
    "a million tags": (lambda: activity(b"<sector", b"<sector/>" * 1_000_000 + b"<sector"), "0.1.1"),
    "80,000 transactions": (lambda: activity(b"<sector", b"<transaction/>" * 80_000 + b"<sector"), "0.1.1"),
    "20,000 transactions": (lambda: activity(b"<sector", b"<transaction/>" * 20_000 + b"<sector"), "0.3.1"),
    "4,000 vocabularies": (
        lambda: activity(
            b"<sector", b"".join(b'<sector vocabulary="v%d"/>' % n for n in range(4000)) + b"<sector"
        ),
        "9.78.1",
    ),
    # Envelopes
    "zip bomb": (lambda: zipped(("a.xml", b"<iati-activities>" + b" " * 60 * MEBIBYTE)), "unreadable"),
    "gzip bomb": (lambda: gzip.compress(b"<iati-activities>" + b" " * 60 * MEBIBYTE), "unreadable"),
    "zip of zip": (lambda: zipped(("a.zip", zipped(("a.xml", iati())))), "unreadable"),
    "gzip of gzip": (lambda: gzip.compress(gzip.compress(iati())), "unreadable"),
    "zip of two": (lambda: zipped(("a.xml", iati()), ("b.xml", iati())), "unreadable"),
    "zip of none": (zipped, "unreadable"),
    "zip cut short": (lambda: zipped(("a.xml", iati()))[:-30], "unreadable"),
    "zip with password": (encrypted, "unreadable"),
    "gzip cut short": (lambda: gzip.compress(iati() * 9)[:-9], "0.1.1"),
    "gzip with rubbish": (lambda: gzip.compress(iati()) + b"rubbish", "0.1.1"),
    # Broken markup
    "truncated": (lambda: iati()[:-10], "0.1.1"),
    "truncated activity": (lambda: iati()[:200], "0.1.1"),
    "truncated root": (lambda: b'<iati-activities version="2.0', "unreadable"),
    "two roots": (lambda: iati() + iati(), "0.1.1"),
    "text after the root": (lambda: iati() + b"merci", "0.1.1"),
    "text before the root": (lambda: b"x" + iati(), "0.1.1"),
    "declaration not first": (lambda: b'\n<?xml version="1.0"?>' + iati(), "0.1.1"),
    "declaration twice": (lambda: b'<?xml version="1.0"?><?xml version="1.0"?>' + iati(), "0.1.1"),
    "crossed tags": (lambda: activity(b"</narrative></title>", b"</title></narrative>"), "0.1.1"),
    "unquoted attribute": (lambda: activity(b'code="SN"', b"code=SN"), "0.1.1"),
    "attribute twice": (lambda: activity(b'code="SN"', b'code="SN" code="ML"'), "0.1.1"),
    "bare ampersand": (lambda: activity(b">T<", b">T & U<"), "0.1.1"),
    "unclosed comment": (lambda: iati(GOOD + b"<!-- never"), "0.1.1"),
    "unclosed CDATA": (lambda: activity(b">T<", b"><![CDATA[T<"), "0.1.1"),
    "undeclared prefix": (lambda: activity(b"<sector", b"<x:y/><sector"), "0.1.1"),
    "NUL in text": (lambda: activity(b">T<", b">T\x00<"), "0.1.1"),
    "control character": (lambda: activity(b">T<", b">T\x0b<"), "0.1.1"),
    "surrogate reference": (lambda: activity(b">T<", b">&#xD800;<"), "0.1.1"),
    "reserved instruction": (lambda: activity(b"<sector", b"<?xml x?><sector"), "0.1.1"),
    # Encodings
    "latin-1 undeclared": (lambda: activity(b">T<", b">\xe9t\xe9<"), "0.1.1"),
    "utf-8 that is latin-1": (lambda: b'<?xml version="1.0" encoding="UTF-8"?>' + activity(b">T<", b">\xe9<"), "0.1.1"),  # noqa: E501
    "unknown encoding": (lambda: b'<?xml version="1.0" encoding="klingon"?>' + iati(), "unreadable"),
    "encoding of code": (lambda: b'<?xml version="1.0" encoding="unicode_escape"?>' + iati(), "unreadable"),
    "utf-16 cut short": (lambda: iati().decode().encode("utf-16")[:-1], "0.1.1"),
    "utf-8 then utf-16": (lambda: iati(GOOD)[:-20] + iati().decode().encode("utf-16-le"), "0.1.1"),
    # Names and places
    "root in a namespace": (lambda: iati(root=b'iati-activities xmlns="urn:x" version="2.03"'), "0.2.1"),
    "activities in a namespace": (lambda: iati(GOOD.replace(b"<iati-activity", b'<iati-activity xmlns="urn:x"')), "0.3.1"),  # noqa: E501
    "foreign elements first": (lambda: iati(b'<x:y xmlns:x="urn:x"/>' + GOOD), "0.3.1"),
    "unknown element": (lambda: activity(b"<sector", b"<secteur/><sector"), "0.3.1"),
    "unknown element in the root": (lambda: iati(b"<activity/>" + GOOD), "0.3.1"),
    "text in the root": (lambda: iati(GOOD + b"hello"), "0.3.1"),
    "no activity": (lambda: iati(b""), "0.3.1"),
    "organisation among activities": (lambda: iati(b"<iati-organisation/>" + GOOD), "0.3.1"),
    "nested activity": (lambda: iati(b"<iati-activity>" + GOOD + b"</iati-activity>"), "0.3.1"),
    "root in the root": (lambda: iati(iati()), "0.3.1"),
    "version unknown": (lambda: iati(root=b'iati-activities version="9.9"'), "0.6.1"),
    "version in words": (lambda: iati(root=b'iati-activities version="latest"'), "0.6.1"),
    "version 1e309": (lambda: iati(root=b'iati-activities version="1e309"'), "0.6.1"),
    "version NaN": (lambda: iati(root=b'iati-activities version="nan"'), "0.6.1"),
    "percentage of 400 hexadecimal digits": (lambda: activity(b'code="14030"', b'code="14030" percentage="0x%s"' % (b"f" * 400)), "0.3.1"),  # noqa: E501
    "version 1.032": (lambda: iati(root=b'iati-activities version="1.032"'), "0.6.1"),
    # Values
    "number 1e309": (lambda: activity(b'code="14030"', b'code="14030" percentage="1e309"'), "0.3.1"),
    "percentage 50,0": (lambda: activity(b'code="14030"', b'code="14030" percentage="50,0"'), "0.3.1"),
    "percentage NaN": (lambda: activity(b'code="14030"', b'code="14030" percentage="NaN"'), "0.3.1"),
    "percentage of 400 digits": (lambda: activity(b'code="14030"', b'code="14030" percentage="%s"' % (b"9" * 400)), "2.1.4"),  # noqa: E501
    "year 0000": (lambda: activity(b"2020-01-01", b"0000-01-01"), "0.3.1"),
    "year 9999": (lambda: iati(ACTIVITY.replace(b'type="1"', b'type="2"').replace(b"2020", b"9999") % b""), "11.1.4"),  # noqa: E501
    "29 February": (lambda: activity(b"2020-01-01", b"2021-02-29"), "0.3.1"),
    "date in words": (lambda: activity(b"2020-01-01", b"yesterday"), "0.3.1"),
    "date with odd zone": (lambda: activity(b"2020-01-01", b"2020-01-01+99:99"), "0.3.1"),
    "negative year": (lambda: activity(b"2020-01-01", b"-99999999-01-01"), "11.1.4-or-valid"),
    "codes of markup": (lambda: activity(b'code="SN"', b'code="&lt;script&gt;"'), "9.50.1"),
    "quote in a vocabulary": (lambda: activity(b'code="14030"', b'code="14030" vocabulary="\'] | //*[\'"'), "9.78.1"),  # noqa: E501
}  # fmt: skip


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def checked(content: bytes, **options: object) -> Report:
    started, before = time.process_time(), peak()
    report = validate(io.BytesIO(content), Options(**options))  # type: ignore[arg-type]
    assert time.process_time() - started < SECONDS
    assert peak() - before < ABOVE + len(content)
    for finding in report.findings[:50]:
        for lang in ("en", "fr"):
            assert all(sentence(finding, lang, report.version))
    return report


def test_there_are_enough():
    assert len(CASES) >= 80


@pytest.mark.parametrize("name", CASES)
def test_hostile(name: str):
    build, expected = CASES[name]
    report = checked(build())
    if expected == "unreadable":
        assert verdict(report) == "unreadable"
        assert report.findings
    elif expected != "11.1.4-or-valid":
        assert expected in report.rules, dict(report.rules)


@pytest.mark.parametrize("name", CASES)
def test_hostile_in_the_official_mode(name: str):
    checked(CASES[name][0](), official=True)


# Odd, and right: nothing critical may be said of these.
ODD: dict[str, bytes] = {
    "plain": iati(),
    "comments that hold markup": iati(b"<!-- <iati-activity><x> </iati-activities> -->" + GOOD),
    "comment inside": activity(b"<sector", b"<!-- </iati-activity> --><sector"),
    "CDATA": activity(b">T<", b"><![CDATA[<iati-activity> & </iati-activity>]]><"),
    "instruction": iati(b"<?php echo '<iati-activity>' ?>" + GOOD),
    "instruction inside": activity(b"<sector", b"<?x </iati-activity>?><sector"),
    "greater-than in a value": activity(b'code="SN"', b'code="SN" x:y=">" xmlns:x="urn:x"'),
    "spaces in tags": iati()
    .replace(b"</iati-activity>", b"</iati-activity \n>")
    .replace(b"<sector ", b"<sector\n\t"),
    "foreign elements last": iati(GOOD + b'<x:y xmlns:x="urn:x">text</x:y>'),
    "foreign elements inside": activity(
        b"</iati-activity>", b'<x:y xmlns:x="urn:x"><x:sector/></x:y></iati-activity>'
    ),
    "utf-8 mark": b"\xef\xbb\xbf" + iati(),
    "utf-16 little": iati().decode().encode("utf-16"),
    "utf-16 big without mark": ('<?xml version="1.0" encoding="utf-16"?>' + iati().decode()).encode(
        "utf-16-be"
    ),
    "utf-32": iati().decode().encode("utf-32"),
    "latin-1 declared": b"<?xml version='1.0' encoding='ISO-8859-1'?>" + activity(b">T<", b">\xe9t\xe9<"),
    "declared utf-16, is utf-8": b'<?xml version="1.0" encoding="UTF-16"?>' + iati(),
    "carriage returns only": iati().replace(b"><", b">\r<"),
    "gzip": gzip.compress(iati()),
    "gzip of two members": gzip.compress(iati()[:300]) + gzip.compress(iati()[300:]),
    "zip": zipped(("data.xml", iati())),
    "zip of a Mac": zipped(("data.xml", iati()), ("__MACOSX/._data.xml", b"x"), (".DS_Store", b"x")),
    "blank end": iati() + b"\n\n<!-- end -->\n",
    "time zone": activity(b"2020-01-01", b"2020-01-01Z"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_but_right(name: str):
    report = checked(ODD[name])
    assert report.valid, [(finding.rule, dict(finding.params)) for finding in report.findings]
    assert report.activity_count == 1


def test_a_broken_activity_does_not_hide_the_next():
    broken = GOOD.replace(b"</title>", b"</titre>")
    report = checked(
        iati(GOOD + broken + GOOD.replace(b"782-1<", b"782-2<").replace(b'code="SN"', b'code="??"'))
    )
    assert report.rules["0.1.1"] == 1
    assert report.rules["9.50.1"] == 1
    assert report.activity_count == 3


def test_an_unclosed_activity_is_cut_where_the_next_begins():
    report = checked(iati(GOOD.replace(b"</iati-activity>", b"") + GOOD + GOOD))
    assert report.rules["0.1.1"] == 1
    assert report.activity_count == 3


def test_limits_are_the_callers():
    small = Limits(size=1000, attribute=50, piece=2000, depth=3)
    assert (
        validate(io.BytesIO(iati(GOOD * 5)), Options(limits=small)).findings[0].params["problem"]
        == "too-large"
    )
    shallow = validate(io.BytesIO(iati()), Options(limits=Limits(depth=3)))
    assert [finding.params["problem"] for finding in shallow.findings if finding.rule == "0.1.1"] == [
        "too-deep"
    ]
    slow = validate(io.BytesIO(iati()), Options(limits=Limits(seconds=-1)))
    assert verdict(slow) == "unreadable"


def test_files_of_the_disk(tmp_path: Path):
    sparse = tmp_path / "sparse.xml"
    with sparse.open("wb") as file:
        file.truncate(2 * 1024 * MEBIBYTE)
    assert verdict(validate(sparse)) == "unreadable"
    with sparse.open("r+b") as file:
        file.write(b'<iati-activities version="2.03">')
    assert verdict(validate(sparse)) in {"unreadable", "invalid"}
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, tmp_path / "absent", pipe, Path("/dev/zero"), "a\x00b"):
        assert verdict(validate(path)) == "unreadable"
