"""Money of activities over real Solr: totals, shares, years, places, organisations, what drawings need."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.ess.tests.ckan.activity_catalogue import activity_portal, ask

__all__ = ["activity_portal"]

pytestmark = pytest.mark.usefixtures("activity_portal")

PUBLISHER = {"publisher": "FR-RCS-523369619"}


@pytest.mark.parametrize(
    ("asked", "budget", "commitments", "disbursements"),
    [
        ({}, 1750.0, 1200.0, 1530.5),
        ({"country": "SN"}, 900 + 250, 720.0, 240.24 + 30),
        ({"country": "ML"}, 600.0, 480.0, 160.16 + 100.10),
        ({"country": ["SN", "ML"]}, 1750.0, 1200.0, 530.5),
        ({"sector": "14030"}, 1125.0, 900.0, 375.375),
        ({"sector": "14030", "sector_group": "140"}, 1125.0, 900.0, 375.375),
        ({"country": "SN", "sector": "11220"}, 225 + 250, 180.0, 60.06 + 30),
        ({"transaction_year": "2021"}, 1000 + 250, 1200.0, 430.4),
        ({"transaction_year": "2022", "country": "ML"}, 200.0, 0.0, 100.1),
        ({"country": "LA"}, 0.0, 0.0, 1000.0),
        ({"exclude_country": "ML"}, 250.0, 0.0, 1030.0),
        ({"q": "xyzzy"}, 0.0, 0.0, 0.0),
    ],
)
def test_totals_count_only_the_chosen_share(
    asked: dict[str, Any], budget: float, commitments: float, disbursements: float
):
    """To the cent: shares of the transaction, else of the activity; years; currencies."""
    totals = ask("ess_activity_search", **PUBLISHER, **asked)["totals"]
    assert totals["budget_eur"] == pytest.approx(budget, abs=0.005)
    assert totals["commitments_eur"] == pytest.approx(commitments, abs=0.005)
    assert totals["disbursements_eur"] == pytest.approx(disbursements, abs=0.006)


def test_totals_say_what_they_count(app: Any):
    """In sentences, with a page that says more, and what has no identified funder."""
    answer = ask("ess_activity_search", **PUBLISHER, country="SN")
    assert answer["definition"]["reduced_by"] == ["country"]
    assert len(answer["definition"]["sentences"]) == 3
    assert app.get(answer["definition"]["url"]).status_code == 200
    assert ask("ess_activity_search", **PUBLISHER)["unidentified_funders"]["budget"] == pytest.approx(
        250 / 1750, abs=1e-4
    )
    dollars = ask("ess_activity_search", **PUBLISHER, convert_to="USD")["totals"]
    assert dollars["budget_usd"] > 1750


def money(by: str, **asked: Any) -> dict[str, dict[str, Any]]:
    """Rows of sums by value."""
    return {row["value"]: row for row in ask("ess_activity_money", by=by, **{**PUBLISHER, **asked})["rows"]}


def test_money_by_year():
    """Each measure in its year, shares applied."""
    rows = money("year")
    assert list(rows) == ["2021", "2022", "2023"]
    assert (rows["2021"]["budget"], rows["2021"]["commitments"], rows["2021"]["disbursements"]) == (
        1250.0, 1200.0, 430.4,
    )  # fmt: skip
    assert (rows["2021"]["count"], rows["2022"]["count"]) == (2, 1)
    assert money("year", country="ML")["2022"]["disbursements"] == 100.1


def test_money_by_country_adds_up():
    """Countries, each with its own share, make the total."""
    rows = money("country")
    assert rows["SN"]["label"] == "Senegal"
    assert sum(row["budget"] for row in rows.values()) == pytest.approx(1750)
    assert rows["SN"]["budget"] == 1150.0
    assert rows["ML"]["disbursements"] == 260.26
    assert list(money("country", country=["ML"])) == ["ML"]
    assert money("country", country=["ML"])["ML"]["budget"] == 600.0
    assert money("country", sector="14030")["SN"]["budget"] == 675.0


def test_money_by_sector_and_group():
    """Two levels of one list."""
    assert money("sector")["14030"]["budget"] == 1125.0
    assert money("sector_group")["112"]["budget"] == 625.0
    assert set(money("sector", sector_group="112")) == {"11220"}


def test_money_by_organisation():
    """The whole activity counts for each of its funders."""
    rows = money("funder")
    assert rows["FR-RCS-775665599"]["label"] == "Agence française de développement"
    assert (rows["FR-RCS-775665599"]["budget"], rows["FR-RCS-775665599"]["planned"]) == (1500.0, None)
    assert money("funder", country="SN")["FR-RCS-775665599"]["budget"] == 900.0


def test_who_funds_whom():
    """Commitments of the activities that two organisations are in, with names."""
    (row,) = ask("ess_activity_money", by="flow", **PUBLISHER)["rows"]
    assert (row["funder"], row["amount"], row["count"]) == ("FR-RCS-775665599", 1200.0, 2)
    assert row["implementer_label"] == "Les Amis de l’Été"
    assert ask("ess_activity_money", by="flow", **PUBLISHER, country="ML")["rows"][0]["amount"] == 480.0


def test_where_points_are():
    """In squares of a degree, of a tenth where a small area is asked for."""
    whole = ask("ess_activity_money", by="points", **PUBLISHER)
    assert (whole["cell"], whole["rows"]) == (1.0, [{"lat": 14.5, "lon": -16.5, "count": 1}])
    near = ask("ess_activity_money", by="points", **PUBLISHER, location="14,-18,15,-16")
    assert (near["cell"], near["rows"]) == (0.1, [{"lat": 14.75, "lon": -16.95, "count": 1}])


def test_what_cannot_be_converted_is_said():
    """It is in no sum."""
    answer = ask("ess_activity_money", **PUBLISHER)
    assert answer["unconverted"] == [{"currency": "", "type": "budget", "amount": 77.0}]
    assert "2023" in {row["value"] for row in answer["rows"]}
