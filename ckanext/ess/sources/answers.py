"""What an answer means: its status, the remote's own words, a JSON body."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ckanext.ess.sources.errors import (
    SourceDenied,
    SourceError,
    SourceInvalid,
    SourceMissing,
    SourceRefused,
    SourceUnavailable,
)
from ckanext.ess.sources.json_listing import check_depth
from ckanext.ess.sources.records import as_record, clean, text_of

#: How much of an error's body is read for its words, and how much of them is repeated.
WORDS_BYTES = 4_096
_WORDS_LENGTH = 200

_MISSING = frozenset({404, 410})
_DENIED = frozenset({401, 403, 407, 451})
_BUSY = frozenset({408, 425, 429})
_SERVER_FAULT = 500


def status_error(status: int, url: str, body: bytes, retry_after: str) -> SourceError:
    """The error of an answer that is not the one hoped for.

    Args:
        status: the HTTP status.
        url: how the sentence names the address.
        body: the beginning of the body.
        retry_after: the header of that name, or empty.
    """
    said = words_of(body)
    text = f" (“{said}”)" if said else ""
    if status in _MISSING:
        return SourceMissing("http.status", url=url, status=status, said=text)
    if status in _DENIED:
        return SourceDenied("http.status", url=url, status=status, said=text)
    if status not in _BUSY and status < _SERVER_FAULT:
        return SourceInvalid("http.status", url=url, status=status, said=text)
    error = SourceUnavailable("http.status", url=url, status=status, said=text)
    error.retry_after = seconds_to_wait(retry_after)
    return error


def seconds_to_wait(header: str, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date; nothing when it is neither.

    >>> seconds_to_wait("120")
    120.0
    """
    text = header.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - (now or datetime.now(timezone.utc))).total_seconds())


def words_of(body: bytes) -> str:
    """What a server says of an error: the message of a JSON answer, the title of a page, or the text."""
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        return _cut(_json_words(text))
    if text.startswith("<"):
        title = re.search(r"<title[^>]{0,200}>([^<]{1,500})", text, re.IGNORECASE)
        return _cut(html.unescape(title[1])) if title else ""
    return _cut(text)


def _json_words(text: str) -> str:
    try:
        record = as_record(json.loads(text)) or {}
    except (ValueError, RecursionError):
        return ""
    inner = as_record(record.get("error")) or record
    return text_of(inner, "message", "detail", "title", "__type") or text_of(record, "error", "message")


def _cut(text: str) -> str:
    words = " ".join(clean(text).split())
    return words if len(words) <= _WORDS_LENGTH else words[: _WORDS_LENGTH - 1] + "…"


def json_of(body: bytes, url: str) -> object:
    """The JSON value of a body.

    Raises:
        SourceInvalid: it is not JSON; the sentence says what it is instead.
        SourceRefused: it is nested too deep.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        said = words_of(body[:WORDS_BYTES])
        raise SourceInvalid("json.html", url=url, said=f" (“{said}”)" if said else "")
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise SourceInvalid("json.syntax", url=url, said=f"not UTF-8: {error.reason}") from error
    except json.JSONDecodeError as error:
        said = f"{error.msg}, line {error.lineno}" if body.strip() else "the answer is empty"
        raise SourceInvalid("json.syntax", url=url, said=said) from error
    except RecursionError:
        raise SourceRefused("json.deep", url=url, depth="30") from None
    except ValueError as error:
        raise SourceInvalid("json.syntax", url=url, said=error) from error
    check_depth(value, url)
    return value


def _no_constant(word: str) -> Mapping[str, object]:
    raise ValueError(f"{word} is not JSON")
