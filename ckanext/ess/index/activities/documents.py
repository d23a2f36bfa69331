"""From what was learnt of an activity to its document in the index."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import math
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from ckanext.ess.iati.extract.document import ActivityDocument, Organisation, Texts
from ckanext.ess.iati.extract.rates import Rates
from ckanext.ess.iati.validate.finding import SEVERITIES, Finding
from ckanext.ess.index.activities import exchange
from ckanext.ess.index.activities.card import card
from ckanext.ess.index.activities.fields import ACTIVITY
from ckanext.ess.index.activities.money_documents import CHILDREN, budget_band, money_documents, sums
from ckanext.ess.index.activities.origin import Origin
from ckanext.ess.schema import choices

Json = dict[str, Any]

VALID: Final = "valid"
_OECD, _FUNDING, _IMPLEMENTING = "1", "1", "4"
#: Longest text of one language that is searched; longest word that is kept whole.
_LONGEST_TEXT, _LONGEST_WORD, _LONGEST_SORTED = 50_000, 1000, 200
_MOST_NAMES, _MOST_POINTS, _MOST_RULES = 300, 500, 100
#: Largest compressed detail and XML kept with an activity, in bytes of base64.
_LARGEST: Final = 4 * 1024 * 1024
#: Speed before size: it costs a fifth of the highest level, and keeps nine tenths of its gain.
_LEVEL: Final = 3
#: Parts of a detail that can be without end; they are left out of one that is too large.
_ENDLESS: Final = ("transactions", "results", "budgets", "planned_disbursements", "documents")


class Documents:
    """Makes the documents of one file, in its order.

    Args:
        origin: where they come from.
        run: token of this writing.
        rates: for euros and dollars.
    """

    def __init__(self, origin: Origin, run: str, rates: Rates | None = None) -> None:
        self._origin = origin
        self._run = run
        self._rates = rates or exchange.rates()
        self._seen: Counter[str] = Counter()

    def of(self, document: ActivityDocument, findings: Sequence[Finding], raw: bytes) -> Json:
        """Return one activity with its money as nested documents.

        Args:
            document: what was learnt of it.
            findings: what the validator found in it.
            raw: its own XML, UTF-8.
        """
        activity: Json = {
            "id": self._identifier(document.identifier),
            "kind": ACTIVITY,
            "dataset_id": self._origin.dataset_id,
            "resource_id": self._origin.resource_id,
            "run": self._run,
            **_texts(document),
            **_facets(document, self._origin),
            **_verdict(findings),
            **_days(document),
        }
        rows = money_documents(document, activity, self._rates)
        activity["budget_band"] = budget_band(rows)
        activity["transaction_year"] = sorted(
            {row["year"] for row in rows if "year" in row and row["type"].isdigit()}
        )
        activity.update(sums(rows))
        activity[CHILDREN] = rows
        activity["card"] = json.dumps(
            card(document, activity, self._origin), ensure_ascii=False, separators=(",", ":")
        )
        activity["detail"] = _packed_detail(document.detail)
        activity["xml"] = packed(raw)
        return {name: value for name, value in activity.items() if value not in (None, "", [])}

    def _identifier(self, identifier: str) -> str:
        digest = hashlib.sha1(identifier.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:16]
        occurrence = self._seen[digest]
        self._seen[digest] += 1
        return f"{self._origin.resource_id}/{digest}/{occurrence}"


def packed(content: bytes) -> str | None:
    """Return bytes compressed, as text; None where they are too large to be kept."""
    text = base64.b64encode(zlib.compress(content, _LEVEL))
    return text.decode("ascii") if len(text) <= _LARGEST else None


def unpacked(text: str) -> bytes:
    """Return what was packed.

    >>> unpacked(packed(b"<iati-activity/>"))
    b'<iati-activity/>'
    """
    return zlib.decompress(base64.b64decode(text))


def _packed_detail(detail: Any) -> str | None:
    whole = packed(_json(detail))
    if whole is not None:
        return whole
    short = {name: value for name, value in detail.items() if name not in _ENDLESS}
    return packed(_json({**short, "cut": True}))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _texts(document: ActivityDocument) -> Json:
    titles, descriptions = document.titles, document.descriptions
    return {
        "iati_identifier": document.identifier[:_LONGEST_WORD],
        "identifier": document.identifier[:_LONGEST_WORD],
        "title_fr": _in(titles, "fr"),
        "title_en": _in(titles, "en"),
        "title_any": [text[:_LONGEST_TEXT] for text in titles.values()],
        "title_sort": sortable(
            next((titles[lang] for lang in ("fr", "en") if titles.get(lang)), "") or _any(titles)
        ),
        "description_fr": _in(descriptions, "fr"),
        "description_en": _in(descriptions, "en"),
        "description_any": [text[:_LONGEST_TEXT] for text in descriptions.values()],
        "names": _once(_names(document), _MOST_NAMES),
        "labels_fr": list(_labels(document, "fr")),
        "labels_en": list(_labels(document, "en")),
    }


def _in(texts: Texts, lang: str) -> str | None:
    """The text of a language; one whose language nobody says may be any."""
    text = texts.get(lang) or texts.get("")
    return text[:_LONGEST_TEXT] if text else None


def _any(texts: Texts) -> str:
    return next(iter(texts.values()), "")


@lru_cache(maxsize=4096)
def sortable(title: str) -> str:
    """Return a title as it is sorted: without capitals and accents.

    >>> sortable(" Évaluation  finale ")
    'evaluation finale'
    """
    text = unicodedata.normalize("NFKD", " ".join(title[:_LONGEST_WORD].split())).casefold()
    return "".join(sign for sign in text if not unicodedata.combining(sign))[:_LONGEST_SORTED]


def _names(document: ActivityDocument) -> Iterable[str]:
    for organisation in (document.reporting, *(party.organisation for party in document.participating)):
        yield from organisation.names.values()
        yield organisation.ref
    for location in document.locations:
        yield from location.names.values()
    yield from document.other_identifiers


def _labels(document: ActivityDocument, lang: Any) -> Iterable[str]:
    for place in document.countries:
        yield _label("Country", place.code, lang)
    for place in document.regions:
        yield _label("Region", place.code, lang)
    for code in _sector_codes(document):
        yield _label("Sector", code, lang)
    for place in document.sector_groups:
        yield _label("SectorCategory", place.code, lang)
    for goal in document.goals:
        yield _label("UNSDG-Goals", goal, lang)


@lru_cache(maxsize=8192)
def _label(listed: str, code: str, lang: Any) -> str:
    return choices.label(listed, code, lang)


def _facets(document: ActivityDocument, origin: Origin) -> Json:
    funders = _of_role(document, _FUNDING)
    return {
        "country": [place.code for place in document.countries],
        "region": [place.code for place in document.regions],
        "sector": _sector_codes(document),
        "sector_group": [place.code for place in document.sector_groups],
        "sdg": list(document.goals),
        "sdg_target": list(document.targets),
        "marker": _once(":".join(marker) for marker in document.markers),
        "status": document.status,
        "publisher": document.reporting.key,
        "publisher_type": document.reporting.type,
        "publisher_family": origin.family,
        "territory": list(origin.territories),
        "funder": _once(one.key for one in funders),
        "funder_identified": _identified(funders),
        "implementer": _once(one.key for one in _of_role(document, _IMPLEMENTING)),
        "participant": _once(party.organisation.key for party in document.participating),
        "aid_type": _once(
            one.code if one.vocabulary == _OECD else f"{one.vocabulary}:{one.code}"
            for one in document.aid_types
        ),
        "flow_type": document.flow_type,
        "finance_type": document.finance_type,
        "tied_status": document.tied_status,
        "collaboration_type": document.collaboration_type,
        "scope": document.scope,
        "language": list(document.languages),
        "currency": list(dict.fromkeys(row.currency for row in document.money)),
        "humanitarian": "1" if document.humanitarian else "0",
        "hierarchy": str(document.hierarchy or 1),
        "document_category": _once(document.document_categories),
        "tag": _once(":".join(tag) for tag in document.tags),
        "version": document.version,
        "related": _once(f"{one.type}:{one.ref}" for one in document.related),
        "has": _has(document),
    }


def _sector_codes(document: ActivityDocument) -> list[str]:
    """Codes of the OECD's list, of five digits."""
    listed = choices.table("Sector")
    return [one.code for one in document.sectors if one.vocabulary == _OECD and one.code in listed]


