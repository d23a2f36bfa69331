"""The data folder: ours or refused, its memory, its secrets, its lock."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ckanext.ess.embedded import folder as folder_module
from ckanext.ess.embedded.errors import DiskFull, Exit, FolderError
from ckanext.ess.embedded.folder import Folder, Lock, is_held, refusal


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences are compared in one language, whatever the terminal's."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A fresh portal's folder."""
    made = Folder(tmp_path / "données du portail")
    made.create()
    return made


def test_made_and_taken_again(folder: Folder):
    """Creating is for every start."""
    folder.remember(ports={"web": 5000})
    folder.create()
    assert folder.remembered()["ports"] == {"web": 5000}


def test_secrets_stay(folder: Folder):
    """Sessions survive a restart; nobody else reads the file."""
    assert folder.secret("a") == folder.secret("a") != folder.secret("b")
    assert folder.secrets.stat().st_mode & 0o077 == 0


def test_somebody_elses_folder_is_refused(tmp_path: Path):
    """``--data ~`` must not fill a home, nor ``reset`` empty it."""
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(FolderError, match="other files"):
        Folder(tmp_path).create()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_file_is_refused(tmp_path: Path):
    """A path that is no folder at all."""
    (tmp_path / "file").touch()
    with pytest.raises(FolderError):
        Folder(tmp_path / "file").create()


def test_below_a_file_is_refused(tmp_path: Path):
    """The system's reason is passed on."""
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="cannot be written") as caught:
        Folder(tmp_path / "file" / "portal").create()
    assert caught.value.status == Exit.FOLDER


def test_a_newer_portal_is_refused(folder: Folder):
    """Its files may mean something else."""
    folder.remember(format=folder_module.FORMAT + 1)
    with pytest.raises(FolderError, match="newer version"):
        folder.create()


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="mounting a small disk needs root")
def test_a_small_disk_is_refused(tmp_path: Path):
    """Before PostgreSQL stops half-way."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", tmp_path], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(DiskFull, match="MB free") as caught:
            Folder(tmp_path / "portal").create()
    finally:
        subprocess.run(["umount", tmp_path], check=True)
    assert caught.value.status == Exit.DISK_FULL


def test_a_disk_that_fills_up_has_its_sentence(tmp_path: Path):
    """Whatever was being written then."""
    told = refusal(OSError(errno.ENOSPC, "No space left on device"), tmp_path)
    assert isinstance(told, DiskFull)
    assert str(tmp_path) in str(told)


def test_one_supervisor(folder: Folder):
    """A second one is refused for as long as the first has the lock."""
    first, second = Lock(folder), Lock(folder)
    assert first.take()
    assert is_held(folder)
    assert not second.take()
    first.close()
    assert not is_held(folder)
    assert second.take()


def test_no_folder_is_not_held(tmp_path: Path):
    """Asking makes nothing."""
    assert not is_held(Folder(tmp_path / "none"))
    assert not (tmp_path / "none").exists()
