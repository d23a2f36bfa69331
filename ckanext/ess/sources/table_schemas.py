"""The Table Schema that a resource names: built in, or fetched from allowed servers, and kept a while."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, Protocol, cast

from ckanext.ess.sources.addresses import public_form, split
from ckanext.ess.sources.answers import json_of
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceMissing, SourceRefused
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.limits import Limits
from ckanext.ess.tables.builtin import builtin

CATALOGUE = "schema.data.gouv.fr"
#: Servers of the French catalogue and those where its schemas are kept.
HOSTS = (CATALOGUE, "gitlab.com", "git.opendatafrance.net", "raw.githubusercontent.com")
ANY_HOST = "*"
SCHEMA_LIMITS = Limits(max_bytes=1024 * 1024, seconds=30, tries=2)
#: Seconds for which a copy is used without asking whether there is a newer one.
FRESH = 3600

_NAME = re.compile(r"([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?:[ @]v?(\d[\w.-]*|latest))?")
_PAGE = re.compile(
    r"/(?:schemas/)?([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?:/v?(\d[\w.-]*|latest))?/?(?:schema\.json)?"
)
_ALONE = frozenset({"subventions", "scdl-subventions"})


class Reference(NamedTuple):
    """A schema as a resource names it: a name of the French catalogue and a version, or an address."""

    name: str = ""
    version: str = ""
    url: str = ""


class Kept(NamedTuple):
    """A copy of a schema: the server's mark of it, when it was last compared (seconds), the text."""

    etag: str
    checked: float
    body: bytes


class Cache(Protocol):
    """Where copies are kept; a cache may forget."""

    def get(self, url: str) -> Kept | None:
        """The copy of an address."""
        ...

    def put(self, url: str, kept: Kept) -> None:
        """Keep a copy."""
        ...


class NoCache:
    """Keeps nothing."""

    def get(self, url: str) -> Kept | None:  # noqa: ARG002
        """Nothing."""
        return None

    def put(self, url: str, kept: Kept) -> None:
        """Forget it."""


class SchemaUnknown(SourceError):
    """What the resource names is neither a name nor an address of a schema."""


def reference(text: str) -> Reference | None:
    """Return what a resource's field names; None for no Table Schema: nothing, or an IATI version.

    Raises:
        SchemaUnknown: something else.

    >>> reference("scdl/subventions@2.1.1")
    Reference(name='scdl/subventions', version='2.1.1', url='')
    >>> reference("iati-activities-2.03") is None
    True
    """
    wanted = text.strip()
    if not wanted or wanted.casefold().startswith("iati"):
        return None
    if wanted.casefold() in _ALONE:
        return Reference(wanted.casefold())
    if found := _NAME.fullmatch(wanted):
        return Reference(found[1], _version(found[2]))
    if not wanted.casefold().startswith(("https://", "http://")):
        raise SchemaUnknown("schema.unknown", value=wanted[:200])
    parts = split(wanted)
    if parts.hostname == CATALOGUE and (found := _PAGE.fullmatch(parts.path)):
        return Reference(found[1], _version(found[2]))
    return Reference(url=wanted)


def _version(text: str | None) -> str:
    return "" if text in {None, "latest"} else str(text)


class SchemaSource:
    """Finds schemas.

    Args:
        http: how to get them; None to use only those that are built in.
        cache: where copies are kept.
        hosts: names of the servers that may be asked; ``*`` for any.
        now: the time in seconds.
    """

    def __init__(
        self,
        http: Http | None,
        cache: Cache | None = None,
        hosts: Collection[str] = HOSTS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._http, self._cache, self._hosts, self._now = http, cache or NoCache(), hosts, now

    def get(self, wanted: Reference) -> Mapping[str, Any]:
        """Return the descriptor of a schema, as it came: nothing of it was checked.

        Raises:
            SchemaUnknown: it is neither built in nor to be fetched.
            SourceError: it could not be fetched, and there is no copy.
        """
        if wanted.name and (own := builtin(wanted.name, wanted.version)):
            return own
        url = (
            wanted.url
            or f"https://{CATALOGUE}/schemas/{wanted.name}/{wanted.version or 'latest'}/schema.json"
        )
        if self._http is None or (wanted.name and "/" not in wanted.name):
            raise SchemaUnknown("schema.unknown", value=wanted.url or wanted.name)
        body = self._body(url, self._http)
        found: Any = json_of(body, public_form(url))
        if not isinstance(found, dict):
            raise SourceInvalid("schema.shape", url=public_form(url))
        # The catalogue's name says more than the one in the file, which may be "schema".
        descriptor = cast("dict[str, Any]", found)
        return {**descriptor, "name": wanted.name} if wanted.name else descriptor

    def _body(self, url: str, http: Http) -> bytes:
        self._allow(url)
        kept = self._cache.get(url)
        if kept and 0 <= self._now() - kept.checked < FRESH:
            return kept.body
        try:
            fetched = self._fetched(url, http, kept)
        except (SourceMissing, SourceRefused):
            raise
        except SourceError:
            # The server has its bad day; the schema of last week is the schema of today, nearly always.
            if kept:
                return kept.body
            raise
        self._cache.put(url, fetched)
        return fetched.body

    def _fetched(self, url: str, http: Http, kept: Kept | None) -> Kept:
        with tempfile.SpooledTemporaryFile(max_size=SCHEMA_LIMITS.max_bytes) as target:
            got = http.download(url, target, etag=kept.etag if kept else "", limits=SCHEMA_LIMITS)  # type: ignore[arg-type]
            if kept and got.not_modified:
                return kept._replace(checked=self._now())
            self._allow(got.url)
            target.seek(0)
            body = target.read()
        json_of(body, public_form(url))
        return Kept(got.etag, self._now(), body)

    def _allow(self, url: str) -> None:
        host = split(url).hostname or ""
        if ANY_HOST not in self._hosts and host not in self._hosts:
            raise SourceRefused("schema.host", url=public_form(url), host=host)
