"""The language that a command speaks when none is asked for."""

from __future__ import annotations

import locale
import os


def language() -> str:
    """Return ``fr`` for a French locale, else ``en``."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    spoken = (name or locale.getlocale()[0] or "").lower().replace(".", "_").split("_")[0]
    return "fr" if spoken == "fr" else "en"
