"""Codes of countries, regions, sectors and goals in activities: which are usable, and how they read.

>>> country(" sn "), country("Senegal")
('SN', '')
>>> vocabulary("DAC-3"), vocabulary(" "), vocabulary("99")
('2', '1', '99')
>>> goal("04"), goal("4.1"), goal("18")
('4', '4', '')
"""

from __future__ import annotations

import re

TRUE = frozenset({"1", "true"})

#: Vocabularies of 1.0x that 2.0x has under a number; none given means the OECD's list.
_VOCABULARIES = {"": "1", "DAC": "1", "DAC-3": "2"}
OECD, OECD_GROUPS, SDG_GOALS, SDG_TARGETS = "1", "2", "7", "8"
#: The same two among tags.
TAG_GOALS, TAG_TARGETS = "2", "3"

_COUNTRY = re.compile(r"[A-Z]{2}")
_REGION = re.compile(r"[0-9]{2,3}")
_SECTOR = re.compile(r"[0-9]{5}")
_GROUP = re.compile(r"[0-9]{3}")
_GOAL = re.compile(r"0?([1-9]|1[0-7])(?:\.\w+)?")
_TARGET = re.compile(r"0?([1-9]|1[0-7])\.(\w{1,2})")


def vocabulary(written: str) -> str:
    """Return a vocabulary of sectors or regions as 2.0x writes it."""
    text = written.strip()
    return _VOCABULARIES.get(text, text)


def country(written: str) -> str:
    """Return a country's code in capitals, "" where it is none."""
    code = written.strip().upper()
    return code if _COUNTRY.fullmatch(code) else ""


def region(written: str) -> str:
    """Return a region's code of the OECD's list, "" where it is none."""
    code = written.strip()
    return code if _REGION.fullmatch(code) else ""


def sector(written: str) -> str:
    """Return a sector's code of five digits, "" where it is none."""
    code = written.strip()
    return code if _SECTOR.fullmatch(code) else ""


def group(written: str) -> str:
    """Return the code of a group of sectors, of three digits, "" where it is none."""
    code = written.strip()
    return code if _GROUP.fullmatch(code) else ""


def goal(written: str) -> str:
    """Return the number of the development goal that a goal's or target's code names, "" where it is none."""
    match = _GOAL.fullmatch(written.strip())
    return match[1] if match else ""


def target(written: str) -> str:
    """Return the code of a target of a development goal, such as ``4.1`` or ``4.a``, "" where it is none."""
    match = _TARGET.fullmatch(written.strip())
    return f"{match[1]}.{match[2].lower()}" if match else ""
