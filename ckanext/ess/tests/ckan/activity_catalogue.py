"""A portal with a few projects whose every number is known, and real files where they are at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess import config
from ckanext.ess.index.activities.client import Core
from ckanext.ess.jobs import draining
from ckanext.ess.store.activity_visibility import visibility
from ckanext.ess.tests.shared import shared_files
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running

#: Real files of several versions and publishers, small enough for a test.
REAL = (
    "OIPA-V2__kosovo",
    "OIPA-V2__bangladesh",
    "OIPA-V2__afghanistan",
    "OIPA-V2__childhope_uk__collection",
    "OIPA-V2__ewb_canada__collection",
    "OIPA-V2__spark__collection",
    "aid-transparency-tracker__test_01_be-dgd-2021_1",
    "aid-transparency-tracker__worldbank-tz",
)

_HEAD = """<iati-activities version="2.03" generated-datetime="2026-11-01T00:00:00Z">"""
_ACTIVITY = """
<iati-activity xml:lang="fr" default-currency="EUR" last-updated-datetime="2026-11-01T00:00:00Z" {attributes}>
<iati-identifier>{identifier}</iati-identifier>
<reporting-org ref="FR-RCS-523369619" type="22">
<narrative>Électriciens sans frontières</narrative></reporting-org>
<title><narrative>{title}</narrative><narrative xml:lang="en">{english}</narrative></title>
<description><narrative>{description}</narrative></description>
<participating-org role="1" ref="{funder}" type="10"><narrative>{funder_name}</narrative></participating-org>
<participating-org role="4" type="22"><narrative>Les Amis de l’Été</narrative></participating-org>
<activity-status code="{status}"/>
<activity-date type="2" iso-date="{start}"/>
{more}
</iati-activity>"""


def activity(number: str, title: str, more: str = "", **values: str) -> str:
    """One project as XML."""
    usual = {
        "attributes": "",
        "identifier": f"FR-RCS-523369619-{number}",
        "title": title,
        "english": "",
        "description": "Un projet.",
        "funder": "FR-RCS-775665599",
        "funder_name": "AFD",
        "status": "2",
        "start": "2021-03-01",
        "more": more,
    }
    return _ACTIVITY.format(**{**usual, **values})


def budget(year: int, amount: str, currency: str = "EUR") -> str:
    """A budget of a year."""
    return (
        f'<budget><period-start iso-date="{year}-01-01"/><period-end iso-date="{year}-12-31"/>'
        f'<value currency="{currency}" value-date="{year}-01-01">{amount}</value></budget>'
    )


def transaction(kind: str, day: str, amount: str, more: str = "", currency: str = "EUR") -> str:
    """A transaction."""
    return (
        f'<transaction><transaction-type code="{kind}"/><transaction-date iso-date="{day}"/>'
        f'<value currency="{currency}" value-date="{day}">{amount}</value>{more}</transaction>'
    )


def country(code: str, percentage: str = "100") -> str:
    """A recipient country."""
    return f'<recipient-country code="{code}" percentage="{percentage}"/>'


def sector(code: str, percentage: str = "100") -> str:
    """A sector of the OECD's list."""
    return f'<sector vocabulary="1" code="{code}" percentage="{percentage}"/>'


WATER = activity(
    "EAU",
    "Forages d’eau potable à Thiès",
    country("SN", "60")
    + country("ML", "40")
    + '<location><name><narrative>Thiès</narrative></name><point srsName="http://www.opengis.net/def/crs/EPSG/0/4326">'
    "<pos>14.79 -16.93</pos></point></location>"
    + sector("14030", "75")
    + sector("11220", "25")
    + budget(2021, "1000")
    + budget(2022, "500")
    + transaction("2", "2021-04-01", "1200")
    + transaction("3", "2021-05-01", "400.40")
    + transaction("3", "2022-05-01", "100.10", '<recipient-country code="ML"/>'),
    english="Drinking water wells",
    description="Des puits pour les villages ; l’école est raccordée.",
)
SCHOOL = activity(
    "ECOLE",
    "Des écoles pour l’éducation des filles",
    country("SN") + sector("11220") + budget(2021, "250") + transaction("4", "2021-06-01", "30"),
    status="3",
    start="2019-01-01",
    funder="",
    funder_name="Une fondation amie",
)
LAOS = activity(
    "LAOS",
    "Solidarité au Laos",
    country("LA")
    + sector("43010")
    + budget(2023, "77", "XTS")
    + transaction("3", "2023-01-01", "655957", currency="XOF"),
    attributes='humanitarian="1"',
    start="2023-01-01",
)
SECRET = activity("SECRET", "Projet secret d’eau", country("SN") + budget(2021, "5000"))

PUBLIC = (_HEAD + WATER + SCHOOL + LAOS + "</iati-activities>").encode()
PRIVATE = (_HEAD + SECRET + "</iati-activities>").encode()


@pytest.fixture
def activity_portal(
    shared_portal: dict[str, Any], portal_state: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """A portal whose projects are in the index, shared by the tests of a module.

    ``organization``, ``public``, ``private`` and ``real`` are what was made; all went through the jobs that a
    portal runs.
    """
    url = os.environ.get("ESS_TEST_ACTIVITIES_SOLR_URL")
    if not url:
        pytest.skip("no core of activities: run the tests with `make test` or `ess-portal run -- pytest …`")
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, url)
    if "activities" in portal_state:
        assert portal_state["activities"], "the portal could not be filled: see the first test"
    else:
        core = Core(url)
        core.delete("*:*")
        core.commit()
        portal_state["activities"] = {}
        portal_state["activities"] = _filled(core)
    yield portal_state["activities"]
    model.Session.rollback()


def real_files() -> list[Path]:
    """The real files that are at hand."""
    return [path for path in shared_files("samples/real/*.xml") if path.stem in REAL]


def _filled(core: Core) -> dict[str, Any]:
    with running(FakeUpstream()) as site:
        site.serve("/public.xml", PUBLIC)
        site.serve("/private.xml", PRIVATE)
        organization = factories.Organization(title="Électriciens sans frontières", ess_family="association")
        made = {
            "core": core,
            "organization": organization,
            "public": _dataset(organization, site.url("/public.xml")),
            "private": _dataset(organization, site.url("/private.xml"), private=True),
        }
        for path in real_files():
            site.serve(f"/{path.name}", path.read_bytes())
            made[path.stem] = _dataset(organization, site.url(f"/{path.name}"))
        draining.drain()
    model.Session.rollback()
    assert visibility(None).token
    return made


def _dataset(organization: dict[str, Any], url: str, **more: Any) -> dict[str, Any]:
    resources = [{"url": url, "format": "XML", "name": url.rpartition("/")[2]}]
    return factories.Dataset(owner_org=organization["id"], resources=resources, license_id="fr-lo", **more)


def ask(action: str, user: str = "", **parameters: Any) -> Any:
    """Call an action as somebody; as nobody without a name."""
    return tk.get_action(action)({"user": user, "ignore_auth": False}, parameters)
