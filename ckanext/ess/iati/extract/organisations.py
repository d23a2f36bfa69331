"""Organisations of an activity: who reports, who takes part, who pays and receives."""

from __future__ import annotations

from ckanext.ess.iati.coded import TRUE
from ckanext.ess.iati.extract import naming, spelling
from ckanext.ess.iati.extract.document import Organisation, Participation
from ckanext.ess.iati.extract.draft import Draft, Record
from ckanext.ess.iati.extract.narratives import texts
from ckanext.ess.iati.read.tree import Element


def read(element: Element, draft: Draft) -> Organisation:
    """Read an organisation, whatever its role."""
    ref = " ".join(draft.attribute(element, "ref").split())
    names = texts(element, draft.language)
    name = next(iter(names.values()), "")
    key, identified = naming.judge(ref, name[:_LONGEST_NAME])
    return Organisation(ref, names, draft.attribute(element, "type"), key, identified)


#: What of a name tells organisations apart.
_LONGEST_NAME = 500


def record(organisation: Organisation) -> Record:
    """Return an organisation as plain data, without what is empty."""
    found: Record = {"ref": organisation.ref, "names": dict(organisation.names), "type": organisation.type}
    found = {name: value for name, value in found.items() if value}
    if organisation.key:
        found["key"] = organisation.key
        found["identified"] = organisation.identified
    return found


def reporting(element: Element, draft: Draft) -> None:
    """Read ``reporting-org``; of several, the first counts."""
    if "reporting" in draft.detail:
        return
    secondary = element.get("secondary-reporter", "").strip() in TRUE
    draft.reporting = read(element, draft)._replace(secondary=secondary)
    draft.detail["reporting"] = record(draft.reporting)
    if secondary:
        draft.detail["reporting"]["secondary"] = True


def participating(element: Element, draft: Draft) -> None:
    """Read ``participating-org``."""
    written = draft.attribute(element, "role")
    role = spelling.code("role", written)
    if not role:
        draft.tell("role", element, written)
    organisation = read(element, draft)
    activity = draft.attribute(element, "activity-id")
    channel = draft.attribute(element, "crs-channel-code")
    draft.participating.append(Participation(role, organisation, activity, channel))
    found = record(organisation)
    for name, value in (("role", role), ("activity_id", activity), ("crs_channel", channel)):
        if value:
            found[name] = value
    draft.add("participating", found)
