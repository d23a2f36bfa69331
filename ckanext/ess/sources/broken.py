"""References to broken records: listed like the others, their draft says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.ess.sources.base import Ref
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceUnavailable
from ckanext.ess.sources.fingerprints import digest
from ckanext.ess.sources.records import as_record, clean, text_of

_PROBLEM = "problem"


def broken_ref(error: SourceError, *, id: str, name: str, record: object) -> Ref:  # noqa: A002 (the field's name)
    """A reference whose draft raises this error, also in another process."""
    return Ref(
        id=id,
        name=name,
        content="",
        fingerprint=digest([error.code, error.params, record]),
        record={
            _PROBLEM: {
                "code": error.code,
                "params": dict(error.params),
                "temporary": isinstance(error, SourceUnavailable),
            }
        },
    )


def nameless_id(value: object) -> str:
    """An identifier for a record that has none: the same for the same record, wherever it stands."""
    return f"record {digest(value)[:12]}"


def raise_problem(ref: Ref) -> None:
    """Raise what is wrong with a reference, if anything.

    Raises:
        SourceUnavailable: something could not be read when it was listed.
        SourceInvalid: the record is not what the catalogue's contract says.
    """
    problem = as_record(ref.record.get(_PROBLEM))
    if problem is None:
        return
    params: Mapping[str, Any] = as_record(problem.get("params")) or {}
    kind = SourceUnavailable if problem.get("temporary") else SourceInvalid
    raise kind(text_of(problem, "code"), **{key: clean(value) for key, value in params.items()})
