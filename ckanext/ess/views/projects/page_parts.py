"""Parts of a project's page: an organisation, a place, a sector, a document, as its file tells them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from babel.numbers import format_decimal

from ckan.plugins import toolkit as tk

from ckanext.ess.charts.amounts import locale
from ckanext.ess.schema import language
from ckanext.ess.views.projects import address
from ckanext.ess.views.projects.texts import Text, day, in_language, label, plain, safe_url

_GOALS, _TARGETS = ("7", "2"), ("8", "3")


class Named(NamedTuple):
    """Something with a name, a part in per cent, and where it leads."""

    name: str
    url: str = ""
    share: str = ""
    note: str = ""


class Document(NamedTuple):
    """A document; no address where it is none of the web."""

    title: Text
    url: str
    written_url: str
    notes: Sequence[str]


def party(one: Mapping[str, Any]) -> Named:
    """An organisation that takes part; leads to all projects with it."""
    key = one.get("key") or ""
    notes = [one.get("ref") or "", label("OrganisationType", one.get("type") or "")]
    url = address.of(participant=key) if key else ""
    name = plain(one.get("names")) or one.get("ref") or tk._("not named")
    return Named(name, url, note=", ".join(filter(None, notes)))


def coded(one: Mapping[str, Any], list_name: str, field: str) -> Named:
    """A place or sector by its code, with its part."""
    code = one.get("code") or ""
    known = label(list_name, code)
    name = known if known != code else plain(one.get("names")) or code
    return Named(
        name or tk._("not named"), address.of(**{field: code}) if code else "", percentage(one), code
    )


def percentage(one: Mapping[str, Any]) -> str:
    """A part as written, with its sign."""
    written = (one.get("percentage") or "").strip().removesuffix("%").strip()
    try:
        number = format_decimal(Decimal(written), "#,##0.##", locale(language.current()))
    except InvalidOperation:
        number = written
    return f"{number}\N{NO-BREAK SPACE}%" if number else ""


def is_goal(one: Mapping[str, Any]) -> bool:
    """Whether a sector or tag is a development goal or a target of one."""
    return one.get("vocabulary") in (*_GOALS, *_TARGETS) and bool(one.get("code"))


def sector(one: Mapping[str, Any]) -> Named:
    """A sector of any vocabulary; those of the OECD lead to their projects."""
    if one.get("vocabulary") == "1":
        return coded(one, "Sector", "sector")
    if one.get("vocabulary") == "2":
        return coded(one, "SectorCategory", "sector_group")
    name = plain(one.get("names")) or one.get("code") or tk._("not named")
    note = label("SectorVocabulary", one.get("vocabulary") or "")
    return Named(name, "", percentage(one), note)


def goal(one: Mapping[str, Any]) -> Named:
    """A development goal or target."""
    code = one["code"]
    number = code.partition(".")[0]
    is_target = one["vocabulary"] in _TARGETS
    named = label("UNSDG-Targets" if is_target else "UNSDG-Goals", code)
    name = f"{code} {named}" if is_target and not named.startswith(code) else named
    return Named(name, address.of(sdg=number) if number.isdigit() else "")


def counts(one: Mapping[str, Any]) -> bool:
    """A marker of significance 0 says that it is not aimed at."""
    return one.get("significance") not in ("0", None)


def marker(one: Mapping[str, Any]) -> Named:
    """A policy marker with its significance."""
    name = (
        label("PolicyMarker", one["code"]) if one.get("vocabulary") in ("1", "") else plain(one.get("names"))
    )
    return Named(name or one["code"], note=label("PolicySignificance", one.get("significance") or ""))


def kinds(detail: Mapping[str, Any]) -> list[Named]:
    """The kinds of aid, flow and finance."""
    lists = {
        "collaboration_type": "CollaborationType",
        "flow_type": "FlowType",
        "finance_type": "FinanceType",
        "tied_status": "TiedStatus",
    }
    found = [
        Named(label("AidType", one["code"]))
        for one in detail.get("aid_types") or ()
        if one["vocabulary"] == "1"
    ]
    return found + [Named(label(listed, detail[name])) for name, listed in lists.items() if detail.get(name)]


def document(one: Mapping[str, Any]) -> Document:
    """A document with what is known of it."""
    written = one.get("url") or ""
    title = in_language(one.get("title"))
    notes = [label("DocumentCategory", code) for code in one.get("categories") or ()]
    notes += [one.get("format") or "", day(one.get("date"))]
    notes += [label("Language", code) for code in one.get("languages") or ()]
    return Document(
        title if title.text else Text(written), safe_url(written), written, [n for n in notes if n]
    )


def contact(one: Mapping[str, Any]) -> list[str]:
    """Whom to ask, line by line."""
    texts = [
        plain(one.get(name)) for name in ("organisation", "department", "person", "job_title", "address")
    ]
    return [line for line in (*texts, *(one.get("telephone") or ()), *(one.get("email") or ())) if line]


def place_name(one: Mapping[str, Any]) -> str:
    """What a place is called, or what is done there."""
    names: Iterable[str] = (plain(one.get(name)) for name in ("name", "activity_description", "description"))
    return next(filter(None, names), "")
