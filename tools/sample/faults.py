"""The deliberate faults of one file, each in its own activity; the README lists them from here."""

from __future__ import annotations

from collections.abc import Callable

from sample.writing import Element, add

Fault = tuple[str, str, Callable[[Element], None]]


def _found(activity: Element, path: str) -> Element:
    element = activity.find(path)
    if element is None:
        raise LookupError(path)
    return element


def _dates(activity: Element) -> None:
    for old in activity.findall("activity-date[@type='4']"):
        activity.remove(old)
    start = _found(activity, "activity-date[@type='2']")
    late = add(activity, "activity-date", iso_date="2015-01-31", type="4")
    start.addnext(late)


def _sector(activity: Element) -> None:
    _found(activity, "sector").set("code", "32199")


def _shares(activity: Element) -> None:
    country = _found(activity, "recipient-country")
    second = add(activity, "recipient-country", code="HT", percentage="20")
    country.set("percentage", "90")
    country.addnext(second)


def _order(activity: Element) -> None:
    _found(activity, "title").getparent().append(_found(activity, "title"))


def _same(activity: Element) -> None:
    previous = activity.getprevious()
    _found(activity, "iati-identifier").text = _found(previous, "iati-identifier").text


def _future(activity: Element) -> None:
    _found(activity, "transaction/transaction-date").set("iso-date", "2031-01-01")


def _untitled(activity: Element) -> None:
    for text in activity.findall("title/narrative"):
        text.text = None


def _amount(activity: Element) -> None:
    _found(activity, "budget/value").text = "12 000 €"


FAULTS: tuple[Fault, ...] = (
    ("actual end before actual start", "fin réelle avant le début réel", _dates),
    ("sector code that is in no list", "code de secteur qui n’est dans aucune liste", _sector),
    ("recipient countries that add up to 110 %", "pays bénéficiaires dont la somme fait 110 %", _shares),
    (
        "title after everything else: the schema wants it third",
        "titre placé à la fin, hors de l’ordre du schéma",
        _order,
    ),
    ("same identifier as the activity before", "même identifiant que l’activité précédente", _same),
    ("transaction in the future", "transaction dans le futur", _future),
    ("empty title", "titre vide", _untitled),
    ("amount that is not a number", "montant qui n’est pas un nombre", _amount),
)


def spoil(root: Element) -> list[tuple[str, str, str]]:
    """Put the faults in; what was done, as identifier and sentence in English and French."""
    done: list[tuple[str, str, str]] = []
    for activity, (english, french, change) in zip(root, FAULTS, strict=True):
        change(activity)
        done.append((_found(activity, "iati-identifier").text or "", english, french))
    return done
