"""Screens and processes save time and change nothing: real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.tests.shared import shared_files

FILES = [*shared_files("samples/tools/*.xml"), *shared_files("samples/js-validator-tests/*.xml")]
FILES += [*shared_files("samples/official-examples/**/*.xml"), *shared_files("samples/real/*acf*.xml")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_screens_hide_nothing_of_real_files(path: Path):
    assert validate(path).findings == validate(path, Options(screened=False)).findings


@pytest.mark.parametrize("path", FILES[:12], ids=lambda path: path.name)
def test_processes_change_nothing(path: Path):
    assert validate(path).findings == validate(path, Options(jobs=2)).findings
