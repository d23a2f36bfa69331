"""Checks for people without an account: how much one may ask for, and where too much is refused."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import Any, BinaryIO

from flask import g, has_request_context, request

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.iati.read import Limits
from ckanext.ess.iati.validate import Options, Report
from ckanext.ess.iati.validate.run import validate
from ckanext.ess.jobs import checks as job
from ckanext.ess.jobs.tables import table_report
from ckanext.ess.schema import language
from ckanext.ess.sources.addresses import public_form
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.limits import Limits as Cost
from ckanext.ess.sources.table_schemas import reference
from ckanext.ess.store import checks, turns
from ckanext.ess.store.harvest import utcnow
from ckanext.ess.tables import TableLimits, TableOptions

HOUR = 3600
TOO_LARGE, TOO_MANY = 413, 429
#: Seconds that an answer may take to come, and the reading of a file, while the caller waits.
_FETCH_SECONDS, _READ_SECONDS = 15, 20.0
_IN_MEMORY = 4 * 1024 * 1024
_LONGEST_NAME = 200
_MOST_FINDINGS = 1000


class Refused(tk.ValidationError):
    """Too much was asked for; ``status`` is the HTTP status that says so, ``seconds`` when to come again."""

    def __init__(self, status: int, field: str, sentence: str, seconds: int = 0) -> None:
        super().__init__({field: [sentence]})
        self.status, self.sentence, self.seconds = status, sentence, seconds
        if has_request_context():
            g.ess_refused = self


def client_address() -> str:
    """Where the request comes from: what the outermost of our own proxies saw, else the connection itself."""
    proxies = config.check_proxies()
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    if proxies and len(told) >= proxies:
        return told[-proxies]
    return request.remote_addr or ""


def take_turn() -> None:
    """Count a check.

    Raises:
        Refused: this client, or everybody, has had enough of them.
    """
    within("check", turns.Share(config.checks_per_hour(), config.checks_per_hour_total(), HOUR))


def within(what: str, share: turns.Share) -> None:
    """Count something that strangers may ask for.

    Raises:
        Refused: this client, or everybody, has had enough of it.
    """
    seconds = turns.wait(what, client_address(), share) if has_request_context() else 0
    if seconds:
        minutes = -(-seconds // 60)
        said = tk.ungettext(
            "Many files were checked from your network lately. Please come back in {number} minute.",
            "Many files were checked from your network lately. Please come back in {number} minutes.",
            minutes,
        )
        raise Refused(TOO_MANY, "message", said.format(number=minutes), seconds)


def too_large(field: str, most: int) -> Refused:
    """The refusal of a file on the page."""
    said = tk._("This file is larger than {number} MB, the most that is checked here.")
    return Refused(TOO_LARGE, field, said.format(number=megabytes(most)))


def too_large_for_api(field: str, most: int) -> Refused:
    """The refusal of a file by the action: the page takes larger ones."""
    said = tk._(
        "This file is larger than {number} MB, the most that is checked while you wait. "
        "The page {page} takes larger ones, up to {most} MB."
    )
    page = tk.url_for("ess_check.index", qualified=True)
    numbers = {"number": megabytes(most), "most": megabytes(config.check_bytes())}
    return Refused(TOO_LARGE, field, said.format(page=page, **numbers))


def megabytes(size: int) -> int:
    """A size in bytes as whole megabytes."""
    return size // (1024 * 1024)


def schema_of(text: str) -> str:
    """What a table is to be checked against, as a visitor says; empty for IATI.

    Raises:
        ValidationError: it is the name or address of no Table Schema.
    """
    try:
        return text.strip() if reference(text) else ""
    except SourceError as error:
        sentence = error.sentence(language.current())
        raise tk.ValidationError({"schema": [sentence], "message": [sentence]}) from error


def begin(*, name: str = "", url: str = "", content: bytes | None = None, schema: str = "") -> str:
    """Have a file checked in the background and return the secret name of its result.

    Args:
        name: of an uploaded file.
        url: address of the file, where it is not uploaded.
        content: the uploaded file.
        schema: as :func:`schema_of` gives it.
    """
    check = checks.Check(
        name=name[:_LONGEST_NAME],
        url=url,
        content=content,
        facts={"table_schema": schema} if schema else {},
        expires=utcnow() + timedelta(hours=config.check_hours_kept()),
    )
    checks.add(check)
    job.send(check.token)
    return check.token


def now(data: dict[str, Any]) -> Report:
    """Check a small file, given or at an address, while the caller waits.

    Raises:
        Refused: it is too large.
        ValidationError: its address could not be read, or its schema is none.
    """
    most, schema = config.check_api_bytes(), schema_of(data.get("schema") or "")
    limits = Limits(size=10 * most, seconds=_READ_SECONDS)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as stream:
        name = (
            _fetched(data["url"], stream, most) if data.get("url") else _copied(data["upload"], stream, most)
        )  # type: ignore[arg-type]
        stream.seek(0)
        if schema:
            tables = TableLimits(size=most, unpacked=10 * most, seconds=_READ_SECONDS)
            return table_report(stream, name, schema, TableOptions(tables, _MOST_FINDINGS))  # type: ignore[arg-type]
        return validate(stream, Options(limits=limits, max_findings=_MOST_FINDINGS), name=name)  # type: ignore[arg-type]


def _fetched(url: str, into: BinaryIO, most: int) -> str:
    http = Http(allow_private=config.http_allow_private(), pause=0)
    try:
        http.download(url, into, limits=Cost(max_bytes=most, seconds=_FETCH_SECONDS, tries=1))
    except SourceError as error:
        if error.code == "http.large":
            raise too_large_for_api("url", most) from error
        raise tk.ValidationError({"url": [error.sentence(language.current())]}) from error
    finally:
        http.close()
    return public_form(url)


def _copied(upload: Any, into: BinaryIO, most: int) -> str:
    """Copy an upload, a file of a form or a text, and return its name."""
    if isinstance(upload, str):
        content, name = upload.encode("utf-8", "replace"), "upload"
    else:
        content, name = upload.stream.read(most + 1), upload.filename or ""
    if len(content) > most:
        raise too_large_for_api("upload", most)
    into.write(content)
    return name[:_LONGEST_NAME]
