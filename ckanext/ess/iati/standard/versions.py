"""The versions of the IATI standard and the two kinds of file.

>>> normalise(" 1.0 "), normalise("2.03"), normalise(""), normalise("2.04")
('1.01', '2.03', '1.01', '')
"""

from __future__ import annotations

VERSIONS = ("1.01", "1.02", "1.03", "1.04", "1.05", "2.01", "2.02", "2.03")
LATEST = "2.03"

ACTIVITIES, ORGANISATIONS = "activities", "organisations"
FILE_TYPES = (ACTIVITIES, ORGANISATIONS)

#: Root element of a file -> kind of file.
ROOTS = {"iati-activities": ACTIVITIES, "iati-organisations": ORGANISATIONS}

#: The first version for which code lists, their mapping and rules were published.
_FIRST_WITH_CODELISTS = "1.04"

#: Spellings found in published files; a missing version meant 1.01 when the attribute was optional.
_SPELLINGS = {
    "": "1.01",
    "1": "1.01",
    "1.0": "1.01",
    "1.00": "1.01",
    "2": "2.01",
    "2.0": "2.01",
    "2.00": "2.01",
}


def normalise(declared: str) -> str:
    """The version meant by a ``version`` attribute, "" when it is none of the eight."""
    text = declared.strip()
    if text in VERSIONS:
        return text
    return _SPELLINGS.get(text, "")


def codelist_version(version: str) -> str:
    """The version whose code lists and rules serve a version: 1.01 to 1.03 never had their own."""
    return max(version, _FIRST_WITH_CODELISTS)
