"""Answers of ``ess_activity_show``: an activity with all that its page tells."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.iati.validate.messages import table
from ckanext.ess.index.activities.exchange import rates
from ckanext.ess.index.activities.questions import detail_labels
from ckanext.ess.index.activities.questions.asking import CARD, Asker
from ckanext.ess.index.activities.questions.refusals import Refusal, Refused
from ckanext.ess.index.activities.questions.words import clean
from ckanext.ess.logic import activities, validation
from ckanext.ess.schema import language

_FIELDS = (*CARD, "detail", "xml", "run", "funder", "implementer")
_TOTALS = tuple(
    f"{measure}_{currency}"
    for currency in ("eur", "usd")
    for measure in ("budget", "commitments", "disbursements", "incoming")
)
_MONEY = ("_root_", "type", "year", "currency", "amount", "eur", "usd")
#: Occurrences of one identifier, and money documents of them, in one answer.
_OCCURRENCES, _ROWS = 20, 5000
_FINDINGS = 1000
_LONGEST = 1000


def shown(who: Asker, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an activity as often as it occurs; see ``ess_activity_show``."""
    documents = _found(who, given)
    if not documents:
        raise tk.ObjectNotFound(tk._("There is no such project here, or it is not public."))
    money = _money(who, [one["id"] for one in documents])
    return {"activities": [_shown(one, money.get(one["id"], [])) for one in documents]}


def _found(who: Asker, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    for name, field in (("id", "id"), ("iati_identifier", "iati_identifier")):
        text = clean(str(given.get(name) or ""))[:_LONGEST]
        if text:
            conditions = {field: [text]} if name == "id" else {field: [text], "identifier": [text]}
            return who.exactly(conditions, (*_FIELDS, *_TOTALS), _OCCURRENCES)
    raise Refused([Refusal("id", "nothing-asked")])


def _money(who: Asker, ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in who.money(list(ids), _MONEY, _ROWS):
        found.setdefault(row["_root_"], []).append(_row(row))
    return found


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A sum of one type, year and currency, with the rate that it was converted by."""
    currency, year = "".join(row.get("currency") or ())[:3], row.get("year")
    converted = rates().convert(Decimal(1), currency, year, "EUR") if currency and year else None
    return {
        **{name: row.get(name) for name in ("type", "year", "amount", "eur", "usd")},
        "currency": currency,
        "rate": float(converted.rate) if converted else None,
        "rate_year": converted.rate_year if converted else None,
    }


def _shown(document: Mapping[str, Any], money: list[dict[str, Any]]) -> dict[str, Any]:
    row = activities.result(document)
    detail = json.loads(_unpacked(document.get("detail")) or "{}")
    package = model.Package.get(row["dataset_id"])
    return {
        **row,
        "dataset": _dataset(package),
        "resource": _resource(row["resource_id"]),
        "publisher": {**(row["card"].get("publisher") or {}), "organization": _organization(package)},
        "detail": detail,
        "labels": detail_labels.names(detail, language.current()),
        "xml": _unpacked(document.get("xml")),
        "totals": {name: document.get(name) for name in _TOTALS},
        "money": money,
        "findings": _findings(row),
        "run": document.get("run"),
    }


def _unpacked(text: str | None) -> str:
    """What is kept compressed and as base64."""
    return zlib.decompress(base64.b64decode(text)).decode() if text else ""


def _dataset(package: model.Package | None) -> dict[str, Any] | None:
    if package is None:
        return None
    licence = package.license
    return {
        "id": package.id,
        "name": package.name,
        "title": package.title or package.name,
        "license_id": package.license_id,
        "license_title": licence.title if licence else package.license_id,
        "license_url": licence.url if licence else None,
    }


def _resource(resource_id: str) -> dict[str, Any] | None:
    resource = model.Resource.get(resource_id)
    if resource is None:
        return None
    return {"id": resource.id, "name": resource.name, "url": resource.url}


def _organization(package: model.Package | None) -> dict[str, Any] | None:
    group = model.Group.get(package.owner_org) if package is not None and package.owner_org else None
    return {"id": group.id, "name": group.name, "title": group.title or group.name} if group else None


def _findings(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rules that the activity breaks, by the present verdict on its file: the worst first, as it comes."""
    wanted = {"resource_id": row["resource_id"], "activity": row["iati_identifier"]}
    found = validation.report({**wanted, "limit": _FINDINGS, "offset": 0})["findings"]
    counted: dict[tuple[str, str], int] = {}
    for one in found:
        counted[one["rule"], one["severity"]] = counted.get((one["rule"], one["severity"]), 0) + 1
    lang = language.current()
    return [
        {"rule": rule, "severity": severity, "count": count, "title": _title(rule, lang)}
        for (rule, severity), count in counted.items()
    ]


def _title(rule: str, lang: str) -> str:
    sentence = table().get((rule, lang))
    return sentence.title if sentence else rule
