"""Stand-ins for tests: a folder that they serve, the server, and how to ask it."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ckanext.ess.embedded.standin.server import Standin

ACTIVITIES = """<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03" generated-datetime="2026-01-02T03:04:05Z">
 <iati-activity xml:lang="fr" last-updated-datetime="2026-02-03T04:05:06Z">
  <iati-identifier>{ref}-1</iati-identifier>
  <reporting-org ref="{ref}" type="22"><narrative>{name}</narrative></reporting-org>
  <recipient-country code="SN"/>
 </iati-activity>
</iati-activities>
"""


class Serving:
    """A stand-in that runs, and how to ask it."""

    def __init__(self, server: Standin) -> None:
        self.base = server.base

    def get(self, path: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.base + path, data=data, headers=named, method=method)
        return urllib.request.urlopen(request, timeout=10)

    def json(self, path: str) -> Any:
        with self.get(path) as answer:
            return json.load(answer)

    def action(self, name: str, **options: str) -> Any:
        return self.json(f"/registry/api/3/action/{name}?{urllib.parse.urlencode(options)}")["result"]

    def status(self, path: str, **options: Any) -> tuple[int, bytes]:
        try:
            with self.get(path, **options) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def served(provider: Any) -> Iterator[Serving]:
    server = Standin(provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Serving(server)
    server.shutdown()
    server.server_close()
    thread.join()


def filled(folder: Path) -> Path:
    """IATI files, others, broken and hidden ones, in folders of folders."""
    (folder / "deep/er").mkdir(parents=True)
    alpha = ACTIVITIES.format(ref="FR-RCS-000000018", name="Exemple Énergie &amp; Co")
    (folder / "deep/er/Sénégal 2024.xml").write_text(alpha, encoding="utf-8")
    (folder / "deep/Sénégal 2024.xml").write_text(alpha.replace("-1<", "-2<"), encoding="utf-8")
    beta = ACTIVITIES.format(ref="GB-CHC-0", name="Beta").replace("2.03", "2.02").replace('"SN"', '"ML"')
    (folder / "beta.xml").write_text(beta, encoding="utf-8")
    (folder / "organisation.xml").write_text(
        '<iati-organisations version="2.03"><iati-organisation><organisation-identifier>GB-CHC-0'
        '</organisation-identifier><reporting-org ref="GB-CHC-0" type="21"><narrative>Beta</narrative>'
        "</reporting-org></iati-organisation></iati-organisations>",
        encoding="utf-8",
    )
    (folder / "page.xml").write_text("<html/>", encoding="utf-8")
    (folder / "notes.txt").write_text("nothing", encoding="utf-8")
    (folder / "broken.xml").write_text(alpha[:-40], encoding="utf-8")
    (folder / ".hidden.xml").write_text(alpha, encoding="utf-8")
    return folder
