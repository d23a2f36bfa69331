"""Take from an element what the columns of a sheet hold; the declaration of the columns says where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ckanext.ess.iati.convert.columns import Column, Step, columns, written
from ckanext.ess.iati.convert.grid import Key
from ckanext.ess.iati.convert.unread import Unread, language
from ckanext.ess.iati.convert.values import amounts, codes
from ckanext.ess.iati.convert.values.refused import Refused
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.codelists import codelist

#: Attributes that an element must not have otherwise to be what a column means.
_MEANT = {
    "description": ("type", {"1"}),
    "sector": ("vocabulary", {"1", "2"}),
    "recipient-region": ("vocabulary", {"1"}),
    "aid-type": ("vocabulary", {"1"}),
    "default-aid-type": ("vocabulary", {"1"}),
}


def matching(element: Element, step: Step) -> list[Element]:
    """Elements right inside that a step means."""
    fixed = written(step)
    name, allowed = _MEANT.get(step.name, ("", set[str]()))
    found: list[Element] = []
    for child in element.iterchildren(step.name):
        if any(_value(child, attribute) != value for attribute, value in fixed.items()):
            continue
        if name and name not in fixed and (child.get(name) or "1") not in allowed:
            continue
        found.append(child)
    return found


def _value(element: Element, attribute: str) -> str:
    implied = _MEANT.get(element.tag, ("", set[str]()))
    return element.get(attribute) or ("1" if attribute == implied[0] else "")


def end(element: Element, steps: Sequence[Step], lang: str) -> Element | None:
    """The first element at the end of some steps; a text in another language is none."""
    for step in steps:
        found = [
            one for one in matching(element, step) if step.name != "narrative" or language(one) in {"", lang}
        ]
        if not found:
            return None
        element = found[0]
    return element


class Taker:
    """Takes values from one record.

    Args:
        unread: the record.
        lang: language of its texts.
        labels: language in which codes are written by their names.
        currency: the currency of amounts that name none.
    """

    def __init__(self, unread: Unread, lang: str, labels: str, currency: str) -> None:
        self._unread, self._lang, self._labels, self._currency = unread, lang, labels, currency

    def scalar(self, element: Element, column: Column, steps: Sequence[Step]) -> str:
        """Return the value of a column below an element, as its cell shows it; "" for none that fits."""
        holder = end(element, steps, self._lang)
        if holder is None or self._unread.has(holder, column.attribute):
            return ""
        value = (holder.get(column.attribute, "") if column.attribute else holder.text or "").strip()
        shown = self._shown(column, holder, value)
        if shown:
            self._take(holder, column, steps, element)
        return shown

    def _take(self, holder: Element, column: Column, steps: Sequence[Step], element: Element) -> None:
        self._unread.take(holder, column.attribute)
        for step in steps:
            found = end(element, (step,), self._lang)
            if found is None:
                return
            for attribute in written(step):
                self._unread.take(found, attribute)
            element = found

    def _shown(self, column: Column, holder: Element, value: str) -> str:
        """How a cell shows a value; "" for a value that would be refused on the way back."""
        if not value:
            return ""
        if column.kind == "code":
            return codes.label(column.list, value, self._labels) if value in codelist(column.list) else ""
        if column.kind in {"amount", "year-budget"}:
            return self.amount(holder, value)
        if column.kind == "yes-no":
            return {"true": "oui", "1": "oui", "false": "non", "0": "non"}.get(value, "")
        if column.kind == "measured":
            return _measured(value)
        return value

    def amount(self, holder: Element, value: str) -> str:
        """An amount, with its currency where that is not the usual one."""
        currency = holder.get("currency") or ""
        if currency == self._currency:
            self._unread.take(holder, "currency")
            return value
        if not currency or self._unread.has(holder, "currency"):
            return value
        self._unread.take(holder, "currency")
        return f"{value} {currency}"

    def row(self, sheet: str, element: Element, above: int = 1) -> dict[Key, str]:
        """Values of a sheet whose rows are elements; columns with a currency of their own come first."""
        row: dict[Key, str] = {}
        known = [one for one in columns(sheet) if len(one.steps) >= above and not one.yearly]
        for column in sorted(known, key=lambda one: one.key != "currency"):
            if value := self.scalar(element, column, column.steps[above:]):
                row[column, ""] = value
        return row

    def items(self, element: Element, group: Sequence[Column]) -> Iterator[tuple[Column, str]]:
        """Values of columns that list elements alike, in the same order: names, identifiers, types."""
        found = matching(element, group[0].steps[0])
        named = [one for one in found if self._name(one)]
        held = named or found
        for column in group:
            texts = [_plain(self._value_of(one, column)) for one in held]
            if not any(texts):
                continue
            for one, text in zip(held, texts, strict=True):
                if text and (holder := end(one, column.steps[1:], self._lang)) is not None:
                    self._unread.take(holder, column.attribute)
                    self._unread.take(one, "role")
            yield column, ";".join(texts).rstrip(";")

    def _name(self, element: Element) -> str:
        holder = end(element, (Step("narrative"),), self._lang)
        return _plain((holder.text or "").strip()) if holder is not None else ""

    def _value_of(self, element: Element, column: Column) -> str:
        holder = end(element, column.steps[1:], self._lang)
        if holder is None:
            return ""
        value = (holder.get(column.attribute, "") if column.attribute else holder.text or "").strip()
        return value if not column.list or value in codelist(column.list) else ""

    def codes(self, element: Element, column: Column) -> str:
        """Codes of a column that lists them."""
        held = [
            one for one in matching(element, column.steps[0]) if one.get("code", "") in codelist(column.list)
        ]
        found: list[str] = []
        for one in held:
            if one.get("code", "") not in found:
                found.append(self._unread.take(one, "code"))
                for attribute in written(column.steps[0]):
                    self._unread.take(one, attribute)
        return ";".join(found)


def _plain(text: str) -> str:
    """A text that can stand among others with ``;`` between them; "" for one that cannot."""
    return "" if ";" in text else " ".join(text.split())


def _measured(value: str) -> str:
    if not any(char.isdigit() for char in value[:2]):
        return value
    try:
        return value if amounts.read(value).text == value else ""
    except Refused:
        return ""
