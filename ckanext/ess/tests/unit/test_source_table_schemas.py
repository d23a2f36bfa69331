"""Schemas by name and by address: what is built in, what is fetched, what is kept, what is refused."""

from __future__ import annotations

import json

import pytest

from ckanext.ess.sources.errors import SourceError, SourceRefused
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.table_schemas import (
    FRESH,
    HOSTS,
    Kept,
    NoCache,
    Reference,
    SchemaSource,
    SchemaUnknown,
    reference,
)
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, Handler

SCHEMA = {"name": "schema", "version": "1.0.0", "fields": [{"name": "a"}]}


class Memory:
    """A cache for one test."""

    def __init__(self) -> None:
        self.copies: dict[str, Kept] = {}

    def get(self, url: str) -> Kept | None:
        """The copy."""
        return self.copies.get(url)

    def put(self, url: str, kept: Kept) -> None:
        """Keep it."""
        self.copies[url] = kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("  ", None),
        ("iati-activities-2.03", None),
        ("IATI 2.03", None),
        ("scdl/subventions", Reference("scdl/subventions")),
        (" scdl/subventions 2.1.1 ", Reference("scdl/subventions", "2.1.1")),
        ("scdl/subventions@v2.1.1", Reference("scdl/subventions", "2.1.1")),
        ("etalab/schema-irve@latest", Reference("etalab/schema-irve")),
        ("subventions", Reference("subventions")),
        ("https://schema.data.gouv.fr/scdl/subventions/", Reference("scdl/subventions")),
        ("https://schema.data.gouv.fr/scdl/subventions/2.0.2", Reference("scdl/subventions", "2.0.2")),
        (
            "https://schema.data.gouv.fr/schemas/scdl/subventions/latest/schema.json",
            Reference("scdl/subventions"),
        ),
        ("https://example.org/s.json", Reference(url="https://example.org/s.json")),
    ],
)
def test_what_a_resource_names(text: str, expected: Reference | None):
    assert reference(text) == expected


@pytest.mark.parametrize(
    "text",
    ["a schema", "file:///etc/passwd", "ftp://example.org/s.json", "../etc/passwd", "a/b/c", "..%2f/x"],
)
def test_what_names_nothing(text: str):
    with pytest.raises(SchemaUnknown) as caught:
        reference(text)
    assert text in caught.value.sentence("fr")


def test_the_built_in_schema_needs_no_network():
    found = SchemaSource(None).get(Reference("scdl/subventions", "2.1.1"))
    assert len(found["fields"]) == 16
    with pytest.raises(SchemaUnknown):
        SchemaSource(None).get(Reference("scdl/subventions", "1.0.0"))
    with pytest.raises(SchemaUnknown):
        SchemaSource(None).get(Reference("scdl/equipements"))


class Serving:
    """A server's schema, counted, with its mark."""

    def __init__(self, upstream: FakeUpstream) -> None:
        self.status, self.body, self.answers = 200, json.dumps(SCHEMA).encode(), []
        self.url = upstream.url("/schema.json")
        upstream.routes["/schema.json"] = self

    def __call__(self, handler: Handler) -> None:
        known = handler.headers.get("If-None-Match") == '"1"'
        status = 304 if known and self.status == 200 else self.status
        self.answers.append(status)
        handler.answer(
            status,
            b"" if status == 304 else self.body,
            {"ETag": '"1"'} if status == 304 else {"ETag": '"1"', "Content-Length": str(len(self.body))},
        )


@pytest.fixture
def serving(upstream: FakeUpstream) -> Serving:
    """A schema on a real server."""
    return Serving(upstream)


@pytest.mark.usefixtures("short_waits")
class TestFetched:
    """From a real server."""

    def test_it_is_kept_and_compared_when_old(self, http: Http, serving: Serving):
        time = [1000.0]
        source = SchemaSource(http, Memory(), ["127.0.0.1"], lambda: time[0])
        wanted = Reference(url=serving.url)
        assert source.get(wanted)["fields"] == SCHEMA["fields"]
        source.get(wanted)
        assert serving.answers == [200]
        time[0] += FRESH + 1
        assert source.get(wanted)["fields"] == SCHEMA["fields"]
        assert serving.answers == [200, 304]
        source.get(wanted)
        assert serving.answers == [200, 304]

    def test_a_copy_serves_while_the_server_is_down(self, http: Http, serving: Serving):
        time = [1000.0]
        source = SchemaSource(http, Memory(), ["127.0.0.1"], lambda: time[0])
        source.get(Reference(url=serving.url))
        serving.status, time[0] = 503, time[0] + FRESH + 1
        assert source.get(Reference(url=serving.url))["version"] == "1.0.0"
        with pytest.raises(SourceError):
            SchemaSource(http, NoCache(), ["127.0.0.1"]).get(Reference(url=serving.url))

    def test_a_schema_that_is_gone_is_gone(self, http: Http, serving: Serving):
        time = [1000.0]
        source = SchemaSource(http, Memory(), ["127.0.0.1"], lambda: time[0])
        source.get(Reference(url=serving.url))
        serving.status, time[0] = 404, time[0] + FRESH + 1
        with pytest.raises(SourceError):
            source.get(Reference(url=serving.url))

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b'"a"', b"", b"x" * 2_000_000, b"[" * 100_000])
    def test_what_is_no_schema_is_not_kept(self, http: Http, serving: Serving, body: bytes):
        serving.body = body
        cache = Memory()
        with pytest.raises(SourceError) as caught:
            SchemaSource(http, cache, ["127.0.0.1"]).get(Reference(url=serving.url))
        assert caught.value.sentence("fr") != caught.value.sentence("en")

    def test_other_servers_are_not_asked(self, http: Http, serving: Serving):
        with pytest.raises(SourceRefused) as caught:
            SchemaSource(http, Memory()).get(Reference(url=serving.url))
        assert "127.0.0.1" in caught.value.sentence("fr")
        assert serving.answers == []
        assert "127.0.0.1" not in HOSTS
        assert SchemaSource(http, Memory(), ["*"]).get(Reference(url=serving.url))["fields"]

    def test_a_redirection_to_another_server_gives_nothing(
        self, http: Http, serving: Serving, upstream: FakeUpstream
    ):
        there = serving.url.replace("127.0.0.1", "localhost")
        upstream.routes["/away"] = lambda handler: handler.answer(
            302, b"", {"Location": there, "Content-Length": "0"}
        )
        with pytest.raises(SourceError):
            SchemaSource(http, Memory(), ["127.0.0.1"]).get(Reference(url=upstream.url("/away")))

    def test_private_addresses_are_guarded(self, serving: Serving):
        with pytest.raises(SourceRefused):
            SchemaSource(Http(), Memory(), ["*"]).get(Reference(url=serving.url))
