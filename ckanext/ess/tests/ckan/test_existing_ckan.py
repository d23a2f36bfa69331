"""A portal that was there before us: we come, we are used, we go, and its datasets never change.

Each stage is a process of its own, on the same database and the same Solr; the lines added to the portal's
configuration are those of ``docs/examples``, which ``docs/install`` prints.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ckanext.ess.tests.installed import ROOT

HERE = Path(__file__).parent / "existing"
EXAMPLES = ROOT / "docs" / "examples"
PLUGINS = "town_theme activity scheming_datasets"

TOWN = """
[app:main]
use = egg:ckan
SECRET_KEY = only-for-tests
ckan.site_url = http://ville.example
ckan.site_id = town.{database}
ckan.site_title = Trifouilly
ckan.plugins = {plugins}
ckan.locale_default = fr
ckan.auth.create_unowned_dataset = false
scheming.dataset_schemas = town_theme:{schema}
{more}
"""


@dataclass(frozen=True)
class Portal:
    """The town's portal: a folder for its configuration, a database of its own."""

    folder: Path
    url: str
    database: str

    def configure(self, schema: str = "dataset.yaml", plugins: str = PLUGINS, *examples: str) -> None:
        """Write the configuration that the next stages run with."""
        more = "\n".join((EXAMPLES / name).read_text() for name in examples)
        text = TOWN.format(database=self.database, plugins=plugins, schema=schema, more=more)
        (self.folder / "town.ini").write_text(text)

    def visit(self, stage: str) -> Any:
        """Run a stage of ``existing/stage.py`` and return what it says."""
        said = self._run(sys.executable, str(HERE / "stage.py"), str(self.folder / "town.ini"), stage)
        return json.loads(said.rpartition("RESULT ")[2])

    def ckan(self, *words: str) -> None:
        """Run a ``ckan`` command."""
        self._run(str(Path(sys.executable).with_name("ckan")), "-c", str(self.folder / "town.ini"), *words)

    def _run(self, *command: str) -> str:
        environment = {**os.environ, "CKAN_SQLALCHEMY_URL": self.url, "PYTHONPATH": str(HERE)}
        answer = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        assert answer.returncode == 0, (answer.stdout + answer.stderr)[-5000:]
        return answer.stdout


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """An empty portal of the town, removed afterwards."""
    services = os.environ.get("CKAN_SQLALCHEMY_URL")
    if not services:
        pytest.skip("CKAN_SQLALCHEMY_URL names no database server (`ess-portal run -- pytest` sets it)")
    server = sa.make_url(services)
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"{server.database}_town"
    with engine.connect() as connection:
        if not connection.scalar(sa.text("select rolcreatedb from pg_roles where rolname = current_user")):
            pytest.skip("this database user may not create another database")
        connection.execute(sa.text(f'drop database if exists "{name}"'))
        connection.execute(sa.text(f'create database "{name}"'))
    address, question, options = services.partition("?")
    town = Portal(
        tmp_path_factory.mktemp("town"), f"{address.rpartition('/')[0]}/{name}{question}{options}", name
    )
    town.configure()
    town.ckan("db", "init")
    town.visit("fill")
    # CKAN stores a licence's title in the language of the process that indexes: the command's, from here on.
    town.ckan("search-index", "rebuild")
    yield town
    town.ckan("search-index", "clear")
    with engine.connect() as connection:
        connection.execute(sa.text(f'drop database "{name}" with (force)'))


@pytest.fixture(scope="module")
def stages(portal: Portal) -> dict[str, Any]:
    """What outsiders got before, during and after; and what the town did with us."""
    seen = {"before": portal.visit("watch")}

    portal.configure("dataset.yaml", f"ess {PLUGINS}", "existing.ini")
    portal.ckan("db", "pending-migrations", "--apply")
    portal.ckan("search-index", "rebuild")
    seen["installed"] = portal.visit("watch")

    portal.configure("dataset_with_ess.yaml", f"ess {PLUGINS}", "existing.ini", "presets.ini")
    seen["use"] = portal.visit("use")
    seen["used"] = portal.visit("watch")
    portal.visit("clear")

    portal.configure("dataset.yaml", f"ess {PLUGINS}", "existing.ini")
    portal.ckan("db", "downgrade", "-p", "ess")
    portal.configure()
    portal.ckan("search-index", "rebuild")
    seen["after"] = portal.visit("watch")
    return seen


def test_the_portal_has_its_datasets(stages: dict[str, Any]):
    """Fifty datasets of the town's own kind, through its own schema."""
    shown = stages["before"]["datasets"]
    assert len(shown) == 50
    assert all(text.startswith("200 ") for text in shown.values())
    assert '"quartier": "sud"' in shown["jeu-01"]
    assert not any("ess_" in text for text in shown.values())


@pytest.mark.parametrize("stage", ["installed", "used", "after"])
def test_datasets_are_byte_equal(stages: dict[str, Any], stage: str):
    """``package_show`` answers the same bytes with us as without."""
    assert stages[stage]["datasets"] == stages["before"]["datasets"]


@pytest.mark.parametrize("stage", ["installed", "after"])
def test_search_results_are_equal(stages: dict[str, Any], stage: str):
    """The same datasets are found, described in the same words."""
    assert stages[stage]["search"] == stages["before"]["search"]


@pytest.mark.parametrize("stage", ["before", "installed", "used", "after"])
def test_pages_keep_the_theme(stages: dict[str, Any], stage: str):
    """Search, dataset and organisation pages answer, under the town's own header."""
    assert set(map(str, stages[stage]["pages"].values())) == {"{'status': 200, 'own header': True}"}


def test_the_portal_could_use_us(stages: dict[str, Any]):
    """With three of our fields in its schema, the town published and found a dataset of ours."""
    use = stages["use"]
    assert use["found"] == ["eau-potable-a-kolda"]
    assert use["facet"] == {"SN": 1, "ML": 1}
    assert use["fields"]["ess_country"] == ["SN", "ML"]
    assert use["page"] == {"status": 200, "own header": True}
