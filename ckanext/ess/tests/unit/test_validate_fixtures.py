"""The whole validator on the official fixtures: schema findings where the official schema has some."""

from __future__ import annotations

import pytest

from ckanext.ess.iati.standard.versions import VERSIONS
from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.iati.validate.schema import RULE
from ckanext.ess.tests.shared import shared
from ckanext.ess.tests.unit.test_standard_schema import FIXTURES, iati_files, official


@pytest.mark.parametrize("version", VERSIONS)
def test_schema_findings_where_the_official_schema_finds_something(version: str):
    shared("samples/fixtures-schemas")
    files = iati_files(f"samples/fixtures-schemas/{version}")
    different, valid = [], 0
    for path, file_type, tree in files:
        wanted = official(version, file_type).validate(tree)
        report = validate(path, Options(version=version))
        valid += wanted
        if (report.rules[RULE] == 0) != wanted or report.version != version:
            different.append(path.name)
    assert different == []
    assert (len(files), valid) == FIXTURES[version]
