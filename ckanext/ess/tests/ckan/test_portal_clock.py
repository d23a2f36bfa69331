"""The portal's clock: a round that fails is told, and the next one comes."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from ckan import plugins as p
from ckan.plugins import toolkit as tk

from ckanext.ess.embedded.inside import clock


class Broken(p.SingletonPlugin):
    """Looking after the jobs fails once."""

    p.implements(p.IActions)
    rounds = 0

    def get_actions(self) -> dict[str, Any]:
        return {"harvest_jobs_run": looked_after}


@tk.chained_action
def looked_after(original: Any, context: Any, data: Any) -> Any:
    Broken.rounds += 1
    if Broken.rounds == 1:
        raise RuntimeError("the database is away")
    return original(context, data)


@pytest.mark.usefixtures("shared_portal")
def test_a_round_that_fails_is_told_and_the_next_comes(
    provide_plugin: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(Broken, "rounds", 0)
    monkeypatch.setattr(clock.log, "disabled", False)  # migrations silence what was imported before them
    provide_plugin("ess_test_broken_clock", Broken)
    p.load("ess_test_broken_clock")
    try:
        with caplog.at_level(logging.ERROR, logger=clock.__name__):
            clock.tick()
            told = [record.exc_text or str(record.exc_info) for record in caplog.records]
            clock.tick()
    finally:
        p.unload("ess_test_broken_clock")
    assert Broken.rounds == 2
    assert len(told) == 1
    assert "the database is away" in told[0]
    assert len(caplog.records) == 1
