"""Any number of small, different, valid datasets, made on the fly: the same number makes the same ones."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import BinaryIO
from xml.sax.saxutils import escape

from ckanext.ess.embedded.standin.holdings import INITIAL_CHARACTERS, Dataset, Holdings, Publisher

_COUNTRIES = ("SN", "ML", "MG", "HT", "MA", "BJ", "KH", "VN", "UA", "CO", "TG", "NE")
_SECTORS = ("11220", "12220", "14030", "15150", "16010", "31120", "31140", "32130", "43040", "72040")
#: Where the changed ones work, and no other.
ELSEWHERE = "BF"
_TOPICS = ("eau potable", "santé communautaire", "éducation", "agroécologie", "microfinance", "logement")
_START = datetime(2026, 1, 1, tzinfo=timezone.utc)
_GENERATED = re.compile(rb'generated-datetime="[^"]+"')


class Synthetic:
    """Datasets for measuring.

    Args:
        count: how many datasets.
        publishers: of how many publishers; one per fifty datasets when not said.
        changed: so many of them, the first ones, have other files: all of Burkina Faso.
        gone: so many of them, the last ones, are not there.
    """

    def __init__(self, count: int, publishers: int = 0, *, changed: int = 0, gone: int = 0) -> None:
        owners = [_publisher(number) for number in range(publishers or max(1, count // 50))]
        datasets = [
            _dataset(number, owners[number % len(owners)], changed=number < changed)
            for number in range(count - gone)
        ]
        created = int(_START.timestamp()) + count + changed + gone
        self._holdings = Holdings(
            datasets=tuple(sorted(datasets, key=lambda dataset: dataset.name)),
            publishers=tuple(owners),
            created=str(datetime.fromtimestamp(created, tz=timezone.utc)),
            created_seconds=created,
        )

    def holdings(self) -> Holdings:
        """All of them."""
        return self._holdings


def _publisher(number: int) -> Publisher:
    return Publisher(
        short_name=f"synthetic-{number:04}",
        title=f"Organisation synthétique {number:04}",
        identifier=f"XM-EXAMPLE-{number:04}",
        facts={
            "organisation_type": ("21", "22", "70", "60")[number % 4],
            "hq_country": "FR",
            "reporting_source_type": "primary-source",
            "default_licence_id": "cc-by",
            "website": f"https://synthetic-{number:04}.example/",
            "first_publication_date": "2020-01-01T00:00:00+00:00",
        },
        contact_email=f"contact@synthetic-{number:04}.example",
    )


def _dataset(number: int, publisher: Publisher, *, changed: bool) -> Dataset:
    country = ELSEWHERE if changed else _COUNTRIES[number % len(_COUNTRIES)]
    body = file_of(number, publisher, country)
    moment = _START + timedelta(seconds=number)
    return Dataset(
        name=f"{publisher.short_name}-{number:06}",
        title=f"Projets {_TOPICS[number % len(_TOPICS)]} {number:06}",
        publisher=publisher,
        kind="activity",
        version="2.03",
        path=f"{publisher.short_name}/{number:06}.xml",
        size=len(body),
        sha1=hashlib.sha1(body, usedforsecurity=False).hexdigest(),
        sha1_without_generated=hashlib.sha1(_GENERATED.sub(b"", body), usedforsecurity=False).hexdigest(),
        initial_contents=body.decode()[:INITIAL_CHARACTERS],
        modified=str(moment),
        read=partial(_opened, number, publisher, country),
        activity_count=1 + number % 3,
        countries=(country,),
        language="fr",
        data_updated=moment.strftime("%Y-%m-%d %H:%M:%S"),
    )


def file_of(number: int, publisher: Publisher, country: str) -> bytes:
    """The IATI file of one dataset, whose activities are in a country."""
    moment = (_START + timedelta(seconds=number)).isoformat()
    activities = "".join(_activity(number, index, publisher, country) for index in range(1 + number % 3))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<iati-activities version="2.03" generated-datetime="{moment}">\n{activities}</iati-activities>\n'
    ).encode()


def _activity(number: int, index: int, publisher: Publisher, country: str) -> str:
    topic = _TOPICS[(number + index) % len(_TOPICS)]
    year = 2018 + (number + index) % 8
    value = 10_000 + (number * 7919 + index * 104729) % 900_000
    updated = (_START + timedelta(seconds=number)).isoformat()
    org = f'ref="{publisher.identifier}" type="{publisher.facts["organisation_type"]}"'
    name = f"<narrative>{escape(publisher.title)}</narrative>"
    return f"""  <iati-activity xml:lang="fr" default-currency="EUR" last-updated-datetime="{updated}">
    <iati-identifier>{publisher.identifier}-{number:06}-{index}</iati-identifier>
    <reporting-org {org}>{name}</reporting-org>
    <title><narrative>Projet {topic} {number:06}-{index}</narrative></title>
    <description type="1"><narrative>Jeu de données synthétique pour les mesures.</narrative></description>
    <participating-org {org} role="4">{name}</participating-org>
    <activity-status code="2"/>
    <activity-date type="2" iso-date="{year}-02-01"/>
    <recipient-country code="{country}" percentage="100"/>
    <sector vocabulary="1" code="{_SECTORS[(number + index) % len(_SECTORS)]}" percentage="100"/>
    <budget type="1" status="2">
      <period-start iso-date="{year}-01-01"/>
      <period-end iso-date="{year}-12-31"/>
      <value currency="EUR" value-date="{year}-01-01">{value}</value>
    </budget>
  </iati-activity>
"""


def _opened(number: int, publisher: Publisher, country: str) -> BinaryIO:
    return io.BytesIO(file_of(number, publisher, country))
