"""The command among closed and full streams, narrow encodings, readers that leave, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ckanext.ess.tests.unit.test_validate_hostile import iati

COMMAND = [sys.executable, "-m", "ckanext.ess.commands"]


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of sh in which "$@" is the command."""
    return subprocess.run(
        ["sh", "-c", line, "sh", *COMMAND],
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("streams", [">&-", ">/dev/full"])
def test_output_that_goes_nowhere_is_told_in_a_sentence(streams: str):
    done = shell(f'"$@" validate --lang en absent {streams}')
    assert done.returncode == 2
    assert done.stderr.startswith(b"ess-iati: standard output ")
    assert b"Traceback" not in done.stderr


def test_input_that_is_closed_is_empty():
    done = shell('"$@" validate --lang en - <&-')
    assert (done.returncode, done.stderr) == (2, b"")
    assert b"Empty file" in done.stdout


def test_a_reader_that_leaves_is_no_error():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*COMMAND, "explain"], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_terminal_without_accents():
    narrow = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert b"activit?s" in shell('"$@" validate --lang fr absent', **narrow).stdout
    report = json.loads(shell('"$@" validate --lang fr --format json absent', **narrow).stdout.decode())
    assert "n'existe pas" in report["reports"][0]["findings"][0]["title"]


@pytest.mark.parametrize("name", ["fr_FR.UTF-8", "fr_CA", "fr"])
@pytest.mark.parametrize("command", ["standard", "explain 2.1.2"])
def test_every_command_speaks_the_locale(name: str, command: str):
    said = shell(f'"$@" {command}', LC_ALL=name, PYTHONUTF8="1").stdout.decode()
    assert "Règles" in said or "À faire" in said
    assert "À faire" not in shell('"$@" explain 2.1.2', LC_ALL="frr_DE", PYTHONUTF8="1").stdout.decode()


def test_more_processes_than_anybody_has(tmp_path: Path):
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(iati())
    done = subprocess.run([*COMMAND, "validate", "--jobs", "1000000", tmp_path], timeout=60, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_first(tmp_path: Path, sent: signal.Signals):
    for number in range(3000):
        (tmp_path / f"{number}.xml").write_bytes(iati(b"<iati-activity/>" * 50))
    process = subprocess.Popen(
        [*COMMAND, "validate", "--jobs", "2", str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(psutil.Process(process.pid).children()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(sent)
    _, said = process.communicate(timeout=30)  # the pipe ends with the last process that holds it
    assert process.returncode == (130 if sent is signal.SIGINT else -signal.SIGKILL)
    assert said == b""
