"""A portal with the sample's datasets, and pages of a real browser on it.

``ESS_PORTAL_URL`` names a portal to use; without it one is started for the session, in a folder of its own.
Nothing leaves this machine: requests to other hosts fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from ckanext.ess.tests.browser.chromium import ARGUMENTS, HOW_TO, chromium

PORTAL = [sys.executable, "-m", "ckanext.ess.embedded.command"]
HARVESTED = (0, 3)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def portal_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a portal that holds the sample's datasets."""
    given = os.environ.get("ESS_PORTAL_URL")
    if given:
        yield given.rstrip("/")
        return
    if not chromium():
        pytest.skip(HOW_TO)
    data = str(tmp_path_factory.mktemp("portal") / "data")
    arguments = ["--data", data, "--source", "sample", "--port", "0", "--detach"]
    started = subprocess.run([*PORTAL, "up", *arguments], capture_output=True, text=True, check=False)
    assert started.returncode in HARVESTED, started.stdout + started.stderr
    try:
        yield _address(data)
    finally:
        subprocess.run([*PORTAL, "reset", "--data", data, "--yes"], capture_output=True, check=False)


def _address(data: str) -> str:
    import json

    answer = subprocess.run([*PORTAL, "status", "--data", data, "--json"], capture_output=True, check=True)
    return json.loads(answer.stdout)["url"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    program = chromium()
    if not program:
        pytest.skip(HOW_TO)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def page_options() -> dict[str, Any]:
    """Options of the page's context; a test module overrides it for a phone, a language, no JavaScript."""
    return {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def page(browser: Browser, portal_url: str, page_options: dict[str, Any]) -> Iterator[Page]:
    """A page in a fresh context; paths (``/dataset/``) are the portal's."""
    context = browser.new_context(base_url=portal_url, **page_options)
    context.set_default_timeout(15_000)
    context.route(lambda url: not url.startswith((portal_url, "data:", "blob:")), _refused)
    yield context.new_page()
    context.close()


def _refused(route: Route) -> None:
    """A page of ours needs no other host."""
    route.abort()
