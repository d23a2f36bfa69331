"""The map's projection: Equal Earth, on which a country looks as large as it is.

B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", 2018.
"""

from __future__ import annotations

from math import asin, cos, pi, radians, sin, sqrt

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2
_HALF_WIDTH = 2 * sqrt(3) * pi / (3 * _A1)

#: Size of the drawing. Antarctica is left out, and so is the sea north of the last land.
WIDTH = 4000
NORTH, SOUTH = 83.7, -57.0
#: The map's middle, so that its edge runs through the Bering Strait rather than through Russia.
MIDDLE = 11.0
_SCALE = WIDTH / (2 * _HALF_WIDTH)


def _height_of(latitude: float) -> float:
    theta = asin(_M * sin(radians(latitude)))
    return theta * (_A1 + _A2 * theta**2 + theta**6 * (_A3 + _A4 * theta**2))


_TOP = _height_of(NORTH)
HEIGHT = round((_TOP - _height_of(SOUTH)) * _SCALE)


def turned(longitude: float, middle: float = MIDDLE) -> float:
    """Return a longitude within half a turn of a meridian.

    >>> turned(-175.0), turned(-160.0)
    (185.0, -160.0)
    """
    return (longitude - middle + 180) % 360 - 180 + middle


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Place a point given in degrees on the drawing: x to the right, y downwards.

    Longitudes count from the map's middle eastwards and westwards; those past its edge are past it here too.

    >>> project(0, MIDDLE)[0], round(project(0, MIDDLE + 180)[0])
    (2000.0, 4000)
    """
    theta = asin(_M * sin(radians(latitude)))
    slope = 9 * _A4 * theta**8 + 7 * _A3 * theta**6 + 3 * _A2 * theta**2 + _A1
    x = 2 * sqrt(3) * radians(longitude - MIDDLE) * cos(theta) / (3 * slope)
    return WIDTH / 2 + x * _SCALE, (_TOP - _height_of(latitude)) * _SCALE
