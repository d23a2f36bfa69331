"""What a browser without JavaScript sends for a form as it stands."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

Values = dict[str, list[str]]
_BUTTONS = {"submit", "button", "file", "reset", "image"}
_BOXES = {"checkbox", "radio"}


def form_values(html: str, form: str) -> Values:
    """Values by name of the form with this identifier or class; no button is pressed but ``save``."""
    soup = BeautifulSoup(html, "html.parser")
    found = soup.find("form", id=form) or soup.find("form", class_=form)
    assert isinstance(found, Tag), f"no form {form}"
    values: Values = {}
    for field in found.select("input[name], textarea[name], select[name]"):
        values.setdefault(str(field["name"]), []).extend(_sent(field))
    return {name: sent for name, sent in values.items() if sent} | {"save": [""]}


def _sent(field: Tag) -> list[str]:
    if field.name == "textarea":
        return [field.text]
    if field.name == "select":
        options = field.select("option[selected]") or (
            [] if field.has_attr("multiple") else field.select("option")[:1]
        )
        return [str(option.get("value", "")) for option in options]
    kind = field.get("type", "text")
    if kind in _BUTTONS or (kind in _BOXES and not field.has_attr("checked")):
        return []
    return [str(field.get("value", ""))]
