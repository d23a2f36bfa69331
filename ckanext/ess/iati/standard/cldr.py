"""Names of countries, currencies and languages, which the IATI lists give in English capitals only.

They come from the Unicode CLDR through Babel.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

#: IATI list -> the part of a Babel locale that names its codes.
_PARTS = {"Country": "territories", "Currency": "currencies", "Language": "languages"}


@lru_cache(maxsize=8)
def _names(list_name: str, lang: str) -> Mapping[str, str]:
    from babel import Locale  # 30 ms that a validation without names does not pay

    locale = cast("Any", Locale(lang))
    return cast("Mapping[str, str]", getattr(locale, _PARTS[list_name]))


def name(list_name: str, code: str, lang: str) -> str:
    """Name of a code in ``en`` or ``fr``; "" for a list or a code that the CLDR does not cover."""
    if list_name not in _PARTS:
        return ""
    key = code.lower() if list_name == "Language" else code.upper()
    return _names(list_name, lang).get(key, "")
