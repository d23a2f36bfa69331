"""Build the distribution as a user gets it, and environments to install it into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

#: What pip says when there is no way to the package registry.
OFFLINE = (
    "Failed to establish a new connection",
    "NewConnectionError",
    "Temporary failure in name resolution",
    "No matching distribution found for setuptools",
    "No matching distribution found for babel",
)


def tracked_files() -> list[Path]:
    """Paths, relative to the root, of the files that git knows or would add."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: the list of files is unknown")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [path for name in listing.split("\0") if name and (ROOT / (path := Path(name))).is_file()]


def copy_of_checkout(target: Path) -> Path:
    """Copy the checkout without what earlier builds left in it, and return the copy."""
    for path in tracked_files():
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, copy)
    return target


def run(*command: str | Path, cwd: Path | None = None, **environment: str) -> str:
    """Run a command that must succeed; skip the test when it only lacked the network."""
    answer = subprocess.run(
        [str(part) for part in command],
        cwd=cwd, env={**clean_environment(), **environment}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    said = answer.stdout + answer.stderr
    if answer.returncode and any(word in said for word in OFFLINE):
        pytest.skip("no way to the package registry from here")
    assert answer.returncode == 0, f"{' '.join(map(str, command))}\n{said[-4000:]}"
    return answer.stdout


def clean_environment() -> dict[str, str]:
    """This process's environment without what would let a checkout into an installed one."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def build_wheel(folder: Path) -> Path:
    """Build the wheel as ``pip install .`` does (isolated, not editable)."""
    source = copy_of_checkout(folder / "source")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder / "dist", source)
    return next((folder / "dist").glob("ckanext_ess-*.whl"))


def new_environment(folder: Path) -> Path:
    """Make an empty virtual environment with pip; its Python is returned."""
    venv.create(folder, with_pip=True, symlinks=True)
    return folder / "bin" / "python"


def environment_beside_ckan(folder: Path) -> Path:
    """Make an environment that sees every package of this one but ours; its Python is returned.

    CKAN and its hundred dependencies weigh a gigabyte: they are linked, not installed again.
    """
    python = new_environment(folder)
    beside = folder / "beside"
    here = Path(sysconfig.get_path("purelib"))
    for entry in here.iterdir():
        if not _ours(entry) and entry.name != "ckanext":
            _link(entry, beside / entry.name)
    for entry in (here / "ckanext").iterdir():
        if entry.name not in {"ess", "__init__.py", "__pycache__"}:
            _link(entry, beside / "ckanext" / entry.name)
    target = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    Path(target, "zz_beside.pth").write_text(f"import site; site.addsitedir({str(beside)!r})\n")
    return python


def _ours(entry: Path) -> bool:
    """Whether an entry of site-packages belongs to this distribution, or to pip's own machinery."""
    name = entry.name.lower()
    editable = name.startswith("__editable__") and "ckanext_ess" in name
    return editable or name.startswith(("ckanext_ess", "pip", "__pycache__", "_distutils_hack", "distutils-"))


def _link(entry: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(entry)
