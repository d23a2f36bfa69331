"""The wheel, installed beside CKAN, runs a portal: pages, API, French, without a file of this checkout."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ckanext.ess.tests.installed import (
    ROOT,
    build_wheel,
    clean_environment,
    environment_beside_ckan,
    run,
)

PROGRAM = """
import json, sys
from werkzeug.test import Client
from ckan.cli import load_config
from ckan.config.middleware import make_app
import ckanext.ess

visitor = Client(make_app(load_config(sys.argv[1])))
def page(address):
    answer = visitor.get(address)
    return [answer.status_code, answer.get_data(as_text=True)]

print("RESULT " + json.dumps({
    "file": ckanext.ess.__file__,
    "home": page("/fr/"),
    "search": page("/fr/dataset/"),
    "glossary": page("/fr/ess/glossary"),
    "list": page("/api/3/action/package_list"),
}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a portal answers whose extension was installed from the wheel."""
    if not os.environ.get("CKAN_SQLALCHEMY_URL"):
        pytest.skip("CKAN_SQLALCHEMY_URL names no database (`ess-portal run -- pytest` sets it)")
    folder = tmp_path_factory.mktemp("packaged")
    wheel = build_wheel(folder)
    python = environment_beside_ckan(folder / "environment")
    run(python, "-m", "pip", "install", "--no-deps", wheel)
    (folder / "test.ini").write_text((ROOT / "test.ini").read_text())
    (folder / "portal.py").write_text(PROGRAM)
    answer = subprocess.run(
        [str(python), "portal.py", "test.ini"],
        cwd=folder, env=clean_environment(), check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-4000:]
    return json.loads(answer.stdout.rpartition("RESULT ")[2])


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_the_package_is_the_installed_one(answers: dict[str, Any]):
    """Not this checkout."""
    assert not Path(answers["file"]).is_relative_to(ROOT)


@pytest.mark.parametrize("page", ["home", "search", "glossary"])
def test_pages_answer(answers: dict[str, Any], page: str):
    """Templates, assets and data files are there."""
    status, text = answers[page]
    assert status == 200
    assert "</html>" in text


def test_french_is_compiled(answers: dict[str, Any]):
    """A sentence of ours is in French."""
    assert "Nature des données" in answers["search"][1] or "Glossaire" in answers["home"][1]


def test_actions_answer(answers: dict[str, Any]):
    """The plugin's actions are registered."""
    status, text = answers["list"]
    assert (status, json.loads(text)["success"]) == (200, True)
