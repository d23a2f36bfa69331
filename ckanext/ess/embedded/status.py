"""``ess-portal status``."""

from __future__ import annotations

import json
import time
from typing import Any

from ckanext.ess.embedded import journal
from ckanext.ess.embedded.errors import Exit
from ckanext.ess.embedded.folder import Folder, is_held, read_json
from ckanext.ess.embedded.messages import sentence


def facts(folder: Folder) -> dict[str, Any]:
    """What is known of a portal: phase, address, processes, source, datasets (``null``: no answer)."""
    state = journal.state(folder) if is_held(folder) else {}
    if not state:
        return {"phase": "down", "folder": str(folder.root), "exists": folder.exists()}
    mode, phase = state["mode"], state["phase"]
    shown = {name: state.get(name) for name in ("url", "pid", "source", "harvest", "took", "steps")}
    return {
        "phase": "services" if mode == "services" else phase,
        "folder": str(folder.root),
        "exists": True,
        **shown,
        "uptime": round(time.time() - state["since"], 1),
        "processes": processes(folder),
        "datasets": _datasets(folder) if (mode, phase) == ("portal", "up") else None,
    }


def processes(folder: Folder) -> dict[str, Any]:
    """Process id and number of restarts of each process, by name."""
    records = sorted((folder.run / "processes").glob("*"))
    return {path.name: {name: read_json(path).get(name) for name in ("pid", "restarts")} for path in records}


def _datasets(folder: Folder) -> int | None:
    from ckanext.ess.embedded import harvesting, settings

    return harvesting.dataset_count(settings.load(folder))


def status(folder: Folder, *, as_json: bool) -> int:
    """Say how the portal is; exit status 5 when it is not up."""
    found = facts(folder)
    if as_json:
        print(json.dumps(found, indent=1, sort_keys=True))
    else:
        for line in lines(found):
            print(line)
    return Exit.OK if found["phase"] in ("up", "starting", "services") else Exit.NOT_UP


def lines(found: dict[str, Any]) -> list[str]:
    """The status for a person."""
    key = f"status.{found['phase']}"
    told = [f"{sentence(key)}: {found['folder']}"]
    if found["phase"] == "down":
        return told
    if found["phase"] == "up":
        told.append(sentence("status.portal", url=found["url"], datasets=found["datasets"]))
    told += [f"  {name}: {one['pid']}" for name, one in found["processes"].items()]
    return told
