"""Countries, regions and points of an activity."""

from __future__ import annotations

from ckanext.ess.iati import coded
from ckanext.ess.iati.extract.document import Location
from ckanext.ess.iati.extract.draft import Draft, Part, Record
from ckanext.ess.iati.extract.narratives import put, texts
from ckanext.ess.iati.extract.sectors import share
from ckanext.ess.iati.extract.values import Unusable, coordinate
from ckanext.ess.iati.read.tree import Element, text_of

_POLE, _DATE_LINE = 90.0, 180.0


def country(element: Element, draft: Draft) -> None:
    """Read ``recipient-country``; one without a usable code keeps its part of the money."""
    text = draft.code(element)
    code = coded.country(text)
    if not code:
        draft.tell("country", element, text)
    draft.countries.append(Part(code, share(element, draft)))
    draft.add("countries", _record(element, draft, code or text))


def region(element: Element, draft: Draft) -> None:
    """Read ``recipient-region``; only regions of the OECD's list are counted."""
    text = draft.code(element)
    vocabulary = coded.vocabulary(draft.attribute(element, "vocabulary"))
    if vocabulary == coded.OECD:
        code = coded.region(text)
        if not code:
            draft.tell("region", element, text)
        draft.regions.append(Part(code, share(element, draft)))
    draft.add("regions", {"vocabulary": vocabulary, **_record(element, draft, text)})


def _record(element: Element, draft: Draft, code: str) -> Record:
    found: Record = {"code": code}
    if names := texts(element, draft.language):
        found["names"] = names
    if (written := element.get("percentage")) is not None:
        found["percentage"] = written.strip()[:20]
    return found


def location(element: Element, draft: Draft) -> None:
    """Read ``location``: a point where it has one, and what is said of it."""
    found: Record = {}
    for child in element:
        if name := _TEXTS.get(child.tag):
            put(found, name, child, draft.language)
        elif (name := _CODES.get(child.tag)) and (code := draft.code(child)):
            found[name] = code
        elif child.tag in _IDENTIFIERS and (code := draft.code(child)):
            record = {"vocabulary": draft.attribute(child, "vocabulary"), "code": code}
            if level := draft.attribute(child, "level"):
                record["level"] = level
            found.setdefault(_IDENTIFIERS[child.tag], []).append(record)
    if point := _point(element, draft):
        found["latitude"], found["longitude"] = point
        exactness, reach = found.get("exactness", ""), found.get("reach", "")
        draft.locations.append(Location(*point, found.get("name", {}), exactness, reach))
    if found:
        draft.add("locations", found)


_TEXTS = {"name": "name", "description": "description", "activity-description": "activity_description"}
_CODES = {
    "location-reach": "reach",
    "exactness": "exactness",
    "location-class": "class",
    "feature-designation": "feature",
    "location-type": "feature",
}
_IDENTIFIERS = {"location-id": "identifiers", "administrative": "administrative"}


def _point(element: Element, draft: Draft) -> tuple[float, float] | None:
    """Return latitude and longitude, of 2.0x (``pos``) or 1.0x (``coordinates``)."""
    pos = element.find("point/pos")
    if pos is not None:
        written = text_of(pos).replace(",", " ").split()
        at = pos
    elif (at := element.find("coordinates")) is not None:
        written = [at.get("latitude", ""), at.get("longitude", "")]
    else:
        return None
    if not any(written):
        return None
    try:
        latitude, longitude = written
        point = coordinate(latitude, _POLE), coordinate(longitude, _DATE_LINE)
    except (Unusable, ValueError):
        draft.tell("coordinates", at, " ".join(written))
        return None
    if point == (0, 0):
        draft.tell("coordinates-zero", at)
        return None
    return point
