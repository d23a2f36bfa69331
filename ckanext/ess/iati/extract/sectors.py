"""Sectors, goals, markers and tags of an activity."""

from __future__ import annotations

from ckanext.ess.iati import coded
from ckanext.ess.iati.extract.document import Coded, Marker, Scope
from ckanext.ess.iati.extract.draft import Draft, Part, Record
from ckanext.ess.iati.extract.narratives import texts
from ckanext.ess.iati.extract.values import Unusable, percentage
from ckanext.ess.iati.read.tree import Element


def share(element: Element, draft: Draft) -> float | None:
    """Return the percentage written on a country, region or sector; None where there is no usable one."""
    text = element.get("percentage")
    if text is None or not text.strip():
        return None
    try:
        return percentage(text)
    except Unusable as fault:
        draft.tell(fault.code, element, text)
        return None


def sector(element: Element, draft: Draft) -> None:
    """Read ``sector`` of the activity itself."""
    code = draft.code(element)
    vocabulary = coded.vocabulary(draft.attribute(element, "vocabulary"))
    part = share(element, draft)
    draft.sectors.setdefault(vocabulary, []).append(Part(code, part))
    if not code:
        draft.tell("code-missing", element)
    elif names := texts(element, draft.language):
        draft.sector_names[vocabulary, code] = names
    goals_of(vocabulary, code, draft)
    draft.add("sectors", _record(element, draft, vocabulary, code))


def goals_of(vocabulary: str, code: str, draft: Draft) -> None:
    """Note the development goals that a sector stands for."""
    if vocabulary in {coded.SDG_GOALS, coded.SDG_TARGETS}:
        _goal(code, draft)


def _goal(code: str, draft: Draft) -> None:
    if goal := coded.goal(code):
        draft.goals.add(goal)
    if target := coded.target(code):
        draft.targets.add(target)


def marker(element: Element, draft: Draft) -> None:
    """Read ``policy-marker``."""
    code = draft.code(element)
    vocabulary = coded.vocabulary(draft.attribute(element, "vocabulary"))
    significance = draft.attribute(element, "significance")
    if not code:
        draft.tell("code-missing", element)
        return
    draft.markers.append(Marker(vocabulary, code, significance))
    found = _record(element, draft, vocabulary, code)
    if significance:
        found["significance"] = significance
    draft.add("markers", found)


def tag(element: Element, draft: Draft) -> None:
    """Read ``tag``; those of the vocabularies 2 and 3 are development goals and targets."""
    code, vocabulary = draft.code(element), draft.attribute(element, "vocabulary")
    if not code:
        draft.tell("code-missing", element)
        return
    draft.tags.append(Coded(vocabulary, code))
    if vocabulary in {coded.TAG_GOALS, coded.TAG_TARGETS}:
        _goal(code, draft)
    draft.add("tags", _record(element, draft, vocabulary, code))


def humanitarian_scope(element: Element, draft: Draft) -> None:
    """Read ``humanitarian-scope``."""
    draft.humanitarian = True
    code, vocabulary = draft.code(element), draft.attribute(element, "vocabulary")
    kind = draft.attribute(element, "type")
    draft.scopes.append(Scope(kind, vocabulary, code))
    found = _record(element, draft, vocabulary, code)
    if kind:
        found["type"] = kind
    draft.add("humanitarian_scopes", found)


def _record(element: Element, draft: Draft, vocabulary: str, code: str) -> Record:
    found: Record = {"vocabulary": vocabulary, "code": code}
    if names := texts(element, draft.language):
        found["names"] = names
    if (written := element.get("percentage")) is not None:
        found["percentage"] = written.strip()[:20]
    return found
