"""For the tests of the index of activities: many datasets at once, processes that check their files."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.index.activities.client import Core
from ckanext.ess.store import claims
from ckanext.ess.store.validation import ValidationState
from ckanext.ess.tests.ckan.validation_portal import iati

CKAN = [sys.executable, "-c", "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"]
MONEY = """<budget><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>
<value value-date="2024-01-01">{}</value></budget>"""


def numbered(first: int, last: int, amount: int) -> bytes:
    """A file of activities with these numbers, each with a budget."""
    content = iati(*[MONEY.format(amount)] * (last - first + 1))
    for number in range(last - first + 1, 0, -1):
        old, new = f"FR-RCS-732829320-{number}<", f"FR-RCS-732829320-{number + first - 1}<"
        content = content.replace(old.encode(), new.encode())
    return content


def datasets(urls: list[str]) -> list[str]:
    """Make a dataset for each file; return the files' identifiers. Their checks are asked for."""
    made = []
    for number, url in enumerate(urls):
        package = model.Package(name=f"file-{number}", title=f"File {number}", type="dataset")
        package.extras = {"ess_kind": "iati-activities"}
        resource = model.Resource(url=url, format="XML")
        package.resources_all.append(resource)
        model.Session.add(package)
        made.append(resource.id)
    model.Session.commit()
    return made


def ask_again(resource_ids: list[str]) -> None:
    """Have files checked again, as somebody would who changed them."""
    claims.ask(model.Resource.id.in_(resource_ids), reason=claims.ASKED)
    model.Session.commit()


def drainer() -> subprocess.Popen[bytes]:
    """A process that does what is due, as the command of ``ckan ess validate`` starts it."""
    words = ["-c", tk.config["__file__"], "ess", "validation", "drain"]
    return subprocess.Popen([*CKAN, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def left() -> int:
    """How many checks are still to be done."""
    model.Session.rollback()
    waiting = sa.select(sa.func.count()).where(ValidationState.wanted.is_not(None))
    return model.Session.scalar(waiting) or 0


def let_leases_run_out() -> None:
    """A minute passes for the claims of the dead."""
    model.Session.execute(
        sa.update(ValidationState)
        .where(ValidationState.lease_until.is_not(None))
        .values(lease_until=claims.NOW - timedelta(seconds=1))
    )
    model.Session.commit()


def seen(core: Core) -> dict[str, dict[tuple[str, str], int]]:
    """What searchers see at one moment: file → (writing, kind) → documents."""
    inner: dict[str, Any] = {
        "runs": {
            "type": "terms",
            "field": "run",
            "limit": 9,
            "facet": {"money": {"type": "query", "q": "kind:money"}},
        }
    }
    files = {"type": "terms", "field": "resource_id", "limit": -1, "facet": inner}
    answer = core.ask({"query": "*:*", "limit": 0, "facet": {"files": files}})
    found: dict[str, dict[tuple[str, str], int]] = {}
    for bucket in answer["facets"].get("files", {}).get("buckets", []):
        counts: Counter[tuple[str, str]] = Counter()
        for run in bucket["runs"]["buckets"]:
            counts[run["val"], "money"] = run["money"]["count"]
            counts[run["val"], "activity"] = run["count"] - run["money"]["count"]
        found[bucket["val"]] = dict(counts)
    return found
