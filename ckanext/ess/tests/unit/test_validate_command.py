"""The command, as a user runs it: formats, exit status, folders, sets of files, languages."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ckanext.ess.commands import main
from ckanext.ess.commands.files import named
from ckanext.ess.iati.validate.formats.json import SCHEMA
from ckanext.ess.tests.unit.test_validate_hostile import GOOD, iati

BAD = iati(GOOD.replace(b'code="SN"', b'code="=1+1"').replace(b"</description>", b"</description><x/>"))
PARTNER = b'<participating-org role="1" activity-id="%s"/><activity-status'
REFERS = iati(GOOD.replace(b"<activity-status", PARTNER % b"GB-CHC-1-P1"))
REFERRED = iati(GOOD.replace(b"FR-RCS-123456782-1<", b"GB-CHC-1-P1<"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_bytes(iati())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bad.xml").write_bytes(BAD)
    (tmp_path / "page.html").write_bytes(b"<html></html>")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = main(["validate", "--lang", "en", *map(str, arguments)])
    return status, capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "status"), [("good.xml", 0), ("sub/bad.xml", 1), ("page.html", 2), ("absent", 2)]
)
def test_exit_status(folder: Path, name: str, status: int, capsys: pytest.CaptureFixture[str]):
    assert run(capsys, folder / name)[0] == status


def test_the_worst_of_a_folder_wins(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "loop").symlink_to(folder)
    (folder / "dangling").symlink_to(folder / "nowhere")
    status, out = run(capsys, "--format", "json", folder)
    assert status == 2
    names = [Path(report["file"]).name for report in json.loads(out)["reports"]]
    assert sorted(names) == ["bad.xml", "dangling", "good.xml", "page.html"]


def test_several_processes_report_what_one_does(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "refers.xml").write_bytes(REFERS)
    (folder / "referred.xml").write_bytes(REFERRED)
    alone, shared = (run(capsys, "--format", "json", "--jobs", jobs, folder) for jobs in (1, 3))
    assert alone == shared
    assert len(json.loads(alone[1])["reports"]) == 5


def test_an_empty_folder_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(capsys, tmp_path)[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [[], ["--jobs", "0", "x"], ["--jobs", "two", "x"], ["--as-version", "9", "x"], ["--format", "pdf", "x"]],
)
def test_wrong_use(arguments: list[str]):
    with pytest.raises(SystemExit) as stopped:
        main(["validate", *arguments])
    assert stopped.value.code == 2


def test_json_has_the_documented_shape(folder: Path, capsys: pytest.CaptureFixture[str]):
    jsonschema = pytest.importorskip("jsonschema")
    for path in folder.rglob("*.*"):
        answer = json.loads(run(capsys, "--format", "json", path)[1])
        jsonschema.validate(answer, json.loads(SCHEMA.read_text()))


def test_json_says_where_and_what(folder: Path, capsys: pytest.CaptureFixture[str]):
    (report,) = json.loads(run(capsys, "--format", "json", folder / "sub" / "bad.xml")[1])["reports"]
    assert (report["file_type"], report["version"], report["valid"], report["clean"]) == (
        "activities",
        "2.03",
        False,
        False,
    )
    assert report["activity_count"] == 1
    finding = next(one for one in report["findings"] if one["rule"] == "9.50.1")
    assert finding["xpath"] == "/iati-activities/iati-activity[1]/recipient-country/@code"
    assert finding["activity"] == "FR-RCS-123456782-1"
    assert set(finding) >= {"severity", "category", "line", "column", "message", "fix", "params"}


def test_csv_has_a_line_per_finding_and_no_formula(folder: Path, capsys: pytest.CaptureFixture[str]):
    rows = list(csv.DictReader(io.StringIO(run(capsys, "--format", "csv", folder)[1])))
    assert {row["rule"] for row in rows} >= {"0.3.1", "9.50.1", "0.1.1"}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_html_stands_alone_and_is_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.xml").write_bytes(iati(GOOD.replace(b'code="SN"', b'code="&lt;script&gt;"')))
    page = run(capsys, "--format", "html", tmp_path / "a.xml")[1]
    assert "&lt;script&gt;" in page
    assert not any(mark in page for mark in ("<script", "src=", "@import", "url("))


def test_the_official_shape(folder: Path, capsys: pytest.CaptureFixture[str]):
    report = json.loads(run(capsys, "--format", "iati-validator", folder / "sub" / "bad.xml")[1])
    assert report["fileType"] == "iati-activities"
    assert report["summary"]["critical"] == 1
    activity = next(entry for entry in report["errors"] if entry["identifier"] == "FR-RCS-123456782-1")
    ids = {error["id"] for group in activity["errors"] for error in group["errors"]}
    assert {"0.3.1", "9.50.1"} <= ids


def test_files_given_together_know_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    one, two = tmp_path / "one.xml", tmp_path / "two.xml"
    one.write_bytes(REFERS)
    two.write_bytes(REFERRED)
    known = tmp_path / "known.txt"
    known.write_text("GB-CHC-1-P1\n")
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    assert "1000.0.1" not in run(capsys, one, two)[1]
    assert "1000.0.1" not in run(capsys, one)[1]
    assert "1000.0.1" not in run(capsys, "--known-identifiers", known, one)[1]
    assert "1000.0.1" in run(capsys, "--known-identifiers", empty, one)[1]
    assert run(capsys, "--known-identifiers", tmp_path / "absent", one)[0] == 2


def test_findings_are_limited_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.xml").write_bytes(iati(b"<iati-activity/>" * 100))
    (report,) = json.loads(run(capsys, "--format", "json", "--max-findings", 20, tmp_path / "a.xml")[1])[
        "reports"
    ]
    assert report["summary"]["critical"] == 100
    assert report["dropped_findings"] + len(report["findings"]) == sum(report["summary"].values())
    assert "and 95 more" in run(capsys, tmp_path / "a.xml")[1]


def test_standard_input_and_the_locale(folder: Path):
    environment = {**os.environ, "LC_ALL": "fr_FR.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "ckanext.ess.commands", "validate", "-"],
        input=BAD,
        capture_output=True,
        env=environment,
        check=False,
    )
    if b"No module named" in done.stderr:
        pytest.skip("no module to run")
    assert done.returncode == 1
    assert "À faire" in done.stdout.decode()
    assert b"\033[" not in done.stdout


def test_terminals_are_not_steered(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.xml").write_bytes(iati(GOOD.replace(b'code="SN"', 'code="\x9b31m\u202e"'.encode())))
    out = run(capsys, tmp_path / "a.xml")[1]
    assert "\x9b" not in out
    assert "\u202e" not in out


def test_a_table_s_report_has_the_documented_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    jsonschema = pytest.importorskip("jsonschema")
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")
    (tmp_path / "s.json").write_text(
        '{"fields": [{"name": "a", "constraints": {"enum": ["9"]}}, {"name": "b"}]}'
    )
    out = run(capsys, "--format", "json", "--table-schema", tmp_path / "s.json", tmp_path / "a.csv")[1]
    jsonschema.validate(json.loads(out), json.loads(SCHEMA.read_text()))
    assert json.loads(out)["reports"][0]["findings"]


def test_the_official_shape_names_no_place_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = run(capsys, "--format", "iati-validator", tmp_path / "absent")[1]
    assert "None" not in out
    (tmp_path / "bad.xml").write_bytes(BAD)
    text = run(capsys, "--format", "iati-validator", tmp_path / "bad.xml")[1]
    assert ". at line" not in text
    assert "at line: 1, column: " in text


def test_a_list_of_identifiers_as_notepad_saves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    one, known = tmp_path / "one.xml", tmp_path / "known.txt"
    one.write_bytes(REFERS)
    known.write_bytes(b"\xef\xbb\xbfGB-CHC-1-P1\r\n")
    assert "1000.0.1" not in run(capsys, "--known-identifiers", known, one)[1]
    known.write_bytes(b"\xff\xfe\x00")
    assert main(["validate", "--lang", "fr", "--known-identifiers", str(known), str(one)]) == 2
    assert "n’est pas une liste d’identifiants" in capsys.readouterr().err


def test_a_name_that_is_too_long_is_a_file_that_cannot_be_opened(capsys: pytest.CaptureFixture[str]):
    assert run(capsys, "x" * 5000)[0] == 2


@pytest.mark.parametrize(
    ("name", "said"), [("absent", "Aucun fichier ne porte ce nom"), ("/dev/null", "d'un tube nommé")]
)
def test_a_file_that_cannot_be_opened_is_told_in_french(
    name: str, said: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["validate", "--lang", "fr", name]) == 2
    assert said in capsys.readouterr().out


def test_folders_that_may_not_be_read_are_told(tmp_path: Path):
    (tmp_path / "closed").mkdir()
    (tmp_path / "good.xml").write_bytes(iati())
    (tmp_path / "closed").chmod(0)
    try:
        if os.access(tmp_path / "closed", os.R_OK):
            pytest.skip("this account may read everything")
        assert [Path(name).name for name in named([str(tmp_path)])] == ["good.xml", "closed"]
    finally:
        (tmp_path / "closed").chmod(0o700)


@pytest.mark.parametrize("rule", ["6.11.1", "9.76.1", "ess.stale", "0.3.1"])
def test_explain(rule: str, capsys: pytest.CaptureFixture[str]):
    assert main(["explain", rule, "--lang", "fr"]) == 0
    assert "À faire" in capsys.readouterr().out


def test_explain_is_french_to_the_last_word(capsys: pytest.CaptureFixture[str]):
    for rule, severity in (("2.1.2", "erreur"), ("9.50.1", "erreur")):
        assert main(["explain", rule, "--lang", "fr"]) == 0
        said = capsys.readouterr().out
        assert f"Gravité : {severity}" in said
        assert "À faire : " in said
    assert main(["explain", "6.11", "--lang", "fr"]) == 2
    assert "aucune règle '6.11'" in capsys.readouterr().err


def test_explain_nothing(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "99.99.99"]) == 2
    assert main(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 200


def test_runs_without_ckan():
    """Importing the command pulls in no web framework; the fresh environment is the packaging test's."""
    program = "import sys, ckanext.ess.commands; print([m for m in ('ckan', 'flask', 'sqlalchemy') if m in sys.modules])"  # noqa: E501
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
