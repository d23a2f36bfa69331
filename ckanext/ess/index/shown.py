"""Shows each dataset once while a batch of them is written.

A new dataset is shown twice: for the activity stream, which asks for it just after it was made, and for the
search index. Both mean reading it back from the database and validating some sixty fields. While a batch is
written, what the activity stream is given is kept for the index.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from ckan import logic, model
from ckan.types import Context, DataDict

#: Package data under the default and under the type's own schema, as CKAN's index takes them.
Both = tuple[dict[str, Any], dict[str, Any]]

_batch: ContextVar[dict[str, tuple[datetime, Both]] | None] = ContextVar("ess_batch", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Within this block, a dataset is shown once for the activity stream and the index together."""
    token = _batch.set({})
    try:
        yield
    finally:
        _batch.reset(token)


def both(context: Context, package_id: str) -> Both:
    """What the index needs of a dataset; kept from before unless the dataset changed since."""
    kept = (_batch.get() or {}).get(package_id)
    if kept is not None and kept[0] == _modified(package_id):
        return kept[1]
    return logic.package_show_default_and_custom_schemas(context, package_id)


def show(original: Callable[..., Any], context: Context, data_dict: DataDict) -> dict[str, Any]:
    """``package_show``.

    For the activity stream and within :func:`once`, also keeps what the index will need.
    """
    batch = _batch.get()
    if batch is None or not _is_activity_stream(context, data_dict):
        return original(context, data_dict)
    logic.check_access("package_show", context, data_dict)
    package_id = data_dict["id"]
    shown = logic.package_show_default_and_custom_schemas(context, package_id)
    batch[package_id] = (_modified(package_id), shown)
    return copy.deepcopy(shown[1])


def _is_activity_stream(context: Mapping[str, Any], data_dict: Mapping[str, Any]) -> bool:
    """Only it asks in these words; others may ask earlier, when plugins are not yet done with the dataset."""
    return data_dict.get("include_tracking") is False and set(context) <= _ITS_CONTEXT


_ITS_CONTEXT = {"for_view", "ignore_auth", "model", "session", "user", "__auth_audit"}


def _modified(package_id: str) -> datetime:
    return model.Package.get(package_id).metadata_modified
