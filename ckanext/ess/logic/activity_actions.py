"""The actions on activities: search, counts, money, one activity, export."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.ess.export.activities import order
from ckanext.ess.index.activities.questions import breakdown, money, question, search
from ckanext.ess.logic import activities, activity_details, activity_figures

__all__ = [
    "ess_activity_export",
    "ess_activity_facets",
    "ess_activity_money",
    "ess_activity_search",
    "ess_activity_show",
]


@tk.side_effect_free
def ess_activity_search(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Activities of the files that the caller may see.

    Args:
        context: CKAN's.
        data_dict: ``q``, words that must all be there; ``"…"`` around a phrase, ``OR`` (or ``OU``) between
            alternatives, ``-`` before what must not be there, ``*`` after the beginning of a word; also an
            identifier, or the beginning of one. ``filters``: ``{field: [values]}``, any of the values of each
            field, in each field; ``exclude``: the same, none of them. Ranges are ``"2019..2022"``,
            ``"2019.."`` or ``{"from": 2019, "to": 2022}``; ``location`` is ``"south,west,north,east"``.
            Instead, fields can stand beside the other parameters: ``country=SN``, ``exclude_sector=14030``.
            ``facets``: fields whose values are counted; ``facet_limit`` (50, at most 1000). ``rows`` (20, at
            most 100), ``start`` (``start + rows`` at most 10,000), ``sort`` (:ref:`orders <activity-orders>`;
            ``relevance`` where there is a text, else ``newest``), ``convert_to``, of the totals: ``eur`` or
            ``usd``.

    Returns:
        ``count``; ``results``, each ``{id, iati_identifier, title, title_language, dataset_id, resource_id,
        card}``, where the card has all that a row of results shows; ``facets``, ``{field: [{value, label,
        count}]}``, in which what is chosen in a field does not lower the field's own counts and is always
        listed; ``totals``, ``{budget_eur, commitments_eur, disbursements_eur, incoming_eur}``;
        ``unidentified_funders``, the part (0 to 1) of each total without an identified funder;
        ``definition``, what the totals count: ``{currency, reduced_by, sentences, url}``; ``start``,
        ``rows`` and ``sort``.

    Raises:
        ValidationError: with a sentence for each parameter or field that is wrong; with HTTP status 503 when
            the index does not answer, 501 when the portal has none.
    """
    tk.check_access("ess_activity_search", context, data_dict)
    with activities.asked():
        currency = activities.choice(
            data_dict.get("convert_to"), "convert_to", money.CURRENCIES, "eur", str.lower
        )
        asked = question.read(data_dict, ("convert_to",))
        who = activities.asker(context)
        return activities.answer(who, asked, search.search(who, asked, currency), currency)


@tk.side_effect_free
def ess_activity_facets(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The values of fields among the activities of a question, with names and counts: for long lists.

    Args:
        context: CKAN's.
        data_dict: ``facets``, the fields; ``match``, letters that the name or the value of a value must
            have in it, accents and capitals aside; ``facet_limit``; ``q``, ``filters`` and ``exclude`` as of
            ``ess_activity_search``.

    Returns:
        ``count``; ``facets``, as of ``ess_activity_search``; ``titles``, what each field is called.

    Raises:
        ValidationError: as of ``ess_activity_search``.
    """
    tk.check_access("ess_activity_facets", context, data_dict)
    with activities.asked():
        asked = question.read({**data_dict, "rows": 0}, ("match",))
        return activity_figures.counts(activities.asker(context), asked, data_dict.get("match"))


@tk.side_effect_free
def ess_activity_money(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Sums of money of the activities of a question, by year or by the values of a field.

    Of a country, region, sector or group of sectors only its own share counts. Of other fields the whole
    activity counts for each of its values.

    Args:
        context: CKAN's.
        data_dict: ``by``: ``year``, a field that can be counted, ``flow`` or ``points``; ``q``,
            ``filters`` and ``exclude`` as of ``ess_activity_search``; ``convert_to``: ``eur`` or ``usd``.

    Returns:
        ``by``; ``currency``; ``rows``, at most 300, each ``{value, label, count, budget, planned,
        commitments, disbursements, incoming}``: years in their order, others by commitments, then
        disbursements; ``planned`` is null where ``by`` is neither ``year`` nor a country, region, sector or
        group; ``unconverted``, sums in no row because there is no rate: ``{currency, type, amount}``;
        ``definition``. By ``flow``, who funds whom: at most 30 rows ``{funder, funder_label, implementer,
        implementer_label, amount, count}`` with commitments. By ``points``, where activities are: ``cell``,
        the side of a square of the map in degrees (smaller where a small ``location`` is asked for), and at
        most 1,500 rows ``{lat, lon, count}`` with the middle of each.

    Raises:
        ValidationError: as of ``ess_activity_search``.
    """
    tk.check_access("ess_activity_money", context, data_dict)
    with activities.asked():
        by = activities.choice(data_dict.get("by"), "by", activity_figures.BY, breakdown.YEAR)
        currency = activities.choice(
            data_dict.get("convert_to"), "convert_to", money.CURRENCIES, "eur", str.lower
        )
        asked = question.read({**data_dict, "rows": 0, "start": 0}, ("by", "convert_to"))
        return activity_figures.money(activities.asker(context), asked, by, currency)


@tk.side_effect_free
def ess_activity_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """All that is known of an activity; the same identifier may stand in several files.

    Args:
        context: CKAN's.
        data_dict: ``id``, of one activity in one file, as searches give it; or ``iati_identifier``, as
            written or in small letters.

    Returns:
        ``activities``: for each ``{id, iati_identifier, title, title_language, dataset, resource, publisher,
        card, detail, xml, totals, money, findings, labels, run}``.

    Raises:
        NotFound: there is none that the caller may see.
        ValidationError: neither is given; or as of ``ess_activity_search``.
    """
    tk.check_access("ess_activity_show", context, data_dict)
    with activities.asked():
        return activity_details.shown(activities.asker(context), data_dict)


@tk.side_effect_free
def ess_activity_export(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Where all activities of a question can be had as a file, of any size, and what it will have in it.

    Args:
        context: CKAN's.
        data_dict: ``format``: ``csv`` (UTF-8; semicolons in French), ``xlsx`` (a sheet says what was
            asked), ``json``, ``jsonl`` (one object a line) or ``xml`` (IATI XML as published; an archive with
            a file for each version where there are several); ``unit`` of rows: ``activity``, ``transaction``
            or ``budget`` (planned disbursements too); ``columns``, in their order; ``q``, ``filters`` and
            ``exclude`` as of ``ess_activity_search``.

    Returns:
        ``url``, which anyone with the same rights can GET, with the parameters of this action; ``count``,
        activities; ``format``; ``unit``; ``columns``, ``[{name, title}]``, all of the unit where none were
        chosen: each code stands beside its name. No text in a file is a formula.

    Raises:
        ValidationError: as of ``ess_activity_search``.
    """
    tk.check_access("ess_activity_export", context, data_dict)
    with activities.asked():
        wanted = order.read(data_dict)
        count = activities.asker(context).count(wanted.question, {})["count"]
    return {
        "url": activities.export_address(wanted),
        "count": count,
        "format": wanted.format,
        "unit": wanted.unit,
        "columns": [{"name": one.name, "title": tk._(one.title)} for one in wanted.columns],
    }
