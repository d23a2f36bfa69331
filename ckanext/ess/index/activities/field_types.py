"""Solr's field types of the core of activities, in the form of its Schema API.

Nothing refers to a file: stop words are those inside Lucene's own library, so that any core of any Solr 9 can
have the types. The three text types drop the same French and English stop words. A question asks for each
word in all of them, and a word dropped by one alone would have to stand in another.
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_FRENCH = "org/apache/lucene/analysis/snowball/french_stop.txt"
_ENGLISH = "org/apache/lucene/analysis/snowball/english_stop.txt"

_STOP: Final[list[Json]] = [
    {"name": "stop", "words": _FRENCH, "format": "snowball"},
    {"name": "stop", "words": _ENGLISH, "format": "snowball"},
]
_FOLD: Final[Json] = {"name": "asciiFolding"}


def _text(name: str, *filters: Json) -> Json:
    """A text type: elisions and case away, stop words out, then what is its own, then accents away."""
    chain = [{"name": "elision", "ignoreCase": "true"}, {"name": "lowercase"}, *_STOP, *filters, _FOLD]
    return {
        "name": name,
        "class": "solr.TextField",
        "positionIncrementGap": "100",
        "uninvertible": False,
        "analyzer": {"tokenizer": {"name": "standard"}, "filters": chain},
    }


#: Every type; the order is that of the generated schema.
TYPES: Final[tuple[Json, ...]] = (
    {"name": "string", "class": "solr.StrField", "sortMissingLast": True, "docValues": True},
    {"name": "plong", "class": "solr.LongPointField", "docValues": True},
    {"name": "pint", "class": "solr.IntPointField", "docValues": True},
    {"name": "pdouble", "class": "solr.DoublePointField", "docValues": True},
    {"name": "pdate", "class": "solr.DatePointField", "docValues": True},
    {"name": "location", "class": "solr.LatLonPointSpatialField", "docValues": True},
    {
        "name": "lower",
        "class": "solr.TextField",
        "uninvertible": False,
        "analyzer": {
            "tokenizer": {"name": "keyword"},
            "filters": [{"name": "trim"}, {"name": "lowercase"}],
        },
    },
    _text("text_any"),
    _text("text_fr", {"name": "frenchLightStem"}),
    _text("text_en", {"name": "englishPossessive"}, {"name": "porterStem"}),
)
