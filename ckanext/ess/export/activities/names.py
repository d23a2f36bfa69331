"""Names of codes in one language, ready before anything is sent: what follows needs no request."""

from __future__ import annotations

from collections.abc import Iterable

from ckan.plugins import toolkit as tk

from ckanext.ess.index.activities.questions import labels
from ckanext.ess.index.activities.questions.names import CLASSES
from ckanext.ess.schema import language


class Names:
    """Names in the language of whoever asks; each is looked up once."""

    def __init__(self) -> None:
        self.lang = language.current()
        self._known: dict[tuple[str, str], str] = {
            (list_name, value): tk._(text)
            for list_name, named in CLASSES.items()
            for value, text in named.items()
        }
        self.yes, self.no = tk._("Yes"), tk._("No")

    def of(self, list_name: str, code: str | None) -> str:
        """Name of a code, "" for no code; the code itself where the list does not have it."""
        if not code:
            return ""
        key = (list_name, code)
        if key not in self._known:
            self._known[key] = labels.code(list_name, code, self.lang)
        return self._known[key]

    def all_of(self, list_name: str, codes: Iterable[str]) -> str:
        """Names of several codes."""
        return "; ".join(self.of(list_name, code) for code in codes)

    def text(self, texts: dict[str, str] | None) -> str:
        """A text in the language, else in English, else the first there is."""
        if not texts:
            return ""
        return texts.get(self.lang) or texts.get("en") or next(iter(texts.values()), "")
