"""From a spreadsheet to valid IATI: bring it, correct it, take the file away or save it in the portal."""

from __future__ import annotations

import csv
import io
import zlib
from typing import Any

from flask import Blueprint, make_response, send_file
from redis.exceptions import RedisError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.convert.formulas import harmless
from ckanext.ess.iati.convert.template import grids
from ckanext.ess.iati.convert.workbook import MissingLibrary, write_csv, write_xlsx
from ckanext.ess.jobs import conversions as job
from ckanext.ess.logic import checks as asking
from ckanext.ess.logic import publications, publishing
from ckanext.ess.logic.checks import Refused
from ckanext.ess.schema import language
from ckanext.ess.store import conversions
from ckanext.ess.store.converting import Details
from ckanext.ess.views import publish_page
from ckanext.ess.views.corrections import changes

ess_publish = Blueprint("ess_publish", __name__, url_prefix="/publish")

#: What a form adds to the file it carries, and a form of corrections at most.
_ENVELOPE, _CORRECTIONS = 64 * 1024, 4 * 1024 * 1024
_SEE_OTHER, _BAD, _GONE, _BUSY, _CONFLICT = 303, 400, 404, 503, 409
_TEXT = "text/csv; charset=utf-8"


@ess_publish.url_value_preprocessor
def limit(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Refuse what is too large before it is received; CSRF protection already reads the form."""
    tk.request.max_content_length = config.check_bytes() + _ENVELOPE  # type: ignore[attr-defined]
    tk.request.max_form_memory_size = _CORRECTIONS  # type: ignore[attr-defined]


@ess_publish.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> tuple[Response, int]:
    """Say how large a file may be."""
    refused = asking.too_large("upload", config.check_bytes())
    return publish_page.form(refused.sentence), refused.status


@ess_publish.before_request
def closed() -> None:
    """A portal that checks nothing has no such page."""
    if not config.validation_enabled():
        tk.abort(404)


@ess_publish.get("")
def index() -> Response:
    """The form."""
    return publish_page.form()


@ess_publish.post("/who")
def who() -> Response | tuple[Response, int]:
    """The form again, filled with what is known of a SIREN; nothing is saved."""
    said = dict(tk.request.form)
    try:
        found, sentence = publishing.look_up(said.get("organisation_id", "").strip()[:200])
    except Refused as refused:
        return _refused(refused)
    except RedisError:
        found, sentence = {}, _busy()
    filled = {name: text for name, text in found.items() if text}
    kept = {name: text for name, text in said.items() if text and name not in filled}
    return publish_page.form(said={**kept, **filled}, note=sentence, found=bool(found) and not sentence)


@ess_publish.get("/who")
def alone() -> Response:
    """The address of the filled form leads back to an empty one."""
    return tk.redirect_to("ess_publish.index")


@ess_publish.post("")
def begin() -> Response | tuple[Response, int]:
    """Take a sheet, and lead to what comes of it."""
    said = dict(tk.request.form)
    organization = said.get("organization", "")
    try:
        name, content = _upload()
        if organization not in publishing.editors_organizations():
            organization = ""
        elif not said.get("organisation_id"):
            known = publishing.publisher(organization)
            said = {**said, **{key: text for key, text in known.items() if text and not said.get(key)}}
        token = publishing.begin(name, content, said, organization)
    except Refused as refused:
        return _refused(refused, said)
    except tk.ValidationError as error:
        return publish_page.form(" ".join(error.error_dict["message"]), said), _BAD
    except RedisError:
        return publish_page.form(_busy(), said), _BUSY
    return _to(token)


@ess_publish.get("/template.<shape>")
def template(shape: str) -> Response:
    """The sheet to fill in, empty but for examples."""
    lang = tk.request.args.get("lang", "")
    lang = lang if lang in {"fr", "en"} else language.current()
    name = {"fr": "modele", "en": "template"}[lang]
    if shape == "csv":
        text = io.StringIO()
        write_csv(text, grids(lang)[0], lang, with_help=True)
        return _file(text.getvalue().encode("utf-8-sig"), _TEXT, f"{name}.csv")
    if shape != "xlsx":
        tk.abort(404)
    stream = io.BytesIO()
    try:
        write_xlsx(stream, grids(lang), lang, with_help=True)
    except MissingLibrary:
        return tk.redirect_to("ess_publish.template", shape="csv", lang=lang)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(stream.getvalue(), kind, f"{name}.xlsx")


@ess_publish.get("/<token>")
def sheet(token: str) -> Response | tuple[Response, int]:
    """The three steps for one sheet, or that its result is still to come."""
    conversion = conversions.find(token)
    if conversion is None:
        return _gone()
    if conversions.is_forgotten(conversion):
        job.send(token)
    return publish_page.steps(conversion)


@ess_publish.post("/<token>")
def correct(token: str) -> Response | tuple[Response, int]:
    """Take corrections, and convert again."""
    conversion = conversions.find(token)
    if conversion is None:
        return _gone()
    form = tk.request.form
    if conversion.finished is None or form.get("round") != str(conversion.round):
        sentence = tk._(
            "The sheet was converted again meanwhile. Nothing that you sent was changed: please look again."
        )
        return publish_page.steps(conversion, sentence), _CONFLICT
    try:
        publishing.correct(conversion, changes(form, Details(conversion.details)))
    except Refused as refused:
        return publish_page.steps(conversion, refused.sentence), refused.status
    except RedisError:
        return publish_page.steps(conversion, _busy()), _BUSY
    return _to(token)


@ess_publish.post("/<token>/sheet")
def again(token: str) -> Response | tuple[Response, int]:
    """Take the sheet again, corrected elsewhere."""
    conversion = conversions.find(token)
    if conversion is None:
        return _gone()
    try:
        publishing.replace(conversion, *_upload())
    except Refused as refused:
        return publish_page.steps(conversion, refused.sentence), refused.status
    except tk.ValidationError as error:
        return publish_page.steps(conversion, " ".join(error.error_dict["message"])), _BAD
    except RedisError:
        return publish_page.steps(conversion, _busy()), _BUSY
    return _to(token)


@ess_publish.post("/<token>/save")
def save(token: str) -> Response | tuple[Response, int]:
    """Save the files in the portal."""
    conversion = conversions.find(token)
    if conversion is None:
        return _gone()
    if not tk.current_user.is_authenticated:
        tk.abort(403, tk._("Log in to save files in this portal."))
    if not conversion.result.get("written"):
        return publish_page.steps(conversion, tk._("There is no file to save yet.")), _CONFLICT
    form = tk.request.form
    dataset, _, resource = form.get("target", "").partition("/")
    try:
        publications.save(conversion, dataset, resource, form)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not change this dataset."))
    except tk.ObjectNotFound:
        return tk.abort(404)
    except tk.ValidationError as error:
        said = " ".join(" ".join(words) for words in error.error_summary.items())
        return publish_page.steps(conversion, said), _BAD
    return tk.redirect_to(
        tk.url_for("ess_publish.sheet", token=token, _anchor="ess-result"), _code=_SEE_OTHER
    )


@ess_publish.get("/<token>/<kind>.xml")
def download(token: str, kind: str) -> Response | tuple[Response, int]:
    """A file that was made."""
    conversion = conversions.find(token)
    files = {"activities": "activities", "organisation": "organisation"}
    packed: bytes | None = getattr(conversion, files[kind], None) if conversion and kind in files else None
    if conversion is None or packed is None:
        return _gone()
    return _file(zlib.decompress(packed), "application/xml", publications.name_of(conversion, kind))


@ess_publish.get("/<token>/corrections.csv")
def corrections(token: str) -> Response | tuple[Response, int]:
    """Cells that were written over, to be carried into the sheet itself."""
    conversion = conversions.find(token)
    if conversion is None:
        return _gone()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([tk._("Sheet"), tk._("Cell"), tk._("Before"), tk._("After")])
    for name, row, column, after, before in conversion.choices.get("edits", ()):
        cells = (name, Place(name, row, column).address, before, after)
        writer.writerow([harmless(cell) for cell in cells])
    return _file(text.getvalue().encode("utf-8-sig"), _TEXT, "corrections.csv")


def _upload() -> tuple[str, bytes]:
    upload = tk.request.files.get("upload")
    if upload is None or not upload.filename:
        raise tk.ValidationError({"message": [tk._("Choose your spreadsheet.")]})
    content = upload.stream.read(config.check_bytes() + 1)
    if len(content) > config.check_bytes():
        raise asking.too_large("upload", config.check_bytes())
    return upload.filename, content


def _refused(refused: Refused, said: dict[str, str] | None = None) -> tuple[Response, int]:
    answer = publish_page.form(refused.sentence, said or {})
    if refused.seconds:
        answer.headers["Retry-After"] = str(refused.seconds)
    return answer, refused.status


def _busy() -> str:
    return tk._("Nothing can be converted for the moment. Please try again in a few minutes.")


def _gone() -> tuple[Response, int]:
    return publish_page.quiet(tk.render("ess/publish/gone.html")), _GONE


def _to(token: str) -> Response:
    return tk.redirect_to(tk.url_for("ess_publish.sheet", token=token), _code=_SEE_OTHER)


def _file(content: bytes, kind: str, name: str) -> Response:
    sent = make_response(send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name))
    sent.headers["X-Content-Type-Options"] = "nosniff"
    return publish_page.quiet(sent)
