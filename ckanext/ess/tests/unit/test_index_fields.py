"""The table of fields, and the schema that is made of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from ckanext.ess.embedded.solr.server import ACTIVITIES
from ckanext.ess.index.activities.client import Core
from ckanext.ess.index.activities.errors import UnavailableError
from ckanext.ess.index.activities.field_types import TYPES
from ckanext.ess.index.activities.fields import CORE, FIELDS
from ckanext.ess.index.activities.schema_xml import schema_xml
from ckanext.ess.tests.imports import PACKAGE


def test_the_shipped_schema_is_made_of_the_table():
    """``python tools/activity_schema.py`` writes it again."""
    shipped = PACKAGE / "embedded" / "solr" / "activities" / "schema.xml"
    assert shipped.read_text("utf-8") == schema_xml()


def test_fields_have_a_type_a_name_and_a_meaning():
    """Once each."""
    assert Counter(field.name for field in FIELDS).most_common(1)[0][1] == 1
    assert {field.type for field in FIELDS} <= {kind["name"] for kind in TYPES}
    assert [field.name for field in FIELDS if not field.meaning.strip()] == []
    assert [field.name for field in FIELDS if not re.fullmatch(r"[a-z_]+\*?", field.name)] == []


def test_the_core_is_called_alike_in_both_places():
    """``embedded`` imports no other layer, so it says the name itself."""
    assert CORE == ACTIVITIES


def test_nobody_there():
    """A sentence's code and address, not an exception of the library; no password in it."""
    with pytest.raises(UnavailableError) as caught:
        Core("http://someone:secret@127.0.0.1:9/solr/nothing", seconds=1).select(q="*:*")
    assert caught.value.params["url"] == "http://127.0.0.1:9/solr/nothing"
    assert "secret" not in str(caught.value)
