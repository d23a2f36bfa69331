"""Projects as a list shows them: who, where, what, when, how much, on a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ckan.plugins import toolkit as tk

from ckanext.ess.schema import money
from ckanext.ess.views.projects import address
from ckanext.ess.views.projects.texts import Text, in_language, label, labels

_FUNDER = "1"
_NAMED = 3
_MOST_YEARS = 12
_EXCERPT = 220
_YEAR = 4
#: Segments that browsers and servers do not leave as they are, and names of pages of ours.
_UNSAFE_SEGMENTS = {"", ".", ".."}
_TAKEN = ("show", "feed.", "export", "charts", "definitions", "openapi", "suggest")


class Result(NamedTuple):
    """One project of a list."""

    title: Text
    url: str
    excerpt: Text
    identifier: str
    publisher: str
    publisher_url: str
    period: str
    status: str
    countries: Sequence[str]
    sectors: Sequence[str]
    funders: Sequence[str]
    amount: str
    amount_exact: str
    measure: str
    spark: Sequence[float]
    validation: str


def url_of(identifier: str, **others: str) -> str:
    """Return the address of a project; identifiers that do not survive in a path go into a parameter."""
    segments = identifier.split("/")
    is_plain = identifier == identifier.strip() and not _UNSAFE_SEGMENTS & set(segments)
    if is_plain and not segments[0].startswith(_TAKEN) and "\\" not in identifier:
        return tk.url_for("ess_projects.read", identifier=identifier, **others)
    return tk.url_for("ess_projects.show", id=identifier, **others)


def results(found: Iterable[Mapping[str, Any]]) -> list[Result]:
    """Return the rows of a list."""
    return [_result(one) for one in found]


def _result(one: Mapping[str, Any]) -> Result:
    identifier, card = one["iati_identifier"], one.get("card") or one
    title = in_language(card.get("titles"))
    excerpt = in_language(card.get("descriptions"))
    name, sums = main_sum(card.get("money") or {})
    publisher = card.get("publisher") or {}
    key = publisher.get("key") or ""
    return Result(
        title=title if title.text else Text(identifier or tk._("Project without identifier")),
        url=url_of(identifier) if identifier else tk.url_for("ess_projects.show", id=one["id"]),
        excerpt=Text(_cut(excerpt.text), excerpt.lang),
        identifier=identifier,
        publisher=publisher.get("title") or publisher.get("name") or key,
        publisher_url=address.of(publisher=key) if key else "",
        period=period(card.get("start"), card.get("end")),
        status=label("ActivityStatus", card.get("status") or ""),
        countries=_first(labels("Country", _codes(card.get("countries")))),
        sectors=_first(labels("SectorCategory", _groups(card.get("sectors")))),
        funders=_first(_names(card, _FUNDER)),
        amount=money.short(sum(sums.values())) if sums else "",
        amount_exact=money.exact(sum(sums.values())) if sums else "",
        measure=money.measure(name) if sums else "",
        spark=spark(sums),
        validation=card.get("validation") or "",
    )


def main_sum(by_measure: Mapping[str, Mapping[str, float]]) -> tuple[str, Mapping[str, float]]:
    """Return the kind of money that says most of a project, with its sums per year."""
    for name in ("budget", "commitments", "disbursements"):
        if any(by_measure.get(name, {}).values()):
            return name, by_measure[name]
    return "", {}


def spark(sums: Mapping[str, float]) -> list[float]:
    """Return heights from 0 to 1 for the years that have money, in their order, gaps included."""
    years = {int(year): amount for year, amount in sums.items() if year.isdigit() and len(year) == _YEAR}
    if len(years) < 2:  # noqa: PLR2004 (one year has no shape)
        return []
    last = max(years)
    shown = [max(years.get(year, 0), 0) for year in range(max(min(years), last - _MOST_YEARS + 1), last + 1)]
    most = max(shown)
    return [round(amount / most, 3) for amount in shown] if most > 0 else []


def period(start: str | None, end: str | None) -> str:
    """Return from when to when, in years."""
    first, last = (start or "")[:_YEAR], (end or "")[:_YEAR]
    if first and last:
        return first if first == last else f"{first}–{last}"
    if first:
        return tk._("since {year}").format(year=first)
    return tk._("until {year}").format(year=last) if last else ""


def _codes(shares: Iterable[Any] | None) -> list[str]:
    """Codes of ``[code, share]`` pairs, largest share first."""
    pairs = [one if isinstance(one, (list, tuple)) else (one, 0) for one in shares or ()]
    return [code for code, _ in sorted(pairs, key=lambda pair: -(pair[1] or 0))]


def _groups(shares: Iterable[Any] | None) -> list[str]:
    return list(dict.fromkeys(code[:3] for code in _codes(shares)))


def _names(card: Mapping[str, Any], role: str) -> list[str]:
    found = (one for one in card.get("organisations") or () if one[0] == role)
    return list(dict.fromkeys(name or key for _, key, name in found))


def _first(values: Sequence[str]) -> list[str]:
    """The first few values, and how many there are besides."""
    if len(values) <= _NAMED + 1:
        return list(values)
    rest = len(values) - _NAMED
    more = tk.ungettext("and {number} more", "and {number} more", rest).format(number=rest)
    return [*values[:_NAMED], more]


def _cut(text: str) -> str:
    """The beginning of a text, up to a word's end."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else flat[:_EXCERPT].rsplit(" ", 1)[0] + "…"
