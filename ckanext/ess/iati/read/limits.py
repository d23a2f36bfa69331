"""How much of a hostile file we are ready to read."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
#: libxml2 stops at this depth by itself; a limit above it changes nothing.
LIBXML2_DEPTH = 256


@dataclass(frozen=True)
class Limits:
    """Limits on one file; past any of them reading stops with a problem that names the limit.

    Sizes are bytes. ``size`` counts the bytes after decompression as well as before.
    ``piece`` bounds one activity, and with it the memory in use (a tree takes about ten times its text).
    """

    size: int = 4096 * MIB
    piece: int = 12 * MIB
    attribute: int = 1 * MIB
    prolog: int = 1 * MIB
    depth: int = LIBXML2_DEPTH
    #: elements directly in one element, and attributes on one
    children: int = 25_000
    attributes: int = 1000
    #: elements, attributes and their values in one activity: a real one of 6 MiB has as many
    nodes: int = 500_000
    #: decompressed bytes per compressed byte, looked at once ``ratio_floor`` bytes have come out
    ratio: int = 200
    ratio_floor: int = 16 * MIB
    seconds: float = 900.0
    #: problems kept; the later ones are counted only
    problems: int = 1000
