"""The home page and what a portal keeps of its own."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from bs4 import BeautifulSoup

from ckan.lib.search import SearchError
from ckan.tests import factories

from ckanext.ess.index import figures


def page(app: Any, path: str) -> BeautifulSoup:
    """A page of the portal, parsed."""
    return BeautifulSoup(app.get(path, status=200).get_data(as_text=True), "lxml")


@pytest.mark.usefixtures("shared_portal")
class TestHome:
    """From an empty portal to one with data, and back to the portal's own page."""

    def test_empty_portal_says_what_comes(self, app: Any) -> None:
        home = page(app, "/")
        assert home.select(".ess-home form[role=search]")
        assert not home.select(".ess-figures")
        assert "There is no data here yet." in home.select_one(".ess-nothing").get_text()

    def test_silent_search_engine_is_said_in_words(self, app: Any) -> None:
        with mock.patch.object(figures, "figures", side_effect=SearchError("no answer")):
            assert "The search does not answer." in page(app, "/").get_text()

    @pytest.mark.ckan_config("ckanext.ess.home", False)
    def test_portal_keeps_its_home(self, app: Any) -> None:
        home = page(app, "/")
        assert home.select(".homepage .hero")
        assert not home.select(".ess-home")

    @pytest.mark.ckan_config("ckanext.ess.theme", False)
    def test_portal_keeps_its_header_and_footer(self, app: Any) -> None:
        home = page(app, "/")
        assert home.select("footer .footer-links a[href$='/about']")
        assert home.select("header a.logo")
        assert not home.select("body.ess-theme, .ess-footer, .ess-brand")
        assert "Glossary" in home.select_one("header").get_text()

    @pytest.mark.ckan_config("ckanext.ess.theme", True)
    def test_theme(self, app: Any) -> None:
        home = page(app, "/")
        assert home.select("body.ess-theme")
        assert home.select(".ess-footer")
        assert not home.select("footer .footer-links")

    def test_figures(self, app: Any) -> None:
        owner = factories.Organization()
        for place, countries in enumerate((["SN"], ["SN", "ML"])):
            factories.Dataset(
                owner_org=owner["id"], ess_kind="iati-activities", ess_country=countries,
                ess_activity_count=str(10 + place), ess_data_date=f"2026-01-0{place + 1}",
            )  # fmt: skip
        factories.Dataset(owner_org=owner["id"], ess_kind="grants", ess_country=["FR"], private=True)
        shown = " ".join(page(app, "/").select_one(".ess-figures").get_text(" ").split())
        assert shown == "2 datasets 1 organisation 21 projects 2 countries latest data 2 Jan 2026"
