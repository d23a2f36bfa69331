"""Starts and watches real portals from tests, as a person would at a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

COMMAND = [sys.executable, "-m", "ckanext.ess.embedded.command"]
#: An ``ess-portal run -- pytest`` around us leads its own children, not the portals that we start.
AROUND = ("CKAN_", "ESS_", "PYTEST_")
LIMIT = 300
SOON = 15.0


def environment(**more: str) -> dict[str, str]:
    """A terminal's environment, in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(AROUND)}
    return {**kept, "LC_ALL": "C.UTF-8", **more}


class Portal:
    """One data folder and the commands on it."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def call(self, command: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run ``ess-portal COMMAND --data … WORDS``."""
        line = [*COMMAND, command, "--data", str(self.data), *words]
        return subprocess.run(
            line, capture_output=True, text=True, check=False, env=environment(**more), timeout=LIMIT
        )

    def spawn(self, command: str, *words: str) -> subprocess.Popen[str]:
        """Start it and come back; its output is a pipe."""
        line = [*COMMAND, command, "--data", str(self.data), *words]
        return subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment()
        )

    def up(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Up in the background on a free port, without datasets."""
        done = self.call("up", "--detach", "--source", "none", "--port", "0", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def status(self) -> dict[str, Any]:
        """What ``status --json`` says."""
        return json.loads(self.call("status", "--json").stdout)

    def processes(self) -> list[psutil.Process]:
        """Every process that has to do with this folder, by command line, working folder or parent."""
        found = [one for one in psutil.process_iter() if self._is_ours(one)]
        below = [child for one in found for child in _children(one)]
        return list({one.pid: one for one in [*found, *below]}.values())

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            told = [*process.cmdline(), process.cwd()]
            alive = process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False
        return alive and process.pid != os.getpid() and any(str(self.data) in word for word in told)

    def runs(self, name: str) -> bool:
        """True while a program of that name is among them."""
        return any(_name(one) == name for one in self.processes())

    def leaves_nothing(self, known: list[psutil.Process]) -> list[str]:
        """What still runs of those processes, or of this folder's, after a while: nothing, one hopes."""
        until = time.monotonic() + SOON
        while left := [one for one in [*known, *self.processes()] if _runs(one)]:
            if time.monotonic() > until:
                return [str(one) for one in left]
            time.sleep(0.1)
        return []


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
