"""Questions about activities on behalf of a caller, and their answers in the caller's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ckan import model
from ckan.lib.plugins import get_permission_labels
from ckan.plugins import toolkit as tk
from ckan.types import Context

from ckanext.ess.export.activities.columns import UNITS
from ckanext.ess.export.activities.order import Order
from ckanext.ess.index.activities.errors import ActivityIndexError, NotConfiguredError
from ckanext.ess.index.activities.questions import labels, money, organisations
from ckanext.ess.index.activities.questions.asking import Asker
from ckanext.ess.index.activities.questions.facets import Count
from ckanext.ess.index.activities.questions.names import FIELDS, Kind
from ckanext.ess.index.activities.questions.question import EXCLUDE_PREFIX, Question
from ckanext.ess.index.activities.questions.refusals import Refusal, Refused
from ckanext.ess.index.activities.questions.search import Found
from ckanext.ess.index.activities.questions.values import written
from ckanext.ess.logic import checks
from ckanext.ess.schema import language
from ckanext.ess.store.activity_visibility import visibility

#: Organisations of one facet that are named; further ones keep the name in their key.
_NAMED = 100
_UNAVAILABLE, _ABSENT = 503, 501
_SECONDS = 30

_log = logging.getLogger(__name__)


class IndexAway(checks.Refused):
    """The index of activities cannot answer: it does not, or not in time (503), or there is none (501)."""


@contextmanager
def asked() -> Iterator[None]:
    """Turn what a question can run into into what CKAN's API knows: sentences by parameter.

    Raises:
        ValidationError: the question is wrong.
        IndexAway: the index cannot answer.
    """
    try:
        yield
    except Refused as refused:
        raise tk.ValidationError(refused.sentences()) from refused  # type: ignore[arg-type]
    except NotConfiguredError as error:
        said = tk._("This portal has no search of projects.")
        raise IndexAway(_ABSENT, "message", said) from error
    except ActivityIndexError as error:
        log_it(error)
        said = tk._("Projects cannot be searched for the moment. Please try again in a few minutes.")
        raise IndexAway(_UNAVAILABLE, "message", said, _SECONDS) from error


def log_it(error: ActivityIndexError) -> None:
    """Tell the administrator, who may know the address of the index; the caller may not."""
    _log.error("The index of activities: %s", error)


def asker(context: Context) -> Asker:
    """Return who asks, with what their permission labels let them see; sysadmins see all that is active."""
    user = model.User.get(context.get("user") or "")
    if context.get("ignore_auth") or (user is not None and user.sysadmin and user.state == "active"):
        return Asker(visibility(None))
    return Asker(visibility(get_permission_labels().get_user_dataset_labels(user)))  # type: ignore[arg-type]


def answer(who: Asker, question: Question, found: Found, currency: str) -> dict[str, Any]:
    """Return the answer to a search as ``ess_activity_search`` gives it."""
    return {
        "count": found.count,
        "start": question.start,
        "rows": question.rows,
        "sort": question.sort,
        "results": [result(one) for one in found.documents],
        "facets": {name: items(who, name, counts) for name, counts in found.facets.items()},
        "totals": {f"{measure}_{currency}": found.totals[measure] for measure in money.CARRIED},
        "unidentified_funders": found.unidentified,
        "definition": definition(question, currency),
    }


def result(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return an activity as a row of results: its card, and its title in the caller's language."""
    card = json.loads(document.get("card") or "{}")
    lang, title = spoken(card.get("titles") or {})
    return {
        "id": document["id"],
        "iati_identifier": document.get("iati_identifier", ""),
        "title": title,
        "title_language": lang,
        "dataset_id": document.get("dataset_id"),
        "resource_id": document.get("resource_id"),
        "card": card,
    }


def spoken(texts: Mapping[str, str]) -> tuple[str, str]:
    """Return a text by language in the caller's, else in English, else the first; with its language."""
    for lang in (language.current(), "en", *texts):
        if texts.get(lang):
            return lang, texts[lang]
    return "", ""


def items(who: Asker, name: str, counts: Iterable[Count]) -> list[dict[str, Any]]:
    """Return the counts of a field with the names of its values."""
    listed = list(counts)
    names = named(who, name, [one.value for one in listed])
    return [{"value": one.value, "label": names[one.value], "count": one.count} for one in listed]


def named(who: Asker, name: str, values: list[str]) -> dict[str, str]:
    """Return the names of values of a field, in the caller's language."""
    field = FIELDS[name]
    known: dict[str, str] = {}
    if field.kind is Kind.ORGANISATION:
        known = organisations.names(who, field.field, values[:_NAMED])
    elif field.list_name == "dataset":
        query = model.Session.query(model.Package.id, model.Package.title, model.Package.name)
        known = {one: title or name for one, title, name in query.filter(model.Package.id.in_(values))}
    return labels.of(field, values, known)


def definition(question: Question, currency: str) -> dict[str, Any]:
    """Say what the totals of a question count: fields that reduce them, sentences, a page that says more."""
    reducing = [name for fields in money.AXES.values() for name, _ in fields if question.filters.get(name)]
    said = [
        tk._("Each project counts once: what its parts say is not added to what the whole says."),
        tk._("Other currencies are converted at the average rate of the year of each amount."),
    ]
    if reducing:
        said.append(tk._("Only the share of the chosen places and sectors counts."))
    if question.filters.get(money.YEARS):
        reducing.append(money.YEARS)
        said.append(tk._("Only the money of the chosen years counts."))
    return {
        "currency": currency.upper(),
        "reduced_by": reducing,
        "sentences": said,
        "url": tk.url_for("ess_activity_api.definitions", qualified=True),
    }


def choice(given: Any, place: str, known: Iterable[str], usual: str, read: Callable[[str], str] = str) -> str:
    """Read one of a few words; nothing given: the usual one.

    Raises:
        Refused: it is none of these.
    """
    text = read(str(given)) if given not in (None, "", []) else usual
    if text not in known:
        raise Refused([Refusal(place, "choice", str(given), ", ".join(known))])
    return text


def export_address(wanted: Order) -> str:
    """Return the address at which a file can be had; it says all that was asked."""
    selection = wanted.question.selection()
    parameters: dict[str, Any] = {"format": wanted.format, "unit": wanted.unit}
    if wanted.columns != UNITS[wanted.unit]:
        parameters["columns"] = ",".join(one.name for one in wanted.columns)
    if selection["q"]:
        parameters["q"] = selection["q"]
    for prefix, filters in (("", wanted.question.filters), (EXCLUDE_PREFIX, wanted.question.exclude)):
        parameters |= {prefix + name: [written(value) for value in found] for name, found in filters.items()}
    return tk.url_for("ess_activity_api.export", qualified=True, **parameters)
