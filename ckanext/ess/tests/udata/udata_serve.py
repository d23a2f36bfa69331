"""Serve a udata with datasets of the social economy: ``udata_serve.py PORT``; prints ``TOKEN …`` when ready.

For udata's own virtual environment; ``make test-udata`` makes it.
"""

from __future__ import annotations

import sys
from typing import Any

import udata_app

#: Short name, title, SIRET, badges.
ORGANIZATIONS = (
    ("Fédération des associations d’entraide", "12345678200010", ("association",)),
    ("Métropole d’Exemple", "11000001700012", ("public-service", "certified")),
    ("Coopérative d’Exemple", None, ()),
)
PER_ORGANIZATION = 16


def fill() -> str:
    """Make 48 datasets of three organisations, and one that is archived.

    Returns:
        The token of somebody who may delete them.
    """
    from udata.core.api_token.models import ApiToken
    from udata.core.user.factories import AdminFactory

    admin = AdminFactory()
    udata_app.make_licences()
    for number, (name, siret, badges) in enumerate(ORGANIZATIONS):
        owner = _organization(name, siret, badges, admin)
        for count in range(PER_ORGANIZATION):
            _dataset(owner, number * PER_ORGANIZATION + count)
    _dataset(owner, 999, archived="2026-01-01")
    return ApiToken.generate(admin)[1]


def _organization(name: str, siret: str | None, badges: tuple[str, ...], admin: Any) -> Any:
    from udata.core.organization.factories import OrganizationFactory

    owner = OrganizationFactory(name=name, business_number_id=siret)
    for kind in badges:
        owner.add_badge(kind)
    return owner


def _dataset(owner: Any, number: int, **more: Any) -> Any:
    from udata.core.dataset.factories import DatasetFactory, ResourceFactory
    from udata.core.dataset.models import License, Schema
    from udata.core.spatial.models import SpatialCoverage

    files = [
        ResourceFactory(
            title=f"subventions-{number}.csv",
            format="csv",
            url=f"https://fichiers.example.org/{number}.csv",
            schema=Schema(name="scdl/subventions") if number % 2 else None,
        ),
        ResourceFactory(
            title=f"notice-{number}.pdf", format="pdf", url=f"https://fichiers.example.org/{number}.pdf"
        ),
    ]
    return DatasetFactory(
        title=f"Subventions versées, année {1900 + number}",
        description="Ce que nous avons **donné**.",
        organization=owner,
        resources=files[: 1 + number % 2],
        license=License.objects.get(id="lov2"),
        frequency="annual",
        tags=["subventions", "ess"],
        spatial=SpatialCoverage(granularity="other"),
        **more,
    )


if __name__ == "__main__":
    from werkzeug.serving import run_simple

    port = int(sys.argv[1])
    app = udata_app.made(f"127.0.0.1:{port}")
    with app.app_context():
        sys.stdout.write(f"TOKEN {fill()}\n")
        sys.stdout.flush()
    run_simple("127.0.0.1", port, app, threaded=True)
