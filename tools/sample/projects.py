"""Makes up the projects of a file: the same ones each time, plausible in their dates and amounts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sample.places import COUNTRY_NAMES, PLACES, Place
from sample.publishers import File, SamplePublisher
from sample.themes import THEMES, Theme, Told

PIPELINE, UNDERWAY, CLOSED, CANCELLED, SUSPENDED = "1", "2", "4", "5", "6"
INCOMING, COMMITMENT, DISBURSEMENT, EXPENDITURE = "1", "2", "3", "4"

#: Funders that publish nothing here: a name and an organisation type.
FUNDERS = (
    (("Exemple Agence de coopération", "Example Cooperation Agency"), "10"),
    (("Exemple Région partenaire", "Example Partner Region"), "11"),
    (("Exemple Programme multilatéral", "Example Multilateral Programme"), "40"),
    (("Dons du public (exemple)", "Public donations (example)"), "90"),
)


@dataclass(frozen=True)
class Transaction:
    """Money: kind, day, euros."""

    kind: str
    day: date
    value: int


@dataclass(frozen=True)
class Project:
    """One activity, before it is written in any version of the standard."""

    identifier: str
    theme: Theme
    place: Place
    countries: tuple[tuple[str, int], ...]
    title: Told
    description: Told
    status: str
    start: date
    end: date
    budgets: tuple[tuple[int, int], ...]
    transactions: tuple[Transaction, ...]
    achieved: tuple[int, ...]
    funder: tuple[Told, str]
    related: tuple[tuple[str, str], ...] = field(default=())
    hierarchy: str = ""


def projects_of(publisher: SamplePublisher, file: File) -> list[Project]:
    """The projects of a file, in the order of their identifiers."""
    chance = random.Random(f"{publisher.short_name}/{file.name}")
    made = [_project(publisher, file, number, chance) for number in range(file.count)]
    return _related(made)


def _project(publisher: SamplePublisher, file: File, number: int, chance: random.Random) -> Project:
    today = date.fromisoformat(file.updated)
    theme = THEMES[file.themes[number % len(file.themes)]]
    country = file.countries[number % len(file.countries)]
    place = PLACES[country][number // len(file.countries) % len(PLACES[country])]
    start = _start(today, number, file.count, chance)
    end = start + timedelta(days=chance.choice((365, 548, 730, 1095, 1460)) - 1)
    status = _status(start, end, today, number)
    total = round(chance.uniform(*theme.budget), -3)
    budgets = _shared_out(int(total), range(start.year, end.year + 1), chance)
    achievement = chance.uniform(0.72, 1.08) * _progress(start, end, today)
    return Project(
        identifier=f"{publisher.identifier}-{country}-{start.year}-{number + 1:03}",
        theme=theme,
        place=place,
        countries=_countries(file.countries, country, number),
        title=_told(theme.titles[number // len(file.themes) % len(theme.titles)], place, country),
        description=_told(theme.descriptions[number % len(theme.descriptions)], place, country),
        status=status,
        start=start,
        end=end,
        budgets=budgets,
        transactions=_transactions(budgets, start, status, today, chance),
        achieved=tuple(
            _achieved(indicator.target, achievement, indicator.percentage) for indicator in theme.indicators
        ),
        funder=FUNDERS[chance.randrange(len(FUNDERS))],
    )


def _start(today: date, number: int, count: int, chance: random.Random) -> date:
    """Projects start over the eight years before the file; the last one or two are still to come."""
    if number >= count - 1 - count // 12:
        return date(today.year + 1, chance.choice((1, 3, 4)), 1)
    oldest = today.year - 8
    year = oldest + round((number / max(1, count - 2)) * 8)
    latest_month = today.month if year == today.year else 12
    return date(year, chance.randint(1, latest_month), 1)


def _status(start: date, end: date, today: date, number: int) -> str:
    if start > today:
        return PIPELINE
    if end <= today:
        return CANCELLED if number % 17 == 11 else CLOSED  # noqa: PLR2004
    return SUSPENDED if number % 13 == 9 else UNDERWAY  # noqa: PLR2004


def _countries(all_of_file: tuple[str, ...], country: str, number: int) -> tuple[tuple[str, int], ...]:
    """Mostly one country; every fifth project of a file about several is in two."""
    if len(all_of_file) == 1 or number % 5 != 4:  # noqa: PLR2004
        return ((country, 100),)
    other = all_of_file[(all_of_file.index(country) + 1) % len(all_of_file)]
    return ((country, 60), (other, 40))


def _shared_out(total: int, years: range, chance: random.Random) -> tuple[tuple[int, int], ...]:
    """A total over years, in hundreds of euros, adding up exactly."""
    weights = [chance.uniform(0.6, 1.4) for _ in years]
    parts = [round(total * weight / sum(weights), -2) for weight in weights]
    parts[-1] += total - sum(parts)
    return tuple((year, int(part)) for year, part in zip(years, parts, strict=True))


def _transactions(
    budgets: tuple[tuple[int, int], ...], start: date, status: str, today: date, chance: random.Random
) -> tuple[Transaction, ...]:
    """Commitment and receipt at the start, then payments and expenses every year until the file's date."""
    if status == PIPELINE:
        return ()
    total = sum(value for _, value in budgets)
    made = [
        Transaction(COMMITMENT, start, total),
        Transaction(INCOMING, start + timedelta(days=20), total // 2),
    ]
    for year, value in budgets:
        paid = max(start, date(year, chance.randint(3, 6), 15))
        made.append(Transaction(DISBURSEMENT, paid, round(value * chance.uniform(0.55, 0.8))))
        made.append(Transaction(EXPENDITURE, date(year, 12, 15), round(value * chance.uniform(0.15, 0.3))))
        if status == CANCELLED:
            break
    return tuple(transaction for transaction in made if transaction.day <= today)


def _progress(start: date, end: date, today: date) -> float:
    return min(1.0, max(0.0, (today - start).days / (end - start).days))


def _achieved(target: int, share: float, percentage: bool) -> int:
    return min(100, round(target * share)) if percentage else round(target * share)


def _told(texts: Told, place: Place, country: str) -> Told:
    land = COUNTRY_NAMES[country]
    return (
        texts[0].format(place=place.fr, land=land[0]).replace(" de les ", " des ").replace("à les ", "aux "),
        texts[1].format(place=place.en, land=land[1]),
    )


def _related(projects: list[Project]) -> list[Project]:
    """The first project of a longer file is the programme of the next three; then two are siblings."""
    if len(projects) < 12:  # noqa: PLR2004
        return projects
    made = list(projects)
    children = made[1:4]
    made[0] = replace(made[0], hierarchy="1", related=tuple(("2", child.identifier) for child in children))
    for index in (1, 2, 3):
        made[index] = replace(made[index], hierarchy="2", related=(("1", projects[0].identifier),))
    made[5] = replace(made[5], related=(("3", projects[6].identifier),))
    made[6] = replace(made[6], related=(("3", projects[5].identifier),))
    return made
