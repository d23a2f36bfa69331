"""Actions on harvests."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.ess.store import harvest_changes, harvest_orders, harvest_reports

__all__ = ["ess_harvest_confirm_loss", "ess_harvest_dataset", "ess_harvest_report"]

#: Runs that a report lists unless asked for more.
RUNS = 20
#: Changed datasets that a report lists.
CHANGES = 100


def ess_harvest_dataset(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Harvest one dataset again, changed or not, its file included.

    Args:
        context: CKAN's.
        data_dict: ``id``, name or identifier of the dataset.

    Returns:
        ``job_id`` and ``source_id`` of the run that was put into the queue.

    Raises:
        ObjectNotFound: there is no such dataset.
        ValidationError: it was not harvested, or its source is being harvested already.
        NotAuthorized: the caller may not edit it.
    """
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("There is no such dataset."))
    tk.check_access("ess_harvest_dataset", context, {"id": package.id})
    row = harvest_orders.row_of(package.id)
    if row is None:
        raise tk.ValidationError({"id": [tk._("This dataset was not harvested from a catalogue.")]})
    free = {"user": context["user"], "ignore_auth": True}
    if harvest_orders.under_way(free, row.source_id):
        said = tk._("Its catalogue is being harvested at this moment; try again afterwards.")
        raise tk.ValidationError({"id": [said]})
    return {"job_id": harvest_orders.again(free, row.source_id, [row.guid]), "source_id": row.source_id}


def ess_harvest_confirm_loss(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Believe the catalogue after a run was stopped because it would have lost too many datasets.

    Args:
        context: CKAN's.
        data_dict: ``id``, name or identifier of the harvest source.

    Returns:
        ``confirmed``: how many datasets the next run may lose; 0 when the last run was not stopped for that.

    Raises:
        ObjectNotFound: there is no such source.
        NotAuthorized: the caller may not change the source.
    """
    source = _source(context, data_dict, "ess_harvest_confirm_loss")
    return {"confirmed": harvest_orders.confirm_loss(source.id)}


@tk.side_effect_free
def ess_harvest_report(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What the last runs of a harvest source did.

    Args:
        context: CKAN's.
        data_dict: ``id``, name or identifier of the source; ``limit``, how many runs (20).

    Returns:
        ``source`` (``id``, ``name``, ``title``); ``runs``, the youngest first, each with its moments,
        ``outcome`` and counts; ``last``, the youngest with every error; ``groups``, its errors by their
        sentence; ``progress`` of a run that is under way; ``fresh``, when the last run without any failure
        ended; ``changes``, what the last run changed, field by field, the first hundred datasets.

    Raises:
        ObjectNotFound: there is no such source.
        NotAuthorized: the caller may not change the source.
    """
    source = _source(context, data_dict, "ess_harvest_report")
    last = harvest_reports.last(source.id)
    return {
        "source": {"id": source.id, "name": source.name, "title": source.title or source.name},
        "runs": harvest_reports.runs(source.id, min(int(data_dict.get("limit") or RUNS), 200)),
        "last": last,
        "groups": harvest_reports.grouped(last),
        "progress": harvest_reports.progress(source.id),
        "fresh": harvest_reports.fresh(source.id),
        "changes": _changes(source.id),
    }


def _changes(source_id: str) -> list[dict[str, Any]]:
    run = harvest_orders.last_run(source_id)
    return harvest_changes.of_run(run, CHANGES) if run is not None else []


def _source(context: Context, data_dict: DataDict, action: str) -> model.Package:
    """The harvest source, if the caller may do that with it."""
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None or package.type != "harvest":
        raise tk.ObjectNotFound(tk._("There is no such harvest source."))
    tk.check_access(action, context, {"id": package.id})
    return package
