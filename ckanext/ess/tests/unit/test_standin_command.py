"""The stand-in as a command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckanext.ess.embedded.standin.folder import Folder
from ckanext.ess.embedded.standin.server import Standin

ACTIVITIES = """<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03" generated-datetime="2026-01-02T03:04:05Z">
 <iati-activity xml:lang="fr" last-updated-datetime="2026-02-03T04:05:06Z">
  <iati-identifier>{ref}-1</iati-identifier>
  <reporting-org ref="{ref}" type="22"><narrative>{name}</narrative></reporting-org>
  <recipient-country code="SN"/>
 </iati-activity>
</iati-activities>
"""


class Serving:
    """A stand-in that runs, and how to ask it."""

    def __init__(self, server: Standin) -> None:
        self.base = server.base

    def get(self, path: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.base + path, data=data, headers=named, method=method)
        return urllib.request.urlopen(request, timeout=10)

    def json(self, path: str) -> Any:
        with self.get(path) as answer:
            return json.load(answer)

    def action(self, name: str, **options: str) -> Any:
        return self.json(f"/registry/api/3/action/{name}?{urllib.parse.urlencode(options)}")["result"]

    def status(self, path: str, **options: Any) -> tuple[int, bytes]:
        try:
            with self.get(path, **options) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def served(provider: Any) -> Iterator[Serving]:
    server = Standin(provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Serving(server)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep/er").mkdir(parents=True)
    alpha = ACTIVITIES.format(ref="FR-RCS-000000018", name="Exemple Énergie &amp; Co")
    (tmp_path / "deep/er/Sénégal 2024.xml").write_text(alpha, encoding="utf-8")
    (tmp_path / "deep/Sénégal 2024.xml").write_text(alpha.replace("-1<", "-2<"), encoding="utf-8")
    beta = ACTIVITIES.format(ref="GB-CHC-0", name="Beta").replace("2.03", "2.02").replace('"SN"', '"ML"')
    (tmp_path / "beta.xml").write_text(beta, encoding="utf-8")
    (tmp_path / "organisation.xml").write_text(
        '<iati-organisations version="2.03"><iati-organisation><organisation-identifier>GB-CHC-0'
        '</organisation-identifier><reporting-org ref="GB-CHC-0" type="21"><narrative>Beta</narrative>'
        "</reporting-org></iati-organisation></iati-organisations>",
        encoding="utf-8",
    )
    (tmp_path / "page.xml").write_text("<html/>", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    (tmp_path / "broken.xml").write_text(alpha[:-40], encoding="utf-8")
    (tmp_path / ".hidden.xml").write_text(alpha, encoding="utf-8")
    return tmp_path


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
