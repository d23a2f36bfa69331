"""What a check of the published rules is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate.rules.nodes import Found, Tree


class Hit(NamedTuple):
    """A case that does not hold: at which element or attribute, and what the sentence needs."""

    at: Found
    params: dict[str, str]


class Setting(NamedTuple):
    """What a check needs besides the activity.

    The present, whose reading of the rules, the registered agencies and publishers, and (for the official
    reading) whether the file declares its encoding.
    """

    now: int
    official: bool
    prefixes: frozenset[str]
    publishers: frozenset[str] = frozenset()
    encoding_declared: bool = True


#: A check yields what is wrong with a context element.
Check = Callable[[Element, Tree, Setting], Iterator[Hit]]
