"""Round numbers beside an axis."""

from __future__ import annotations

from math import floor, log10

_STEPS = (1, 2, 2.5, 5, 10)
#: Less than this is no amount of anything.
_NOTHING = 1e-9


def ticks(lowest: float, highest: float, about: int = 4) -> list[float]:
    """Return round numbers from below the lowest value to above the highest, zero among them.

    >>> ticks(0, 87)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    >>> ticks(-3, 5)
    [-4, -2, 0, 2, 4, 6]
    >>> ticks(0, 0)
    [0, 1]
    """
    low, high = min(lowest, 0), max(highest, 0)
    if high - low < _NOTHING:
        return [0, 1]
    rough = (high - low) / about
    power = 10 ** floor(log10(rough))
    step = next(size * power for size in _STEPS if size * power >= rough * 0.999)
    first, last = floor(low / step), -floor(-high / step)
    return [step * number for number in range(first, last + 1)]
