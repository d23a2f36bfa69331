"""What is wrong with a question, as values; the sentences are made when they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ckan.plugins import toolkit as tk

from ckanext.ess.index.facets import N_

#: Longest piece of a caller's value that a sentence repeats.
_SHOWN = 60

SENTENCES: Mapping[str, str] = {
    "field": N_("There is no field “{value}”. The fields are: {known}."),
    "not-facet": N_("“{value}” cannot be counted by value. These can: {known}."),
    "parameter": N_("There is no parameter “{value}”. The parameters are: {known}."),
    "text-long": N_("The text to search for has {value} characters. At most {known} are read."),
    "text": N_("Give the text to search for as text."),
    "object": N_('Give an object with the values of each field, as in {{"country": ["SN", "ML"]}}.'),
    "list": N_("Give a list of names, or names separated by commas."),
    "value": N_("“{value}” is no value: give a text, a number, or a list of these."),
    "values-many": N_("{value} values are too many: at most {known} of a field."),
    "value-long": N_("A value has {value} characters. At most {known} are read."),
    "number": N_("“{value}” is no whole number."),
    "amount": N_("“{value}” is no number. Write 10000, or a range: 10000..50000."),
    "year": N_("“{value}” is no year. Write 2022, or a range: 2019..2022."),
    "day": N_("“{value}” is no day. Write 2022-12-31, or a range: 2022-01-01..2022-12-31."),
    "range": N_("The range “{value}” ends before it begins."),
    "range-open": N_("The range “{value}” has neither beginning nor end."),
    "range-keys": N_('A range is an object with "from" and "to", or a text as in 2019..2022.'),
    "flag": N_("“{value}” is neither yes nor no. Write 1 or 0."),
    "class": N_("“{value}” is no value of this field. The values are: {known}."),
    "box": N_(
        "“{value}” is no area. Write four numbers: south, west, north, east, as in 12,-17.6,16.7,-11.3."
    ),
    "box-size": N_(
        "The area “{value}” is not on the map: latitudes go from -90 to 90 and longitudes from -180 to 180, "
        "south before north."
    ),
    "rows": N_(
        "{value} results are too many at a time: at most {known}. "
        "The action ess_activity_export gives all of them."
    ),
    "negative": N_("“{value}” is less than zero."),
    "deep": N_(
        "Results are shown up to number {known}. Narrow the question down, or take all results with the "
        "action ess_activity_export."
    ),
    "sort": N_("There is no order “{value}”. The orders are: {known}."),
    "choice": N_("There is no choice “{value}”. The choices are: {known}."),
    "facets-many": N_("{value} lists of counts are too many at a time: at most {known}."),
    "nothing-asked": N_("Say which activity: give its “id” or its “iati_identifier”."),
}


class Refusal(NamedTuple):
    """One thing that is wrong: the parameter or field, what kind of wrong, and what fills the sentence."""

    place: str
    code: str
    value: str = ""
    known: str = ""

    def sentence(self) -> str:
        """The sentence in the reader's language."""
        value = self.value if len(self.value) <= _SHOWN else self.value[: _SHOWN - 1] + "…"
        return tk._(SENTENCES[self.code]).format(value=value, known=self.known)


class Refused(Exception):
    """A question cannot be answered as it stands; ``refusals`` says all that is wrong with it."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(", ".join(f"{one.place}: {one.code}" for one in self.refusals))

    def sentences(self) -> dict[str, list[str]]:
        """Sentences by parameter or field, in the reader's language."""
        found: dict[str, list[str]] = {}
        for one in self.refusals:
            found.setdefault(one.place, []).append(one.sentence())
        return found
