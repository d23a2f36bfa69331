"""A server that tests fill, and a client that may reach it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ckanext.ess.sources.http import Http
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    """A real server on the loopback interface."""
    with running(FakeUpstream()) as server:
        yield server


@pytest.fixture
def http(upstream: FakeUpstream) -> Iterator[Http]:
    """A client that trusts that server."""
    client = Http(trusted=[upstream.place])
    yield client
    client.close()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come at once."""
    monkeypatch.setattr("ckanext.ess.sources.limits.random.uniform", lambda *_: 0.001)
