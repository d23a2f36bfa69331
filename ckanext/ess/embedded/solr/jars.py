"""Fetches Solr's jars once per user, into the Maven cache, and checks each against the lock file.

``artifacts.lock`` has a line per jar: its Maven coordinates
(group:artifact:packaging[:classifier]:version) and its SHA-256. They are resolved one by one: resolving
the few roots with their dependencies gives other versions, with which Solr does not start. ``M2_REPO``
names another cache than ``~/.m2/repository``.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import requests
from jgo.maven import MavenContext

from ckanext.ess.embedded.errors import NetworkMissing
from ckanext.ess.embedded.folder import refusal

LOCK = Path(__file__).with_name("artifacts.lock")
THREADS = 8
TIMEOUT = 30
TRIES = 3


class Locked(NamedTuple):
    """One line of the lock file."""

    group: str
    artifact: str
    packaging: str
    classifier: str
    version: str
    sha256: str


def locked(text: str) -> Iterator[Locked]:
    r"""The jars that a lock file names.

    >>> list(locked("# why\norg.x:y:jar:1.0 ab"))
    [Locked(group='org.x', artifact='y', packaging='jar', classifier='', version='1.0', sha256='ab')]
    """
    for line in text.splitlines():
        if line and not line.startswith("#"):
            coordinates, sha256 = line.split()
            group, artifact, packaging, *classifier, version = coordinates.split(":")
            yield Locked(group, artifact, packaging, "".join(classifier), version, sha256)


def fetch(progress: Callable[[int, int], None] | None = None) -> list[Path]:
    """Paths of all jars, downloaded where the cache lacks them.

    Args:
        progress: told (jars ready, jars in all) as they come.

    Raises:
        NetworkMissing: one is neither in the cache nor reachable, or is not the file expected.
        DiskFull: the cache's disk is.
    """
    wanted = list(locked(LOCK.read_text("utf-8")))
    context = MavenContext(timeout=TIMEOUT)
    ready = 0
    counting = threading.Lock()

    def one(item: Locked) -> Path:
        nonlocal ready
        path = resolved(context, item)
        with counting:
            ready += 1
            if progress:
                progress(ready, len(wanted))
        return path

    with ThreadPoolExecutor(THREADS) as pool:
        try:
            return list(pool.map(one, wanted))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def resolved(context: MavenContext, item: Locked) -> Path:
    """The jar's path in the cache, its content checked; a damaged copy is fetched anew once."""
    path = _download(context, item)
    if _sha256(path) != item.sha256:
        path.unlink()
        path = _download(context, item)
        if _sha256(path) != item.sha256:
            path.unlink()
            raise NetworkMissing("error.checksum", what=path.name)
    return path


def _download(context: MavenContext, item: Locked) -> Path:
    component = context.project(item.group, item.artifact).at_version(item.version)
    artifact = component.artifact(classifier=item.classifier, packaging=item.packaging)
    reason = ""
    for _ in range(TRIES):
        try:
            return artifact.resolve()
        except requests.RequestException as error:
            reason = type(error).__name__
            _drop(artifact.cached_path)  # a half-written file would pass for the whole
        except OSError as error:
            _drop(artifact.cached_path)
            raise refusal(error, context.repo_cache) from error
        except RuntimeError as error:
            reason = str(error).splitlines()[0]
    raise NetworkMissing("error.network", what=artifact.filename, reason=reason)


def _drop(path: Path | None) -> None:
    if path:
        path.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
