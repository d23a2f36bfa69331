"""Hostile files in processes of their own: processor time and memory above the base, as the kernel counts."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckanext.ess.tests.unit import measured
from ckanext.ess.tests.unit.test_validate_hostile import CASES, GOOD, iati

MEBIBYTE = 1024 * 1024
#: Reading stops by itself after ``measured.SECONDS``; what was read by then is still checked.
MOST_SECONDS = 2 * measured.SECONDS
MOST_ABOVE = 100 * MEBIBYTE
START = b'<iati-activities version="2.03">'

Writer = Callable[[Path], None]


def filled(before: bytes, filling: bytes, mebibytes: int, after: bytes) -> Writer:
    """A file with so many mebibytes of something in its middle."""

    def write(path: Path) -> None:
        block = (filling * (MEBIBYTE // len(filling) + 1))[:MEBIBYTE]
        with path.open("wb") as stream:
            stream.write(before)
            for _ in range(mebibytes):
                stream.write(block)
            stream.write(after)

    return write


def sparse(before: bytes, gibibytes: int) -> Writer:
    def write(path: Path) -> None:
        with path.open("wb") as stream:
            stream.write(before)
            stream.truncate(gibibytes * 1024 * MEBIBYTE)

    return write


def packed(opener: Callable[[Path], Any], mebibytes: int, text: bytes = b" ") -> Writer:
    def write(path: Path) -> None:
        with opener(path) as stream:
            stream.write(START)
            for _ in range(mebibytes):
                stream.write(text * (MEBIBYTE // len(text)))

    return write


def gzip_file(path: Path) -> Any:
    return gzip.open(path, "wb")


def zip_member(path: Path) -> Any:
    archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
    return archive.open("data.xml", "w", force_zip64=True)


#: Too large to keep in memory twice: file → what writes it.
LARGE: dict[str, Writer] = {
    "attribute of 100 MB": filled(START + b'<iati-activity xml:lang="', b"x", 100, b'"/></iati-activities>'),
    "root attribute of 100 MB": filled(b'<iati-activities version="', b"2", 100, b'"/>'),
    "text of 100 MB": filled(iati()[:-40], b"bonjour ", 100, iati()[-40:]),
    "element name of 100 MB": filled(
        START + b"<iati-activity><", b"a", 100, b"/></iati-activity></iati-activities>"
    ),
    "comment of 100 MB in an activity": filled(
        START + b"<iati-activity><!--", b"x", 100, b"--></iati-activity></iati-activities>"
    ),
    "comment of 100 MB before": filled(b"<!--", b"x", 100, b"-->" + iati()),
    "comment of 100 MB after": filled(iati() + b"<!--", b"x", 100, b"-->"),
    "100 MB of text between activities": filled(START + GOOD, b"bonjour ", 100, GOOD + b"</iati-activities>"),
    "100 MB of blanks between activities": filled(START + GOOD, b" \n\t ", 100, GOOD + b"</iati-activities>"),
    "100 MB of text after the root": filled(iati(), b"bonjour ", 100, b""),
    "100 MB of open elements": filled(START + b"<iati-activity>", b"<a>", 100, b""),
    "100 MB of empty activities": filled(START, b"<iati-activity/>", 100, b"</iati-activities>"),
    "100 MB of tiny foreign elements": filled(START, b"<x/>", 100, b"</iati-activities>"),
    "100 MB of line feeds": filled(START, b"\n", 100, b"</iati-activities>"),
    "100 MB of carriage returns": filled(START, b"\r", 100, b"</iati-activities>"),
    "100 MB of ampersands": filled(START, b"&", 100, b"</iati-activities>"),
    "100 MB of less-thans": filled(START, b"<", 100, b"</iati-activities>"),
    "100 MB of openers": filled(START, b"<![CDATA[", 100, b"</iati-activities>"),
    "100 MB of no XML": filled(b"", bytes(range(256)), 100, b""),
    "100 MB without a line end": filled(b"id;name;", b"a;b;", 100, b""),
    "2 GB sparse": sparse(b"", 2),
    "2 GB sparse behind a root": sparse(START, 2),
    "2 GB sparse behind an activity": sparse(START + GOOD, 2),
    "gzip of 1 GB of blanks": packed(gzip_file, 1024),
    "gzip of 300 MB of tags": packed(gzip_file, 300, b"<iati-activity>"),
    "zip of 1 GB of blanks": packed(zip_member, 1024),
}


def run(folder: Path, names: list[str]) -> dict[tuple[str, bool], dict[str, Any]]:
    """Measure the files of a folder, one process for all and a fork for each."""
    command = [sys.executable, measured.__file__, *(str(folder / name) for name in names)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3000)
    assert not done.returncode, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {(Path(line["path"]).name, line["official"]): line for line in lines}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, bool], dict[str, Any]]:
    folder = tmp_path_factory.mktemp("hostile")
    for name, (build, _) in CASES.items():
        (folder / name.replace("/", "-")).write_bytes(build())
    return run(folder, [name.replace("/", "-") for name in CASES])


def fits(result: dict[str, Any], name: str) -> None:
    assert result["verdict"] != measured.KILLED, (name, result)
    assert result["seconds"] < MOST_SECONDS, (name, result)
    assert result["above"] < MOST_ABOVE, (name, result)


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_small_files(small: dict[tuple[str, bool], dict[str, Any]], name: str, official: bool):
    result = small[name.replace("/", "-"), official]
    fits(result, name)
    assert result["findings"] or official or CASES[name][1] == "11.1.4-or-valid"


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_files(tmp_path: Path, name: str):
    path = tmp_path / "large"
    LARGE[name](path)
    for result in run(tmp_path, ["large"]).values():
        fits(result, name)
        assert result["findings"]


class TestCommand:
    """Through ``ess-iati validate``: an exit status and one sentence, never a trace."""

    def command(self, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
        program = [sys.executable, "-c", "from ckanext.ess.commands import main; raise SystemExit(main())"]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [*program, "validate", *map(str, arguments)],
            capture_output=True,
            check=False,
            timeout=120,
            env=environment,
            **options,
        )

    def unreadable(self, *arguments: str | Path, **options: Any) -> str:
        done = self.command(*arguments, **options)
        assert done.returncode == 2, done
        assert b"Traceback" not in done.stderr + done.stdout
        told = (done.stdout + done.stderr).decode()
        assert told.strip()
        return told

    def test_a_file_that_is_not_there(self, tmp_path: Path):
        assert "absent.xml" in self.unreadable(tmp_path / "absent.xml")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_a_file_that_may_not_be_read(self, tmp_path: Path):
        path = tmp_path / "secret.xml"
        path.write_bytes(iati())
        path.chmod(0)
        self.unreadable(path)

    def test_an_empty_folder(self, tmp_path: Path):
        self.unreadable(tmp_path)

    def test_a_loop_of_links(self, tmp_path: Path):
        (tmp_path / "a.xml").write_bytes(iati())
        (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "round.xml").symlink_to(tmp_path / "round.xml")
        told = self.unreadable(tmp_path)
        assert told.count("a.xml") >= 1
        assert "round.xml" in told

    def test_a_pipe_that_nobody_writes_to(self, tmp_path: Path):
        pipe = tmp_path / "pipe.xml"
        os.mkfifo(pipe)
        self.unreadable(pipe)

    def test_a_name_that_is_no_text(self, tmp_path: Path):
        path = os.fsencode(tmp_path) + b"/\xff\xfe.xml"
        Path(os.fsdecode(path)).write_bytes(iati())
        done = self.command(tmp_path, "--format", "json")
        assert done.returncode in (0, 1), done.stderr
        assert json.loads(done.stdout)["reports"]

    def test_standard_input(self):
        assert self.command("-", input=iati()).returncode == 0
        self.unreadable("-", input=b"")
        self.unreadable("-", input=b"\x00" * 1000)

    def test_a_reader_that_goes_away(self, tmp_path: Path):
        (tmp_path / "a.xml").write_bytes(iati(b"<iati-activity/>" * 20_000))
        program = [sys.executable, "-c", "from ckanext.ess.commands import main; raise SystemExit(main())"]
        with subprocess.Popen(
            [*program, "validate", "--format", "json", str(tmp_path / "a.xml")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as started:
            assert started.stdout
            assert started.stderr
            started.stdout.read(10)
            started.stdout.close()
            assert b"Traceback" not in started.stderr.read()

    @pytest.mark.parametrize("shape", ["text", "json", "csv", "html", "iati-validator"])
    def test_every_shape_of_the_report_survives_hostile_values(self, tmp_path: Path, shape: str):
        path = tmp_path / "a.xml"
        text = GOOD.replace(b'code="SN"', "code='&lt;script&gt;\u202e=cmd|&#9;&#10;\"'".encode())
        path.write_bytes(iati(text))
        done = self.command(path, "--format", shape)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
        if shape == "html":
            assert b"<script>\xe2" not in done.stdout
