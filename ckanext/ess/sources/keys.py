"""Keys of remote catalogues: each belongs to a host, and stands in a file or in the environment.

No source is configured with a key, so none can stand in a database, in an answer of the API or on a page; and
whoever may add a source cannot have a key sent to another host than its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: ``ESS_HARVEST_KEY_WWW_DATA_GOUV_FR`` is the key of ``www.data.gouv.fr``.
PREFIX = "ESS_HARVEST_KEY_"
MAX_BYTES = 8_192
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]+(\S.*)")
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")


@dataclass(frozen=True)
class Keys:
    """The keys of one kind of catalogue.

    Attributes:
        folder: holds a file per host, named like it, with its key in the first line; empty: none.
        header: in which this kind of catalogue wants a key, unless the file says ``Header: key``.
        given: keys by host that come before all others.
        environment: where keys may stand besides.
    """

    folder: str = ""
    header: str = "Authorization"
    given: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def headers(self, host: str) -> dict[str, str]:
        """What a request to a host carries; nothing when it has no key.

        Args:
            host: its name, without port.
        """
        name = host.lower()
        if not _HOST.fullmatch(name) or ".." in name:
            return {}
        variable = PREFIX + re.sub(r"\W", "_", name).upper()
        text = self.given.get(name) or self._of_file(name) or self.environment.get(variable, "")
        line = text.strip().partition("\n")[0].strip()
        if not line or not line.isascii() or not line.isprintable():
            return {}
        named = _HEADER.fullmatch(line)
        return {named[1]: named[2]} if named else {self.header: line}

    def _of_file(self, name: str) -> str:
        if not self.folder:
            return ""
        try:
            with (Path(self.folder) / name).open("rb") as stream:
                return stream.read(MAX_BYTES).decode("ascii", "ignore")
        except OSError:  # no key for this host
            return ""
