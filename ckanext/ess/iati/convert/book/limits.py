"""How much of a hostile spreadsheet we are ready to read."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits on one file; past any of them reading stops with a sentence that names the limit.

    Sizes are bytes, ``text`` characters. ``unpacked`` counts everything that is unpacked from an archive.
    """

    size: int = 50 * MIB
    unpacked: int = 500 * MIB
    #: unpacked bytes per packed byte, looked at once ``ratio_floor`` bytes have come out
    ratio: int = 200
    ratio_floor: int = 32 * MIB
    members: int = 2000
    rows: int = 100_000
    columns: int = 300
    sheets: int = 50
    #: cells with something in them, in the whole file
    cells: int = 3_000_000
    text: int = 32_767
    strings: int = 2_000_000
    merges: int = 20_000
    seconds: float = 300.0
