"""Where a portal's datasets come from: the ``--source`` option."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from pathlib import Path

import requests

from ckanext.ess.embedded.errors import PortalError
from ckanext.ess.embedded.ports import HOST

SAMPLE = "sample"
NONE = "none"
SAMPLE_FOLDER = Path(__file__).with_name("sample")
BULK, REGISTRY, UDATA, URLS = "iati-bulk", "iati-registry", "udata", "urls"


@dataclass(frozen=True)
class HarvestSource:
    """One source to add to CKAN and run."""

    name: str
    url: str
    type: str
    title: str = ""


@dataclass(frozen=True)
class Origin:
    """What ``--source`` said, understood."""

    spec: str
    #: Folder of IATI files that the local stand-in serves, if any.
    folder: Path | None = None
    #: Kind of the live service, if any.
    type: str = ""

    @classmethod
    def remembered(cls, spec: str, kind: str) -> Origin:
        """The origin of an earlier start, without asking anyone again."""
        if spec == SAMPLE:
            return cls(spec, folder=SAMPLE_FOLDER)
        return cls(spec, folder=None if kind or spec == NONE else Path(spec), type=kind)

    @property
    def is_served_here(self) -> bool:
        """True when the portal runs the stand-in."""
        return self.folder is not None

    @property
    def is_loopback(self) -> bool:
        """True when the source is on this machine, so that its private address may be read."""
        host = urllib.parse.urlsplit(self.spec).hostname or ""
        return self.is_served_here or host in {"localhost", "::1"} or host.startswith("127.")

    def harvest_sources(self, port: int) -> list[HarvestSource]:
        """The sources to add, given the port of the stand-in."""
        if self.spec == SAMPLE:
            return sample_sources(port)
        if self.folder:
            return [HarvestSource("iati-files", f"http://{HOST}:{port}/bds", BULK, title=self.folder.name)]
        if self.type:
            return [HarvestSource("iati-service", self.spec, self.type, title=self.spec)]
        return []


def sample_sources(port: int) -> list[HarvestSource]:
    """Both kinds, so that each harvester is seen at work; a sample's publisher is in one of them only."""
    served = f"http://{HOST}:{port}"
    return [
        HarvestSource("exemples-iati-bulk", f"{served}/bds", BULK, title="Exemples (IATI Bulk Data Service)"),
        HarvestSource(
            "exemples-iati-registry", f"{served}/registry", REGISTRY, title="Exemples (IATI Registry)"
        ),
    ]


def understood(spec: str) -> Origin:
    """The origin that a ``--source`` value names.

    Raises:
        PortalError: none of the forms fits, or the service does not answer like one.
    """
    if spec == NONE:
        return Origin(spec)
    if spec == SAMPLE:
        return Origin(spec, folder=SAMPLE_FOLDER)
    if "://" in spec:
        return Origin(spec.rstrip("/"), type=service_type(spec.rstrip("/")))
    folder = Path(spec).resolve()
    if not folder.is_dir():
        raise PortalError("error.source", source=spec, reason="no such folder")
    return Origin(str(folder), folder=folder)


#: A page that only that kind of service answers; the bulk data service has changed its names once.
SIGNS = (
    (REGISTRY, "/api/3/action/package_search?rows=0"),
    (BULK, "/datasets-minimal"),
    (BULK, "/dataset-index-minimal.json"),
    (UDATA, "/api/1/datasets/?page_size=1"),
)
#: What an address of files, or of a list of them, ends with.
FILES = (".xml", ".xml.gz", ".zip", ".txt", ".csv")
SECONDS = 20


def service_type(url: str) -> str:
    """Asks the service what it is, by the pages that one or the other kind answers.

    Raises:
        PortalError: it answers like none of them.
    """
    if urllib.parse.urlsplit(url).path.lower().endswith(FILES):
        return URLS
    reason = "404"
    for kind, page in SIGNS:
        try:
            with requests.get(url + page, timeout=SECONDS, stream=True) as answer:
                if answer.ok:
                    return kind
                reason = str(answer.status_code)
        except requests.RequestException as error:
            reason = type(error).__name__
            break
    raise PortalError("error.source", source=url, reason=reason)