def _of_role(document: ActivityDocument, role: str) -> list[Organisation]:
    return [party.organisation for party in document.participating if party.role == role]


def _identified(organisations: list[Organisation]) -> str | None:
    if not organisations:
        return None
    known = sum(one.identified for one in organisations)
    return "all" if known == len(organisations) else "some" if known else "none"


def _has(document: ActivityDocument) -> list[str]:
    detail = document.detail
    kinds = {
        "budget": "budgets",
        "transactions": "transactions",
        "results": "results",
        "documents": "documents",
    }
    found = [name for name, key in kinds.items() if detail.get(key)]
    return [*found, "locations"] if document.locations else found


def _verdict(findings: Sequence[Finding]) -> Json:
    severities = {finding.severity for finding in findings}
    worst = next((one for one in SEVERITIES if one in severities), VALID)
    return {"validation": worst, "rule": _once((one.rule for one in findings), _MOST_RULES)}


def _days(document: ActivityDocument) -> Json:
    start, end = document.dates.start, document.dates.end
    points = [f"{place.latitude},{place.longitude}" for place in document.locations]
    return {
        "start": _day(start),
        "end": _day(end),
        "updated": _day(document.updated),
        "start_year": start.year if start else None,
        "end_year": end.year if end else None,
        "location": _once(points, _MOST_POINTS),
        "grid": _once(_cells(document), 2 * _MOST_POINTS),
    }


def _cells(document: ActivityDocument) -> Iterable[str]:
    """Cells of a map in which its points lie: Solr cannot count points by place."""
    for place in document.locations:
        for level in (0, 1):
            latitude, longitude = (
                math.floor(10**level * number) for number in (place.latitude, place.longitude)
            )
            yield f"{level}:{latitude},{longitude}"


def _day(day: dt.date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00Z" if day else None


def _once(values: Iterable[str], most: int = 1000) -> list[str]:
    """Values that are not empty, each once, none too long for a word of the index."""
    found: dict[str, None] = {}
    for value in values:
        if value and len(found) < most:
            found[value[:_LONGEST_WORD]] = None
    return list(found)
