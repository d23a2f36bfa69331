"""Generated datasets for the search tests, and the answers computed without any search engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ckan.tests import factories

ORGANIZATIONS: Mapping[str, tuple[str, list[str]]] = {
    "eau-et-vie": ("association", ["departement:75"]),
    "coop-du-lac": ("cooperative", ["region:84"]),
    "mutuelle-sud": ("mutuelle", []),
    "fondation-nord": ("fondation", ["region:32", "departement:59"]),
    "ong-monde": ("ong-internationale", []),
    "sans-famille": ("", []),
}
KINDS = ["iati-activities", "iati-organisation", "grants", "directory", "accounts", "results"]
COUNTRIES = ["SN", "ML", "BF", "NE", "MG", "HT", "FR"]
SECTORS = ["14030", "14032", "12220", "11220", "15150", "31120", "72040"]
TERRITORIES = ["region:11", "region:53", "departement:35", "departement:2A"]
LICENCES = ["cc-by", "odc-odbl", "other-open"]
FORMATS = ["XML", "CSV", "JSON", "PDF"]
AGES = [1, 20, 80, 100, 200, 350, 400, 700, 800, 2000]

#: Facets whose values the answers below are computed for.
NAMES = [
    "ess_kind",
    "organization",
    "ess_family",
    "ess_country",
    "ess_sector_group",
    "ess_sdg",
    "ess_file_type",
    "ess_iati_version",
    "ess_territory",
    "ess_language",
    "license_id",
    "res_format",
    "ess_freshness",
]


@dataclass
class Entry:
    """One dataset as the tests know it: what was saved, and its facet values."""

    saved: dict[str, Any]
    facets: dict[str, set[str]]
    private: bool = False
    activities: int | None = None
    day: date | None = None


@dataclass
class Catalogue:
    """All datasets, and what a search in them should answer."""

    entries: list[Entry] = field(default_factory=list)

    def found(self, chosen: Mapping[str, list[str]]) -> list[Entry]:
        """Datasets that anyone may see, with any chosen value in each of the facets."""
        return [
            e for e in self.entries if not e.private and all(e.facets[n] & set(v) for n, v in chosen.items())
        ]

    def counts(self, name: str, chosen: Mapping[str, list[str]]) -> dict[str, int]:
        """How many datasets each value would add, given what is chosen in the *other* facets."""
        others = {other: values for other, values in chosen.items() if other != name}
        return dict(Counter(value for entry in self.found(others) for value in entry.facets[name]))

    def choice(self, rng: random.Random) -> dict[str, list[str]]:
        """Some values of some facets; now and then one that nothing has."""
        chosen = {}
        for name in rng.sample(NAMES, rng.randint(1, 3)):
            known = sorted({value for entry in self.entries for value in entry.facets[name]})
            chosen[name] = rng.sample(known, min(len(known), rng.randint(1, 3)))
        if rng.random() < 0.1:
            chosen[rng.choice(sorted(chosen))] = ["nothing-has-this"]
        return chosen


def generate(number: int, today: date, seed: int = 2013) -> Catalogue:
    """Save a number of datasets and return them with what is known of them."""
    rng = random.Random(seed)
    owners = {}
    for name, (family, territory) in ORGANIZATIONS.items():
        owners[name] = factories.Organization(
            name=name, title=f"« {name} »", ess_family=family, ess_territory=territory
        )
    return Catalogue([_entry(rng, owners, place, today) for place in range(number)])


def freshness(day: date, today: date) -> str:
    """The class of a day, by another way of counting than the product's: months as numbers."""

    def months_ago(months: int) -> tuple[int, int]:
        return divmod(today.year * 12 + today.month - 1 - months, 12)

    for name, months in (("3-months", 3), ("1-year", 12), ("2-years", 24)):
        year, month = months_ago(months)
        if (day.year, day.month - 1, day.day) >= (year, month, today.day):
            return name
    return "older"


def _entry(rng: random.Random, owners: Mapping[str, Any], place: int, today: date) -> Entry:
    owner = rng.choice(list(ORGANIZATIONS))
    family, home = ORGANIZATIONS[owner]
    day = today - timedelta(days=rng.choice(AGES)) if rng.random() < 0.9 else None
    activities = rng.choice([0, 3, 12, 118, 1204]) if rng.random() < 0.8 else None
    values: dict[str, list[str]] = {
        "ess_country": rng.sample(COUNTRIES, rng.randint(0, 3)),
        "ess_sector": rng.sample(SECTORS, rng.randint(0, 3)),
        "ess_sdg": rng.sample(["1", "3", "6", "13"], rng.randint(0, 2)),
        "language": rng.sample(["fr", "en"], rng.randint(0, 2)),
        "ess_territory": rng.sample(TERRITORIES, rng.randint(0, 1)),
    }
    kind = rng.choice(KINDS)
    file_type = {"iati-activities": "activities", "iati-organisation": "organisations"}.get(kind, "")
    version = rng.choice(["1.05", "2.02", "2.03"]) if file_type else ""
    licence = rng.choice(LICENCES)
    formats = rng.sample(FORMATS, rng.randint(0, 2))
    private = rng.random() < 0.1
    saved = factories.Dataset(
        title=f"Jeu de données n° {place}",
        owner_org=owners[owner]["id"],
        ess_kind=kind,
        ess_file_type=file_type,
        ess_iati_version=version,
        ess_activity_count="" if activities is None else str(activities),
        ess_data_date=day.isoformat() if day else "",
        license_id=licence,
        private=private,
        resources=[{"url": f"https://exemple.invalid/{place}.{f}", "name": f, "format": f} for f in formats],
        **values,
    )
    facets = {
        "ess_kind": {kind},
        "organization": {owner},
        "ess_family": {family} - {""},
        "ess_country": set(values["ess_country"]),
        "ess_sector_group": {code[:3] for code in values["ess_sector"]},
        "ess_sdg": set(values["ess_sdg"]),
        "ess_file_type": {file_type} - {""},
        "ess_iati_version": {version} - {""},
        "ess_territory": set(values["ess_territory"] or home),
        "ess_language": set(values["language"]),
        "license_id": {licence},
        "res_format": set(formats),
        "ess_freshness": {freshness(day, today) if day else "unknown"},
    }
    # An organisation file holds no activities, whatever its record says.
    return Entry(saved, facets, private, None if file_type == "organisations" else activities, day)
