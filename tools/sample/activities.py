"""Writes projects as IATI activities, version 1.05 or 2.0x."""

from __future__ import annotations

from datetime import date

from lxml import etree

from sample.projects import PIPELINE, SUSPENDED, UNDERWAY, Project, projects_of
from sample.publishers import File, SamplePublisher
from sample.writing import CURRENCY, Element, Style, add, narratives, period, tell

_ROLES = {"1": "Funding", "2": "Accountable", "4": "Implementing"}
_DATES = {"1": "start-planned", "2": "start-actual", "3": "end-planned", "4": "end-actual"}
_TRANSACTIONS = {"1": "IF", "2": "C", "3": "D", "4": "E"}


def activity_file(publisher: SamplePublisher, file: File) -> Element:
    """The whole file, as a root element."""
    style = Style(file.version, file.languages)
    root = etree.Element("iati-activities", version=file.version)
    root.set("generated-datetime", f"{file.updated}T06:00:00Z")
    for project in projects_of(publisher, file):
        _Writer(publisher, file, project, style).write(root)
    return root


class _Writer:
    """Writes one activity; its methods are in the order of the standard."""

    def __init__(self, publisher: SamplePublisher, file: File, project: Project, style: Style) -> None:
        self.publisher, self.file, self.project, self.style = publisher, file, project, style
        self.theme = project.theme
        self.first = style.is_first

    def write(self, root: Element) -> None:
        activity = add(
            root,
            "iati-activity",
            lang=self.style.languages[0],
            default_currency=CURRENCY,
            last_updated_datetime=f"{self.file.updated}T06:00:00Z",
            hierarchy=self.project.hierarchy,
            humanitarian="1" if self.theme.humanitarian and self.style.version >= "2.02" else "",
        )
        add(activity, "iati-identifier", self.project.identifier)
        self._who(activity)
        self._when(activity)
        self._where(activity)
        self._what(activity)
        self._money(activity)
        self._more(activity)
        self._results(activity)

    def _who(self, activity: Element) -> None:
        publisher, project, style = self.publisher, self.project, self.style
        own = (publisher.name, publisher.name_en)
        org = {"ref": publisher.identifier, "type": publisher.organisation_type}
        secondary = {"secondary_reporter": "1"} if publisher.secondary and not self.first else {}
        tell(activity, "reporting-org", own, style, **org, **secondary)
        tell(activity, "title", project.title, style)
        tell(activity, "description", project.description, style, type="1")
        tell(activity, "description", self.theme.objective, style, type="2")
        self._takes_part(activity, project.funder[0], "1", type=project.funder[1])
        self._takes_part(activity, own, "2", **org)
        partner = (
            f"Exemple Collectif local de {project.place.fr}",
            f"Example Local Group of {project.place.en}",
        )
        self._takes_part(activity, partner, "4", type="24")
        add(activity, "activity-status", code=project.status)

    def _takes_part(self, activity: Element, told: tuple[str, str], role: str, **attributes: str) -> None:
        named = self.style.texts(told)[:1] if self.first else self.style.texts(told)
        element = add(activity, "participating-org", role=_ROLES[role] if self.first else role, **attributes)
        if self.first:
            element.text = named[0][1]
        else:
            narratives(element, named)

    def _when(self, activity: Element) -> None:
        project = self.project
        self._day(activity, "1", project.start)
        if project.status != PIPELINE:
            self._day(activity, "2", project.start)
        self._day(activity, "3", project.end)
        if project.status not in (PIPELINE, UNDERWAY, SUSPENDED):
            self._day(activity, "4", project.end)

    def _day(self, activity: Element, kind: str, day: date) -> None:
        add(activity, "activity-date", type=_DATES[kind] if self.first else kind, iso_date=day.isoformat())

    def _where(self, activity: Element) -> None:
        project, place = self.project, self.project.place
        contact = add(activity, "contact-info", type="1" if not self.first else "")
        add(contact, "email", f"contact@{self.publisher.short_name}.example")
        add(contact, "website", self.publisher.website)
        add(activity, "activity-scope", code="4" if len(project.countries) == 1 else "3")
        for code, share in project.countries:
            add(activity, "recipient-country", code=code, percentage=str(share))
        location = add(activity, "location")
        add(location, "location-reach", code="1")
        tell(location, "name", (place.fr, place.en), self.style)
        point = add(location, "point", srsName="http://www.opengis.net/def/crs/EPSG/0/4326")
        add(point, "pos", f"{place.latitude} {place.longitude}")
        add(location, "exactness", code="1")
        add(location, "location-class", code="2")

    def _what(self, activity: Element) -> None:
        theme, version = self.theme, self.style.version
        for code, share in theme.sectors:
            add(activity, "sector", vocabulary="DAC" if self.first else "1", code=code, percentage=str(share))
        if version >= "2.03":
            for goal in theme.goals:
                add(activity, "tag", vocabulary="2", code=goal)
        elif not self.first:
            add(activity, "sector", vocabulary="7", code=theme.goals[0], percentage="100")
        if theme.humanitarian and version >= "2.02":
            self._crisis(activity)
        for code, significance in theme.markers:
            add(
                activity,
                "policy-marker",
                vocabulary="DAC" if self.first else "1",
                code=code,
                significance=significance,
            )
        add(activity, "collaboration-type", code="1")
        add(activity, "default-flow-type", code="30")
        add(activity, "default-finance-type", code="110")
        add(activity, "default-aid-type", code=theme.aid_type)
        add(activity, "default-tied-status", code="5")

    def _crisis(self, activity: Element) -> None:
        country = self.project.countries[0][0]
        scope = add(
            activity,
            "humanitarian-scope",
            type="1",
            vocabulary="99",
            vocabulary_uri=f"{self.publisher.website}crises",
            code=f"EX-{country}-{self.project.start.year}",
        )
        narratives(scope, self.style.texts((f"Crise d’exemple {country}", f"Example crisis {country}")))

    def _money(self, activity: Element) -> None:
        project = self.project
        status = "1" if project.status == PIPELINE else "2"
        for year, value in project.budgets:
            attributes = (
                {"type": "1"}
                if self.first or self.style.version < "2.02"
                else {"type": "1", "status": status}
            )
            budget = add(activity, "budget", **attributes)
            period(budget, f"{year}-01-01", f"{year}-12-31")
            add(budget, "value", str(value), currency=CURRENCY, value_date=f"{year}-01-01")
        for number, made in enumerate(project.transactions, 1):
            transaction = add(activity, "transaction", ref=f"{project.identifier}-T{number:02}")
            add(transaction, "transaction-type", code=_TRANSACTIONS[made.kind] if self.first else made.kind)
            add(transaction, "transaction-date", iso_date=made.day.isoformat())
            add(transaction, "value", str(made.value), currency=CURRENCY, value_date=made.day.isoformat())

    def _more(self, activity: Element) -> None:
        project = self.project
        if project.status != PIPELINE and int(project.identifier[-3:]) % 3 == 1:
            link = add(
                activity,
                "document-link",
                url=f"{self.publisher.website}documents/{project.identifier}.pdf",
                format="application/pdf",
            )
            tell(link, "title", ("Rapport annuel du projet", "Annual report of the project"), self.style)
            add(link, "category", code="A01")
            add(link, "language", code=self.style.languages[0])
        for kind, identifier in project.related:
            add(activity, "related-activity", ref=identifier, type=kind)

    def _results(self, activity: Element) -> None:
        project, style = self.project, self.style
        if project.status == PIPELINE:
            return
        result = add(activity, "result", type="1", aggregation_status="false")
        tell(result, "title", ("Effets du projet", "Results of the project"), style)
        for indicator, achieved in zip(self.theme.indicators, project.achieved, strict=True):
            element = add(result, "indicator", measure="2" if indicator.percentage else "1", ascending="1")
            tell(element, "title", indicator.title, style)
            add(element, "baseline", year=str(project.start.year), value="0")
            span = add(element, "period")
            period(span, project.start.isoformat(), project.end.isoformat())
            add(span, "target", value=str(indicator.target))
            add(span, "actual", value=str(achieved))
