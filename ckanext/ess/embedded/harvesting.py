"""The first harvest of a new portal, through CKAN's own queues and consumers."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ckanext.ess.embedded import loopback
from ckanext.ess.embedded.journal import emit
from ckanext.ess.embedded.origin import HarvestSource
from ckanext.ess.embedded.plan import ckan_command
from ckanext.ess.embedded.settings import Settings, own_environment

#: Outcomes, from good to bad.
NONE, WELL, PARTIAL, FAILED = "none", "well", "partial", "failed"
#: What ``ckan ess harvest run`` ends with.
STATUS = {0: WELL, 1: PARTIAL}


def harvest(settings: Settings) -> str:
    """Add the portal's sources and run each once; nothing to do where that was done at an earlier start."""
    sources = settings.origin.harvest_sources(settings.standin_port)
    wanted = {source.name: source.url for source in sources}
    if not sources or settings.folder.remembered().get("harvested") == wanted:
        return NONE
    started = time.monotonic()
    emit("start", step="harvest")
    with ThreadPoolExecutor(len(sources)) as pool:
        outcomes = list(pool.map(lambda source: _one(settings, source), sources))
    worst = max(outcomes, key=(WELL, PARTIAL, FAILED).index)
    if worst != FAILED:
        settings.folder.remember(harvested=wanted)
    _tell(settings, worst, sources, time.monotonic() - started)
    return worst


def _one(settings: Settings, source: HarvestSource) -> str:
    add = ["ess", "harvest", "add", source.name, source.url, "--type", source.type, "--title", source.title]
    if _ckan(settings, *add, tell=print):
        return FAILED
    run = ["ess", "harvest", "run", source.name, "--wait"]
    return STATUS.get(_ckan(settings, *run, tell=_progress), FAILED)


def _progress(text: str) -> None:
    emit("progress", step="harvest", text=text)


def _ckan(settings: Settings, *words: str, tell: Callable[[str], None]) -> int:
    """Run a command of CKAN's; what it prints is progress, what it logs goes to our log."""
    command = ckan_command(settings, *words)
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=own_environment(), text=True
    ) as running:
        for line in running.stdout or ():
            tell(line.strip())
    return running.returncode


def _tell(settings: Settings, outcome: str, sources: list[HarvestSource], seconds: float) -> None:
    params = {"datasets": dataset_count(settings), "seconds": round(seconds, 1)}
    emit("say", key="harvest.done", params=params)
    if outcome in (PARTIAL, FAILED):
        reports = "; ".join(f"ess-portal run -- ckan ess harvest report {source.name}" for source in sources)
        emit("say", key=f"harvest.{outcome}", params={"report": reports})


def dataset_count(settings: Settings) -> int | None:
    """How many datasets a visitor finds; nothing when the portal does not answer."""
    try:
        answer = loopback.get_json(f"{settings.url}/api/3/action/package_search?rows=0", seconds=20)
    except (OSError, ValueError):
        return None
    return answer["result"]["count"]
