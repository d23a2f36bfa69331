"""One project, from what ``ess_activity_show`` answers to what its page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ckan.plugins import toolkit as tk

from ckanext.ess.charts import points
from ckanext.ess.schema import money, verdicts
from ckanext.ess.views.projects import address, page_money, page_parts, page_results
from ckanext.ess.views.projects.blocks import Block, Cell
from ckanext.ess.views.projects.page_parts import Document, Named
from ckanext.ess.views.projects.results import period
from ckanext.ess.views.projects.texts import Text, all_of, day, label, plain

_MOST_DOCUMENTS, _MOST_PLACES, _XML_SHOWN = 100, 100, 6000
_ROLES = ("1", "2", "3", "4")


class Row(NamedTuple):
    """A title with what is said under it."""

    title: str
    values: Sequence[Named]


class Finding(NamedTuple):
    """A rule that the project breaks."""

    severity: str
    severities: str
    title: str
    count: int


@dataclass(frozen=True)
class Project:
    """One occurrence of a project: in one file.

    Attributes:
        shown: one of the activities that ``ess_activity_show`` answers.
        place: its number among the occurrences on the page, from 1, for anchors.
    """

    shown: Mapping[str, Any]
    place: int = 1

    @property
    def detail(self) -> Mapping[str, Any]:
        """Everything that the file says."""
        return self.shown.get("detail") or {}

    @property
    def identifier(self) -> str:
        """As written."""
        return self.shown.get("iati_identifier") or ""

    @property
    def titles(self) -> list[Text]:
        """Titles, the one to read first; the identifier where there is none."""
        found = all_of(self.detail.get("titles"))
        return found or [Text(self.identifier or tk._("Project without identifier"))]

    @property
    def descriptions(self) -> list[tuple[str, list[Text]]]:
        """Descriptions by what they are (general, objectives…), each in its languages."""
        found = []
        for one in self.detail.get("descriptions_by_type") or ():
            texts = all_of(one.get("text"))
            if texts:
                found.append((label("DescriptionType", one.get("type") or ""), texts))
        return found

    @property
    def publisher(self) -> Named:
        """Who reports it: leads to the other projects of theirs."""
        publisher = self.shown.get("publisher") or {}
        reporting = self.detail.get("reporting") or {}
        name = plain(reporting.get("names")) or publisher.get("name") or publisher.get("key") or ""
        key = publisher.get("key") or ""
        return Named(name, address.of(publisher=key) if key else "", note=reporting.get("ref") or "")

    @property
    def organization(self) -> Mapping[str, Any]:
        """CKAN's organisation that publishes the dataset; empty for none."""
        return (self.shown.get("publisher") or {}).get("organization") or {}

    @property
    def facts(self) -> list[str]:
        """What it is in a few words."""
        card = self.shown.get("card") or {}
        flag = tk._("Humanitarian aid") if self.detail.get("humanitarian") else ""
        found = [
            label("ActivityStatus", self.detail.get("status") or ""),
            period(card.get("start"), card.get("end")),
        ]
        return [fact for fact in (*found, flag) if fact]

    @property
    def headline(self) -> list[tuple[str, str]]:
        """The sums that answer "how much": in words, and exact."""
        totals = self.shown.get("totals") or {}
        words = [
            ("budget_eur", tk._("{amount} budgeted")),
            ("commitments_eur", tk._("{amount} committed")),
            ("disbursements_eur", tk._("{amount} disbursed")),
            ("incoming_eur", tk._("{amount} received")),
        ]
        return [
            (text.format(amount=money.short(totals[name])), money.exact(totals[name]))
            for name, text in words
            if totals.get(name)
        ]

    @property
    def people(self) -> list[Row]:
        """Organisations by role; what they do is the title."""
        by_role: dict[str, list[Named]] = {}
        for one in self.detail.get("participating") or ():
            by_role.setdefault(one.get("role") or "", []).append(page_parts.party(one))
        order = [*_ROLES, *(role for role in by_role if role not in _ROLES)]
        return [
            Row(label("OrganisationRole", role) or tk._("Taking part"), by_role[role])
            for role in order
            if role in by_role
        ]

    @property
    def where(self) -> list[Row]:
        """Countries and regions with their parts."""
        countries = [
            page_parts.coded(one, "Country", "country") for one in self.detail.get("countries") or ()
        ]
        regions = [page_parts.coded(one, "Region", "region") for one in self.detail.get("regions") or ()]
        scope = label("ActivityScope", self.detail.get("scope") or "")
        rows = [
            Row(_one_or_many(countries, tk._("Country"), tk._("Countries")), countries),
            Row(_one_or_many(regions, tk._("Region of the world"), tk._("Regions of the world")), regions),
            Row(tk._("Scope"), [Named(scope)] if scope else []),
        ]
        return [row for row in rows if row.values]

    @property
    def what(self) -> list[Row]:
        """Sectors, goals, markers, and kinds of aid."""
        sectors = self.detail.get("sectors") or ()
        tags = self.detail.get("tags") or ()
        goals = [one for one in (*sectors, *tags) if page_parts.is_goal(one)]
        others = [one for one in sectors if not page_parts.is_goal(one)]
        rows = [
            Row(
                _one_or_many(others, tk._("Sector"), tk._("Sectors")),
                [page_parts.sector(one) for one in others],
            ),
            Row(tk._("Sustainable Development Goals"), list(dict.fromkeys(map(page_parts.goal, goals)))),
            Row(
                tk._("Policy markers"),
                [
                    page_parts.marker(one)
                    for one in self.detail.get("markers") or ()
                    if page_parts.counts(one)
                ],
            ),
            Row(tk._("Kind of aid"), page_parts.kinds(self.detail)),
        ]
        return [row for row in rows if row.values]

    @property
    def when(self) -> list[Row]:
        """Days, in the order of time."""
        dates = sorted(self.detail.get("dates") or (), key=lambda one: one["date"])
        return [Row(label("ActivityDateType", one["type"]), [Named(day(one["date"]))]) for one in dates]

    @property
    def sums(self) -> list[page_money.Sum]:
        """Money by kind and currency."""
        return page_money.sums(self.shown.get("money") or ())

    @property
    def drawing(self) -> Block | None:
        """Money per year."""
        return page_money.drawing(self.shown.get("money") or ())

    @property
    def entries(self) -> list[page_money.Entries]:
        """Transactions, budgets, planned disbursements."""
        return page_money.entries(self.detail)

    @property
    def results(self) -> list[page_results.Result]:
        """What was to be reached and was."""
        return page_results.results(self.detail.get("results"))

    @property
    def documents(self) -> list[Document]:
        """Documents and sites."""
        sites = [{"url": url} for url in self.detail.get("websites") or ()]
        listed = [*(self.detail.get("documents") or ()), *sites]
        return [page_parts.document(one) for one in listed[:_MOST_DOCUMENTS]]

    @property
    def contacts(self) -> list[Sequence[str]]:
        """Whom to ask, line by line."""
        return [lines for one in self.detail.get("contacts") or () if (lines := page_parts.contact(one))]

    @property
    def map(self) -> Block | None:
        """The places where it works."""
        there = [one for one in self.detail.get("locations") or () if "latitude" in one][:_MOST_PLACES]
        spots = [
            points.Place(one["latitude"], one["longitude"], 1, page_parts.place_name(one)) for one in there
        ]
        drawn = points.draw(spots)
        if drawn is None:
            return None
        rows = [
            [
                Cell(page_parts.place_name(one) or "–"),
                Cell(f"{one['latitude']:g}, {one['longitude']:g}"),
                Cell(label("GeographicExactness", one.get("exactness") or "") or "–"),
            ]
            for one in there
        ]
        headers = [tk._("Place"), tk._("Latitude, longitude"), tk._("How exact")]
        number = len(there)
        title = tk.ungettext("{number} place of work", "{number} places of work", number).format(
            number=number
        )
        return Block("points", f"map-{self.place}", title, headers, rows, drawn)

    @property
    def place_names(self) -> list[str]:
        """Places that have a name and no point."""
        listed = self.detail.get("locations") or ()
        return [name for one in listed if "latitude" not in one and (name := page_parts.place_name(one))]

    @property
    def findings(self) -> list[Finding]:
        """Rules that it breaks, worst first."""
        return [
            Finding(
                one["severity"],
                verdicts.severities(one["severity"], one["count"]),
                _title(one),
                one["count"],
            )
            for one in self.shown.get("findings") or ()
        ]

    @property
    def xml(self) -> str:
        """The beginning of what the file says, as it says it."""
        return (self.shown.get("xml") or "")[:_XML_SHOWN]

    @property
    def xml_is_cut(self) -> bool:
        """Whether the file says more."""
        return len(self.shown.get("xml") or "") > _XML_SHOWN


def _title(finding: Mapping[str, Any]) -> str:
    """What a rule is called; its number in words where it has several titles, by what it finds."""
    title, rule = finding.get("title") or "", finding["rule"]
    return title if title and title != rule else tk._("rule {number}").format(number=rule)


def _one_or_many(values: Sequence[Any], one: str, many: str) -> str:
    return one if len(values) == 1 else many
