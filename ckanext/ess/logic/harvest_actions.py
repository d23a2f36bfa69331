"""Actions on harvests."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.ess.store import harvest_orders

__all__ = ["ess_harvest_confirm_loss", "ess_harvest_dataset"]


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
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None or package.type != "harvest":
        raise tk.ObjectNotFound(tk._("There is no such harvest source."))
    tk.check_access("ess_harvest_confirm_loss", context, {"id": package.id})
    return {"confirmed": harvest_orders.confirm_loss(package.id)}
