"""Anyone has a file checked here, without an account: the form, the wait, the result, its downloads."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response
from redis.exceptions import RedisError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.jobs import checks as job
from ckanext.ess.logic import checks as asking
from ckanext.ess.logic.checks import Refused
from ckanext.ess.schema import language
from ckanext.ess.sources.addresses import public_form, split
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.store import checking, checks
from ckanext.ess.store.checks import Check
from ckanext.ess.views import downloads
from ckanext.ess.views.report import PAGE, Report, chosen, matching, with_excerpts

ess_check = Blueprint("ess_check", __name__, url_prefix="/validate")

#: What a form adds to the file it carries.
_ENVELOPE = 64 * 1024
_SEE_OTHER, _BAD, _GONE, _BUSY = 303, 400, 404, 503


@ess_check.url_value_preprocessor
def limit(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Refuse what is too large before it is received; CSRF protection already reads the form."""
    tk.request.max_content_length = config.check_bytes() + _ENVELOPE  # type: ignore[attr-defined]


@ess_check.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> tuple[Response, int]:
    """Say how large a file may be."""
    refused = asking.too_large("upload", config.check_bytes())
    return _form(refused.sentence), refused.status


@ess_check.before_request
def closed() -> None:
    """A portal that checks nothing has no such page."""
    if not config.validation_enabled():
        tk.abort(404)


@ess_check.get("")
def index() -> Response:
    """The form."""
    return _form()


@ess_check.post("")
def begin() -> Response | tuple[Response, int]:
    """Take a file or an address, and lead to the result to come."""
    url = tk.request.form.get("url", "").strip()[:2000]
    try:
        schema = asking.schema_of(_schema())
        given = _address(url) if url else _upload()
        asking.take_turn()
        token = asking.begin(**given, schema=schema)
    except Refused as refused:
        answer = _form(refused.sentence, url)
        if refused.seconds:
            answer.headers["Retry-After"] = str(refused.seconds)
        return answer, refused.status
    except tk.ValidationError as error:
        return _form(" ".join(error.error_dict["message"]), url), _BAD
    except RedisError:
        return _form(
            tk._("Nothing can be checked for the moment. Please try again in a few minutes."), url
        ), _BUSY
    return tk.redirect_to(tk.url_for("ess_check.result", token=token), _code=_SEE_OTHER)


@ess_check.get("/<token>")
def result(token: str) -> Response | tuple[Response, int]:
    """The result, or that it is still to come."""
    check = checks.find(token)
    if check is None:
        return _quiet(tk.render("ess/check/gone.html")), _GONE
    if checks.is_forgotten(check):
        job.send(check.token)
    page = tk.render("ess/check/result.html", {"check": _plain(check), "report": _report(check)})
    return _quiet(page)


@ess_check.get("/<token>/report.<shape>")
def download(token: str, shape: str) -> Response | tuple[Response, int]:
    """All findings of a result, for programs."""
    check = checks.find(token)
    if check is None or check.finished is None or shape not in downloads.SHAPES:
        return _quiet(tk.render("ess/check/gone.html")), _GONE
    lang = language.current()
    shown = {"file": check.name or public_form(check.url), **checking.shown(check, lang)}
    return downloads.answer(shape, shown, checking.kept(check), "report")


def _form(problem: str = "", url: str = "") -> Response:
    most = asking.megabytes(config.check_bytes())
    shown = {"problem": problem, "url": url, "most": most, "hours": config.check_hours_kept()}
    return make_response(tk.render("ess/check/index.html", shown))


def _schema() -> str:
    """The schema of a table: an address, or else the kind of file that was chosen."""
    form = tk.request.form
    return (form.get("schema_url", "").strip() or form.get("schema", ""))[:2000]


def _address(url: str) -> dict[str, Any]:
    try:
        split(url)
    except SourceError as error:
        raise tk.ValidationError({"message": [error.sentence(language.current())]}) from error
    return {"url": url}


def _upload() -> dict[str, Any]:
    upload = tk.request.files.get("upload")
    if upload is None or not upload.filename:
        raise tk.ValidationError({"message": [tk._("Choose a file, or give the address of one.")]})
    content = upload.stream.read(config.check_bytes() + 1)
    if len(content) > config.check_bytes():
        raise asking.too_large("upload", config.check_bytes())
    return {"name": upload.filename, "content": content}


def _report(check: Check) -> Report:
    lang, wanted = language.current(), chosen(tk.request.args)
    shown, address = checking.shown(check, lang), tk.url_for("ess_check.result", token=check.token)
    if not wanted.lists or check.finished is None:
        return Report(shown, address, wanted)
    found = matching(checking.findings(check, lang), wanted)
    start = (wanted.page - 1) * PAGE
    listed = with_excerpts(found[start : start + PAGE], shown["rules"])
    return Report(shown, address, wanted, listed, len(found))


def _plain(check: Check) -> dict[str, str]:
    return {
        "token": check.token,
        "name": check.name,
        "url": public_form(check.url) if check.url else "",
        "expires": check.expires.isoformat(),
    }


def _quiet(page: str) -> Response:
    """A page for whoever has its link: no cache keeps it, no search engine lists it, no site learns of it."""
    tk.request.environ["__no_cache__"] = True
    answer = make_response(page)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
