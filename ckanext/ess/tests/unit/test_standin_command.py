"""The stand-in as a command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckanext.ess.embedded.standin.folder import Folder
from ckanext.ess.tests.unit.standins import Serving, filled, served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path)


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    yield from served(Folder(folder))


def run(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ckanext.ess.embedded.standin", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_says_when_it_is_ready_and_ends_when_told(number: int, folder: Path):
    process = run(str(folder), "--port", "0")
    assert process.stdout is not None
    line = process.stdout.readline()
    match = re.fullmatch(r"READY (http://127\.0\.0\.1:\d+)\n", line)
    assert match, line
    with urllib.request.urlopen(f"{match[1]}/bds/datasets-minimal") as answer:
        assert len(json.load(answer)["datasets"]) == 5
    os.kill(process.pid, number)
    assert process.wait(5) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/no/such/folder"], "no such folder"),
        (["{empty}"], "no IATI file in it"),
        ([], "give either a folder or --synthetic"),
        (["{empty}", "--synthetic", "3"], "give either a folder or --synthetic"),
    ],
)
def test_the_command_says_why_it_cannot_serve(arguments: list[str], said: str, tmp_path: Path):
    process = run(*(argument.format(empty=tmp_path) for argument in arguments))
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert said in errors


def test_the_command_says_that_a_port_is_taken(serving: Serving, folder: Path):
    port = serving.base.rpartition(":")[2]
    process = run(str(folder), "--port", port)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "in use" in errors
