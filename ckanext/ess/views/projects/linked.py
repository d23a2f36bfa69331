"""A project as linked data, in the words of schema.org, which search engines read."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from ckanext.ess.views.projects.page import Project
from ckanext.ess.views.projects.texts import plain

_FUNDER, _IMPLEMENTER = "1", "4"
#: Characters that could end a script, or begin a comment in one.
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def written(project: Project, address: str) -> str:
    """Return the project as JSON-LD."""
    return json.dumps(_data(project, address), ensure_ascii=False, indent=2)


def for_script(text: str) -> Markup:
    """Return JSON that may stand inside a ``script`` element."""
    return Markup("".join(_UNSAFE.get(char, char) for char in text))  # noqa: S704 (just made harmless)


def _data(project: Project, address: str) -> dict[str, Any]:
    detail = project.detail
    card = project.shown.get("card") or {}
    data = {
        "@context": "https://schema.org",
        "@type": "Project",
        "@id": address,
        "url": address,
        "identifier": project.identifier,
        "name": project.titles[0].text,
        "description": plain(detail.get("descriptions")),
        "foundingDate": card.get("start"),
        "dissolutionDate": card.get("end"),
        "parentOrganization": _organization(detail.get("reporting") or {}),
        "funder": _organizations(detail, _FUNDER),
        "member": _organizations(detail, _IMPLEMENTER),
        "areaServed": [{"@type": "Country", "identifier": code} for code in _countries(detail)],
        "dateModified": detail.get("updated"),
    }
    return {name: value for name, value in data.items() if value}


def _organizations(detail: Any, role: str) -> list[dict[str, str]]:
    return [_organization(one) for one in detail.get("participating") or () if one.get("role") == role]


def _organization(one: Any) -> dict[str, str]:
    found = {"@type": "Organization", "name": plain(one.get("names")), "identifier": one.get("ref") or ""}
    return {name: value for name, value in found.items() if value}


def _countries(detail: Any) -> list[str]:
    return [one["code"] for one in detail.get("countries") or () if one.get("code")]
