"""Every field of the core of activities: one table for the shipped schema, the Schema API and the docs.

``activity`` documents have nested ``money`` documents, one for each type, year, currency and set of shares:
sums by year, type and country would otherwise not be right (see ``docs/activities.rst``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ckanext.ess.index.activities.field_types import TYPES

#: Name of the core or collection, and the two kinds of documents in it.
CORE = "ess_activities"
ACTIVITY, MONEY = "activity", "money"
#: Raised whenever documents made before would differ: files are then written again.
DOCUMENTS_VERSION = "1"


@dataclass(frozen=True)
class Field:
    """One field, or a family of them where the name ends with ``*``.

    ``indexed``: it can be searched. ``stored``: its text is kept for showing; other fields that are not
    text give their value from docValues.
    """

    name: str
    type: str
    meaning: str
    multi: bool = False
    indexed: bool = True
    stored: bool = False

    @property
    def is_dynamic(self) -> bool:
        """Whether it is a family of fields."""
        return self.name.endswith("*")

    def definition(self) -> dict[str, Any]:
        """The field as Solr's Schema API wants it."""
        said: dict[str, Any] = {"name": self.name, "type": self.type}
        said |= {"indexed": self.indexed, "stored": self.stored, "multiValued": self.multi}
        if self.name in ("id", "kind"):
            said["required"] = True
        if not self.indexed and self.stored:
            said["docValues"] = False
        return said


def _one(name: str, meaning: str, kind: str = "string", *, indexed: bool = True) -> Field:
    return Field(name, kind, meaning, indexed=indexed)


def _many(name: str, meaning: str, kind: str = "string") -> Field:
    return Field(name, kind, meaning, multi=True)


def _kept(name: str, meaning: str) -> Field:
    return Field(name, "string", meaning, indexed=False, stored=True)


_OURS: Final = (
    Field("id", "string", "resource, hash of the identifier, occurrence in the file", stored=True),
    _one("_root_", "identifier of the activity that a money document belongs to"),
    Field("_version_", "plong", "Solr's own", indexed=False),
    _one("kind", "``activity`` or ``money``"),
    _one("dataset_id", "the dataset"),
    _one("resource_id", "the file"),
    _one("run", "the writing of the file that the document comes from"),
)
_TEXT: Final = (
    _one("iati_identifier", "identifier as written"),
    _one("identifier", "identifier in small letters: exact or by prefix", "lower"),
    *(Field(f"{part}_fr", "text_fr", f"{part} in French") for part in ("title", "description")),
    *(Field(f"{part}_en", "text_en", f"{part} in English") for part in ("title", "description")),
    *(
        Field(f"{part}_any", "text_any", f"{part} in every language", multi=True)
        for part in ("title", "description")
    ),
    _many("names", "organisations, places, other identifiers", "text_any"),
    Field("labels_fr", "text_fr", "French names of its countries, regions, sectors and goals", multi=True),
    Field("labels_en", "text_en", "English names of its countries, regions, sectors and goals", multi=True),
    _one("title_sort", "title for sorting: small letters, no accents"),
)
_FACETS: Final = (
    _many("country", "ISO 3166 codes, also from transactions"),
    _many("region", "DAC region codes, also from transactions"),
    _many("sector", "DAC five-digit codes"),
    _many("sector_group", "DAC three-digit codes"),
    _many("sdg", "goals 1 to 17"),
    _many("sdg_target", "targets as ``6.1``"),
    _many("marker", "policy markers: ``vocabulary:code:significance``"),
    _one("status", "ActivityStatus code"),
    _one("publisher", "key of the reporting organisation"),
    _one("publisher_type", "OrganisationType code of the reporting organisation"),
    _one("publisher_family", "ESS family of the CKAN organisation"),
    _many("territory", "territories of the CKAN organisation"),
    _many("funder", "keys of funding organisations"),
    _many("implementer", "keys of implementing organisations"),
    _many("participant", "keys of all organisations that take part"),
    _many("aid_type", "default aid types: DAC codes, else ``vocabulary:code``"),
    _one("flow_type", "default flow type"),
    _one("finance_type", "default finance type"),
    _one("tied_status", "default tied status"),
    _one("collaboration_type", "collaboration type"),
    _one("scope", "activity scope"),
    _many("language", "languages of its texts"),
    _many("currency", "currencies of its money, or that of a money document; empty where none is said"),
    _one("budget_band", "class of the budget in euros"),
    _one("humanitarian", "``1`` or ``0``"),
    _one("hierarchy", "level as written, ``1`` where none is"),
    _many("document_category", "categories of its documents"),
    _many("tag", "tags: ``vocabulary:code``"),
    _one("validation", "severity of its worst finding, or ``valid``"),
    _many("rule", "rules that it breaks"),
    _one("version", "version of the standard"),
    _many("related", "related activities: ``type:identifier`` in small letters", "lower"),
    _many("has", "``budget``, ``transactions``, ``results``, ``documents``, ``locations``"),
    _one("funder_identified", "whether its funders carry identifiers: ``all``, ``some``, ``none``"),
)
_NUMBERS: Final = (
    _one("start_year", "year of the actual start, else of the planned one", "pint"),
    _one("end_year", "year of the actual end, else of the planned one", "pint"),
    _many("transaction_year", "years of its transactions", "pint"),
    *(
        _one(f"{measure}_{currency}", f"{measure} in {currency.upper()}, counted once", "pdouble")
        for currency in ("eur", "usd")
        for measure in ("budget", "commitments", "disbursements", "incoming")
    ),
    _one("start", "day of the start", "pdate"),
    _one("end", "day of the end", "pdate"),
    _one("updated", "last update, as the activity says", "pdate"),
    _many("location", "points", "location"),
    _many("grid", "cells of its points: ``0:LAT,LON`` in whole degrees, ``1:LAT,LON`` in tenths"),
)
_SHOWN: Final = (
    _kept("card", "JSON of all that a row of results shows"),
    _kept("detail", "all that its page shows: JSON, compressed, as base64"),
    _kept("xml", "its own XML, compressed, as base64"),
)
_MONEY: Final = (
    _one("type", "``budget``, ``planned``, or a TransactionType code"),
    _one("year", "calendar year", "pint"),
    _one("amount", "as reported", "pdouble", indexed=False),
    _one("eur", "in euros, counted once", "pdouble", indexed=False),
    _one("usd", "in dollars, counted once", "pdouble", indexed=False),
    *(
        _one(f"share_{what}_*", f"share (0 to 1) of a {what} in it", "pdouble", indexed=False)
        for what in ("country", "region", "sector", "group")
    ),
)

FIELDS: Final = (*_OURS, *_TEXT, *_FACETS, *_NUMBERS, *_SHOWN, *_MONEY)


def types() -> tuple[dict[str, Any], ...]:
    """Solr's types of the fields."""
    return TYPES
