"""Where tests find reference material that is not part of the distribution."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]


def shared(path: str = "") -> Path:
    """Path of a reference file or folder; the calling test is skipped where it is not there.

    The material is in the folder named by ``ESS_SHARED``, else in ``shared`` beside the repository.
    """
    root = Path(os.environ.get("ESS_SHARED") or REPOSITORY.parent / "shared")
    found = root / path
    if not found.exists():
        pytest.skip(f"reference material {path or 'folder'!r} is not here (set ESS_SHARED to its folder)")
    return found


def shared_files(pattern: str) -> list[Path]:
    """Reference files that match a glob pattern, for parametrising; empty where the material is not there."""
    root = Path(os.environ.get("ESS_SHARED") or REPOSITORY.parent / "shared")
    return sorted(path for path in root.glob(pattern) if path.is_file())
