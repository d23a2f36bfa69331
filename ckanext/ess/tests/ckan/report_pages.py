"""For the tests of reports' pages: a file with a verdict, and where its report is."""

from __future__ import annotations

from typing import Any

from ckanext.ess.tests.ckan.validation_portal import iati, judge, resource

FILE = iati("<what-is-this/>", '<recipient-country code="XX"/>', "", "<what-else/>")


def made(content: bytes | None = FILE, **fields: Any) -> tuple[str, dict[str, Any]]:
    """A resource with a verdict, and the address of its report."""
    one = resource(**fields)
    if content is not None:
        judge(one["id"], content)
    return f"/dataset/{one['package_id']}/resource/{one['id']}/validation", one
