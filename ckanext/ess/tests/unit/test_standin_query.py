"""The query language of the stand-in registry."""

from __future__ import annotations

import pytest

from ckanext.ess.embedded.standin.filter_query import QueryError, parse

FIELDS = {
    "organization": ["alpha"],
    "metadata_modified": ["2026-03-01T10:00:00"],
    "extras_country": ["SN"],
    "title": ["Eau potable"],
    "text": ["Eau potable", "alpha-eau"],
}


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("", True),
        ("*:*", True),
        ("organization:alpha", True),
        ("organization:beta", False),
        ("-organization:beta", True),
        ("organization:alpha OR organization:beta", True),
        ("organization:(beta OR alpha)", True),
        ('+organization:"alpha" +extras_country:"ML"', False),
        ("organization:alpha extras_country:SN", True),
        ("organization:alpha AND NOT extras_country:SN", False),
        ("metadata_modified:[2026-01-01T00:00:00Z TO *]", True),
        ("metadata_modified:[2026-04-01T00:00:00Z TO *]", False),
        ("metadata_modified:[* TO 2026-04-01T00:00:00Z]", True),
        ("organization:beta OR organization:gamma metadata_modified:[2026-01-01T00:00:00Z TO *]", False),
        ("title:eau*", True),
        ("extras_language:*", False),
        ("extras_country:*", True),
        ("potable", True),
        ("gaz", False),
    ],
)
def test_the_query_language(query: str, passes: bool):
    assert parse(query)(FIELDS) is passes


@pytest.mark.parametrize("query", ["(", "a:", "a:(b", ")", "OR", "a:b)", '"x'])
def test_queries_that_cannot_be_read(query: str):
    with pytest.raises(QueryError):
        parse(query)(FIELDS)
