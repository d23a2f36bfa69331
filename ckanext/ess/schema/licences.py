"""The portal's licences: Licence Ouverte and ODbL first, and which of them a harvested value means."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ckanext.ess.schema.language import Lang

#: CKAN reads it through ``licenses_group_url``.
FILE = Path(__file__).with_name("licences.json")
UNKNOWN = "notspecified"

_FRENCH = {
    "lov2": "Licence Ouverte 2.0 (Etalab)",
    "odc-odbl": "Licence ODbL : partage à l’identique",
    "cc-by": "Creative Commons Attribution 4.0",
    "cc-zero": "Creative Commons Zéro : domaine public",
    "cc-by-sa": "Creative Commons Attribution, partage à l’identique 4.0",
    "fr-lo": "Licence Ouverte 1.0 (Etalab)",
    "odc-by": "Licence ODC-By : attribution",
    "odc-pddl": "Licence PDDL : domaine public",
    "uk-ogl": "Licence ouverte du gouvernement britannique (OGL)",
    "gfdl": "Licence de documentation libre GNU",
    "other-pd": "Autre (domaine public)",
    "other-open": "Autre (ouverte)",
    "other-at": "Autre (attribution)",
    "cc-nc": "Creative Commons, pas d’utilisation commerciale",
    "other-nc": "Autre (pas d’utilisation commerciale)",
    "other-closed": "Autre (non ouverte)",
    "notspecified": "Licence non précisée",
}
_ENGLISH = {
    "lov2": "Licence Ouverte / Open Licence 2.0 (Etalab)",
    "cc-by": "Creative Commons Attribution 4.0",
    "cc-zero": "Creative Commons Zero: public domain",
    "notspecified": "Licence not specified",
}

#: Other spellings met in catalogues, without case, spaces or punctuation.
_SPELLINGS: Mapping[str, str] = {
    "etalab20": "lov2",
    "etalab2": "lov2",
    "lo20": "lov2",
    "licenceouverte20": "lov2",
    "licenceouverte2": "lov2",
    "licenceouvertev20": "lov2",
    "licenceouverteversion20": "lov2",
    "openlicence20": "lov2",
    "openlicense20": "lov2",
    "licenceouverte": "fr-lo",
    "licenceouverteopenlicence": "fr-lo",
    "etalab": "fr-lo",
    "licenceouverteopenlicenceversion20": "lov2",
    "odbl": "odc-odbl",
    "odbl10": "odc-odbl",
    "odcodbl10": "odc-odbl",
    "ccby40": "cc-by",
    "ccby30": "cc-by",
    "ccbyigo": "cc-by",
    "creativecommonsattribution40": "cc-by",
    "ccbysa40": "cc-by-sa",
    "ccbysa30": "cc-by-sa",
    "cc0": "cc-zero",
    "cc010": "cc-zero",
    "ccpdmark": "other-pd",
    "pddl": "odc-pddl",
    "pddl10": "odc-pddl",
    "odcpddl10": "odc-pddl",
    "odcby10": "odc-by",
    "ogl": "uk-ogl",
    "ogluk": "uk-ogl",
    "ogluk20": "uk-ogl",
    "ogluk30": "uk-ogl",
    "uk-ogl-3": "uk-ogl",
    "ccbync": "cc-nc",
    "ccbync40": "cc-nc",
    "ccbyncsa40": "cc-nc",
    "ccbyncnd40": "cc-nc",
    "publicdomain": "other-pd",
    "otherattribution": "other-at",
    "otheropen": "other-open",
    "otherpublicdomain": "other-pd",
    "othernotopen": "other-closed",
    "": UNKNOWN,
    "none": UNKNOWN,
    "null": UNKNOWN,
    "unknown": UNKNOWN,
    "notspecified": UNKNOWN,
}


@cache
def licences() -> Mapping[str, Mapping[str, Any]]:
    """Licences of the list by identifier, in the order of the form."""
    return MappingProxyType({licence["id"]: licence for licence in json.loads(FILE.read_text("utf-8"))})


def label(licence_id: str, lang: Lang) -> str:
    """Name of a licence as people say it; the identifier itself where the list has no such licence."""
    names = _FRENCH if lang == "fr" else _ENGLISH
    return names.get(licence_id) or licences().get(licence_id, {}).get("title") or licence_id


def from_harvested(value: str) -> str:
    """Identifier of the licence that a catalogue names by its identifier, title or address.

    The catalogue's own text belongs beside it, in ``ess_license_harvested``.

    Returns:
        An identifier of the list, ``notspecified`` where the text means none of them.

    >>> from_harvested("etalab-2.0"), from_harvested("http://opendatacommons.org/licenses/odbl/1.0/")
    ('lov2', 'odc-odbl')
    >>> from_harvested("do what you like")
    'notspecified'
    """
    text = value.strip().lower()
    if text in licences():
        return text
    return _from_address(text) or _spellings().get(_letters(text), UNKNOWN)


@cache
def _spellings() -> Mapping[str, str]:
    known = {_letters(spelling): licence_id for spelling, licence_id in _SPELLINGS.items()}
    for licence_id, licence in licences().items():
        known.setdefault(_letters(licence_id), licence_id)
        known.setdefault(_letters(licence["title"]), licence_id)
    return MappingProxyType(known)


#: Beginnings of addresses, whatever the version and language that follow.
_ADDRESSES: Mapping[str, str] = {
    "opendatacommons.org/licenses/odbl": "odc-odbl",
    "opendatacommons.org/licenses/by": "odc-by",
    "opendatacommons.org/licenses/pddl": "odc-pddl",
    "opendefinition.org/licenses/cc-by": "cc-by",
    "opendefinition.org/licenses/cc-by-sa": "cc-by-sa",
    "opendefinition.org/licenses/cc-zero": "cc-zero",
    "creativecommons.org/licenses/by": "cc-by",
    "creativecommons.org/licenses/by-sa": "cc-by-sa",
    "creativecommons.org/licenses/by-nc": "cc-nc",
    "creativecommons.org/licenses/by-nd": "other-closed",
    "creativecommons.org/licenses/by-nc-sa": "cc-nc",
    "creativecommons.org/licenses/by-nc-nd": "cc-nc",
    "creativecommons.org/publicdomain/zero": "cc-zero",
    "creativecommons.org/publicdomain/mark": "other-pd",
    "spdx.org/licenses/etalab-2.0": "lov2",
    "nationalarchives.gov.uk/doc/open-government-licence": "uk-ogl",
}


@cache
def _by_address() -> tuple[tuple[str, str], ...]:
    listed = {_bare_address(licence["url"]): licence_id for licence_id, licence in licences().items()}
    listed.pop("", None)
    return tuple((listed | dict(_ADDRESSES)).items())


def _from_address(text: str) -> str:
    address = _bare_address(text)
    starts = [(start, licence_id) for start, licence_id in _by_address() if _begins(address, start)]
    return max(starts, default=("", ""), key=lambda found: len(found[0]))[1]


def _begins(address: str, start: str) -> bool:
    return address.startswith(start) and address[len(start) : len(start) + 1] in {"", "/", "."}


def _bare_address(text: str) -> str:
    """An address without scheme, www, query and closing slash; empty for other text."""
    found = re.match(r"https?://(?:www\.)?([^?#]+)", text)
    return found[1].rstrip("/") if found else ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
