"""An element that a sheet is made of, with what was taken from it; the rest is listed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ckanext.ess.iati.read.tree import Element

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Attributes that say what holds without them too.
_IMPLIED = {
    ("description", "type"): "1",
    ("sector", "vocabulary"): "1",
    ("recipient-region", "vocabulary"): "1",
    ("aid-type", "vocabulary"): "1",
    ("default-aid-type", "vocabulary"): "1",
    ("budget", "type"): "1",
    ("budget", "status"): "1",
    ("total-budget", "status"): "1",
    ("result", "aggregation-status"): "false",
    ("indicator", "ascending"): "true",
    ("indicator", "aggregation-status"): "false",
    ("reporting-org", "secondary-reporter"): "false",
    ("iati-activity", "hierarchy"): "1",
}
_FALSE = {"0": "false", "1": "true"}


class Left(NamedTuple):
    """Something that the sheet cannot hold: of which activity, where in it, what."""

    activity: str
    path: str
    value: str


class Unread:
    """A record, with the values that were taken from it."""

    def __init__(self, record: Element) -> None:
        self.record = record
        self._everything = list(record.iter())  # keeps the elements, and with them their numbers, alive
        self._taken: set[tuple[int, str]] = set()

    def take(self, element: Element, attribute: str = "") -> str:
        """Return an attribute, or the text where the name is empty, and note that the sheet holds it."""
        self._taken.add((id(element), attribute))
        value = element.get(attribute, "") if attribute else element.text or ""
        return value.strip()

    def has(self, element: Element, attribute: str = "") -> bool:
        """Whether the sheet holds a value already."""
        return (id(element), attribute) in self._taken

    def left(self, name: str, lang: str) -> Iterator[Left]:
        """What was not taken; an element of which nothing was is one item.

        Args:
            name: identifier of the record.
            lang: language of texts that name none.
        """
        yield from self._left(self.record, name, lang, self.record.tag)

    def _left(self, element: Element, name: str, lang: str, path: str) -> Iterator[Left]:
        for attribute, value in element.attrib.items():
            if not self.has(element, attribute) and not _implied(element, attribute, value, lang):
                short = attribute.replace(_LANG, "xml:lang")
                yield Left(name, f"{path}/@{short}", value)
        text = (element.text or "").strip()
        if text and not self.has(element):
            yield Left(name, path, text)
        numbers: dict[str, int] = {}
        for child in element:
            numbers[child.tag] = numbers.get(child.tag, 0) + 1
            inner = f"{path}/{child.tag}[{numbers[child.tag]}]"
            if self._touched(child):
                yield from self._left(child, name, lang, inner)
            else:
                yield Left(name, inner, _summary(child))

    def _touched(self, element: Element) -> bool:
        return any(
            self.has(one, attribute) for one in element.iter() for attribute in ("", *one.attrib.keys())
        )


def _implied(element: Element, attribute: str, value: str, lang: str) -> bool:
    if attribute == _LANG:
        return value == lang
    return _IMPLIED.get((element.tag, attribute)) in {value, _FALSE.get(value, value)}


def _summary(element: Element) -> str:
    """All values of an element, on one line."""
    parts = [
        f"{name.replace(_LANG, 'xml:lang')}={value}"
        for one in element.iter()
        for name, value in one.attrib.items()
    ]
    texts = [" ".join(text.split()) for text in element.itertext() if text.strip()]
    return " ".join((*texts, *parts))


def language(element: Element) -> str:
    """The language that an element declares for what is inside."""
    return element.get(_LANG, "")
