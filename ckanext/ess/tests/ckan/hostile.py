"""Files whose words want to be more than words, for the tests of pages."""

from __future__ import annotations

import re

from ckanext.ess.tests.ckan.validation_portal import iati

SCRIPT = "<script>alert(1)</script>"
#: Turns the rest of a line round, unless it is kept apart.
TURNED = "\u202egnipmuj\u2066"
LONG = "x" * 10_000

_ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def hostile() -> bytes:
    """A file with script in an identifier and a code, marks that turn text round, and a line without end."""
    first = iati(
        f'<recipient-country code="{_ESCAPED}{TURNED}"/><what-is-{LONG[:300]}/>', f"<unknown>{LONG}</unknown>"
    )
    return first.replace(b"W751234567-1<", f"W751234567-1{_ESCAPED}{TURNED}<".encode(), 1)


def scripts(page: str) -> list[str]:
    """Scripts in a page that a file brought along."""
    return re.findall(r"<script>alert\(1\)", page)


def outside_bdi(page: str) -> list[str]:
    """Places where text that turns round is not kept apart from the page's own."""
    apart = re.sub(r"<bdi>.*?</bdi>", "", page, flags=re.DOTALL)
    # an attribute's value turns nothing round but itself
    apart = re.sub(r'="[^"]*"', "", apart)
    return re.findall(r".{0,60}\u202e.{0,20}", apart)
