"""Projects that belong together: those that a project names, and those that name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ckan.plugins import toolkit as tk

from ckanext.ess.logic.checks import Refused
from ckanext.ess.views.projects.page import Project
from ckanext.ess.views.projects.results import url_of
from ckanext.ess.views.projects.texts import Text, in_language, label

_MOST = 60
#: From a project that names another as its parent (1) the other sees a child (2), and the other way round.
_SEEN_FROM = {"1": "2", "2": "1"}


class Related(NamedTuple):
    """A related project; ``url`` is empty where the portal does not have it."""

    kind: str
    identifier: str
    title: Text
    url: str


def of(project: Project) -> list[Related]:
    """Return the related projects, by what they are to this one."""
    named = {(one["type"], one["ref"]) for one in project.detail.get("related") or ()}
    known = _titles({"iati_identifier": [ref for _, ref in sorted(named)[:_MOST]]}) if named else {}
    found = {(kind, ref): known.get(ref) for kind, ref in named}
    for kind, seen in _SEEN_FROM.items():
        for ref, title in _titles({"related": [f"{kind}:{project.identifier.lower()}"]}).items():
            found.setdefault((seen, ref), title)
    return [
        Related(label("RelatedActivityType", kind), ref, title or Text(""), url_of(ref) if title else "")
        for (kind, ref), title in sorted(found.items(), key=lambda one: one[0])
        if ref != project.identifier
    ]


def _titles(filters: Mapping[str, Any]) -> dict[str, Text]:
    """Titles of the portal's projects by identifier; none where it cannot say."""
    try:
        found = tk.get_action("ess_activity_search")({}, {"filters": dict(filters), "rows": _MOST})
    except (Refused, tk.ValidationError):
        return {}
    titles = {
        one["iati_identifier"]: in_language((one.get("card") or {}).get("titles"))
        for one in found["results"]
        if one.get("iati_identifier")
    }
    return {identifier: title if title.text else Text(identifier) for identifier, title in titles.items()}
