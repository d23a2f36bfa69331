"""What the sample activities do, from ``themes.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

#: A text in French and in English.
Told = tuple[str, str]


class Indicator(NamedTuple):
    """An indicator: title, a plausible target, whether it is a percentage."""

    title: Told
    target: int
    percentage: bool = False


class Theme(NamedTuple):
    """A kind of project; ``{place}`` and ``{land}`` ("au Mali") of its texts are filled in later."""

    sectors: tuple[tuple[str, int], ...]
    goals: tuple[str, ...]
    titles: tuple[Told, ...]
    descriptions: tuple[Told, ...]
    objective: Told
    indicators: tuple[Indicator, ...]
    budget: tuple[int, int]
    aid_type: str
    markers: tuple[tuple[str, str], ...]
    humanitarian: bool


def _told(texts: dict[str, Any]) -> Told:
    return texts["fr"], texts["en"]


def _theme(record: dict[str, Any]) -> Theme:
    low, high = record["budget"]
    return Theme(
        sectors=tuple(record["sectors"].items()),
        goals=tuple(record["goals"]),
        titles=tuple(map(_told, record["titles"])),
        descriptions=tuple(map(_told, record["descriptions"])),
        objective=_told(record["objective"]),
        indicators=tuple(
            Indicator(_told(found), found["target"], found.get("percentage", False))
            for found in record["indicators"]
        ),
        budget=(low, high),
        aid_type=record["aid_type"],
        markers=tuple(record["markers"].items()),
        humanitarian=record.get("humanitarian", False),
    )


THEMES = {
    name: _theme(record)
    for name, record in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")).items()
}
