"""Leads a pytest that runs below ``ess-portal run`` to data that it may empty.

``run`` names this module in ``PYTEST_ADDOPTS``, so that every spelling of the command loads it (``make
test``, ``python -m pytest``, workers of xdist): it is imported before CKAN's own plugin reads the
environment. CKAN's ``clean_db``, ``clean_index`` and ``clean_queues`` then empty the test database, core
and queue of the folder, never the portal's.
"""

from __future__ import annotations

import os
from pathlib import Path

from ckanext.ess.embedded.messages import sentence

TEST_PREFIX = "ESS_TEST_"


def lead_to_test_data() -> None:
    """Give CKAN's variables the values kept for tests."""
    for name, value in list(os.environ.items()):
        if name.startswith(TEST_PREFIX + "CKAN_"):
            os.environ[name.removeprefix(TEST_PREFIX)] = value
    os.environ.pop("CKAN_INI", None)
    storage = os.environ.get(f"{TEST_PREFIX}CKAN_STORAGE_PATH")
    if storage:
        Path(storage).mkdir(parents=True, exist_ok=True)


def pytest_report_header() -> str:
    """Say which data the tests get."""
    return sentence("run.scratch")


lead_to_test_data()
