"""What the last run of a source did, as lines for a person."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.store.harvest_orders import last_run
from ckanext.ess.store.harvest_reports import COUNTS, OUTCOMES, as_csv, last, outcome

__all__ = ["as_csv", "in_short", "last", "lines"]


def lines(name: str, report: dict[str, Any], errors: int) -> list[str]:
    """A report for a person; at most ``errors`` of each kind of trouble."""
    took = f"{report['seconds']:.1f} s" if report["seconds"] is not None else tk._("not finished")
    words = OUTCOMES[report["outcome"]]
    how = tk._(words)
    shown = [
        f"{name}: {how}, {report['started'][:19]} UTC, {took}",
        "  " + ", ".join(tk._(text).format(n=report[key]) for key, text in COUNTS.items() if report[key]),
    ]
    if report["error"]:
        shown.append(f"  {report['error']}")
    shown += [f"  {note}" for note in report["notes"][:errors]]
    for title, key in (
        (tk._("Errors of this run"), "errors"),
        (tk._("Files that still cannot be read"), "unreadable_files"),
        (tk._("No longer in the catalogue"), "gone_datasets"),
    ):
        entries = report[key]
        if entries:
            shown.append(f"{title} ({len(entries)}):")
            shown += [f"  {one['dataset'] or one['guid']}: {one['message']}" for one in entries[:errors]]
            if len(entries) > errors:
                shown.append("  " + tk._("… and {count} more").format(count=len(entries) - errors))
    return shown


def in_short(source_id: str) -> str:
    """One phrase on the last run."""
    run = last_run(source_id)
    if run is None:
        return tk._("not run yet")
    how = tk._(OUTCOMES[outcome(run, over=run.finished is not None)])
    words = COUNTS["found"]
    found = tk._(words).format(n=run.found)
    return f"{run.started:%Y-%m-%d %H:%M} UTC: {how}, {found}"
