"""What ``pip install`` brings: every file, the namespace, the translations; and that it starts."""

from __future__ import annotations

import configparser
import json
import sys
import tarfile
import zipfile
from gettext import GNUTranslations
from pathlib import Path

import pytest

from ckanext.ess.tests.installed import (
    build_wheel,
    copy_of_checkout,
    environment_beside_ckan,
    new_environment,
    run,
    tracked_files,
)

PACKAGE = Path("ckanext/ess")


def shipped() -> set[str]:
    """The files of the checkout that an installed package must have."""
    return {
        path.as_posix()
        for path in tracked_files()
        if path.is_relative_to(PACKAGE) and not path.is_relative_to(PACKAGE / "tests")
    }


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that ``pip install .`` would install."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def names(wheel: Path) -> set[str]:
    """Every path in the wheel."""
    return set(zipfile.ZipFile(wheel).namelist())


def test_wheel_has_every_file(names: set[str]):
    """Templates, code lists, schemas, assets: whatever the suffix."""
    assert shipped() - names == set()


def test_wheel_has_no_other_package(names: set[str]):
    """No tests, and no ``ckanext/__init__.py``, which would hide the other extensions."""
    code = {name for name in names if not name.startswith("ckanext_ess-")}
    assert {name for name in code if not name.startswith("ckanext/ess/")} == set()
    assert {name for name in code if name.startswith("ckanext/ess/tests/")} == set()


def test_wheel_shares_the_namespace(names: set[str]):
    """As CKAN's own extensions do: without this file, two site-packages cannot be mixed."""
    assert [name for name in names if name.endswith("-nspkg.pth")]


def test_wheel_has_compiled_translations(wheel: Path, names: set[str]):
    """Each ``.po`` has its ``.mo``, which gettext can read."""
    sources = {name for name in names if name.endswith(".po")}
    assert PACKAGE.as_posix() + "/i18n/fr/LC_MESSAGES/ckanext-ess.po" in sources
    for po in sources:
        with zipfile.ZipFile(wheel).open(po[:-3] + ".mo") as mo:
            assert GNUTranslations(mo).info()["content-type"].lower().endswith("utf-8"), po


def test_editable_install_compiles_translations(tmp_path: Path):
    """``pip install -e .`` puts the catalogues beside their sources."""
    source = copy_of_checkout(tmp_path / "source")
    python = new_environment(tmp_path / "environment")
    run(python, "-m", "pip", "install", "--no-deps", "--editable", source)
    catalogues = list((source / PACKAGE / "i18n").rglob("*.po"))
    assert catalogues
    assert [po for po in catalogues if not po.with_suffix(".mo").is_file()] == []


def test_source_archive_is_complete(tmp_path: Path):
    """A wheel can be made from the source archive, with the same files."""
    source = copy_of_checkout(tmp_path / "source")
    run(sys.executable, "-m", "build", "--sdist", "--outdir", tmp_path / "dist", source)
    (archive,) = (tmp_path / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        inside = {"/".join(name.split("/")[1:]) for name in tar.getnames()}
    wanted = shipped() | {"README.rst", "CHANGELOG.rst", "LICENCES.rst", "LICENSE", "setup.py", "setup.cfg"}
    assert wanted - inside == set()


PROBE = """
import json
from importlib.metadata import entry_points

import ckanext.ess
import ckanext.harvest

found = {}
for point in entry_points(group="ckan.plugins"):
    if point.value.startswith("ckanext.ess."):
        found[point.name] = point.load().__module__
print(json.dumps({
    "file": ckanext.ess.__file__,
    "plugins": found,
    "harvest": ckanext.harvest.__file__,
}))
"""


def test_installed_beside_ckan(tmp_path: Path, wheel: Path):
    """The plugin classes load from the wheel, and the other extensions still do."""
    python = environment_beside_ckan(tmp_path / "environment")
    run(python, "-m", "pip", "install", "--no-deps", wheel)
    answer = json.loads(run(python, "-c", PROBE, cwd=tmp_path))
    assert answer["file"].startswith(str(tmp_path / "environment" / "lib"))
    assert "beside" in answer["harvest"]
    declared = configparser.ConfigParser()
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
        declared.read_string(archive.read(name).decode())
    assert set(answer["plugins"]) == set(declared["ckan.plugins"])


@pytest.mark.slow
def test_library_alone(tmp_path: Path, wheel: Path):
    """Base dependencies are enough for ``ess-iati``: no CKAN comes with them."""
    python = new_environment(tmp_path / "environment")
    run(python, "-m", "pip", "install", wheel)
    assert "usage: ess-iati" in run(python.with_name("ess-iati"), "--help", cwd=tmp_path)
    assert "2.03" in run(python.with_name("ess-iati"), "standard", cwd=tmp_path)
    installed = run(python, "-m", "pip", "list", "--format=freeze").lower()
    assert "\nckan==" not in "\n" + installed
    assert "flask" not in installed
    assert "sqlalchemy" not in installed
