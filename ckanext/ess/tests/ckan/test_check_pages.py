"""The page where anyone has a file checked, and the action that does the same for programs."""

from __future__ import annotations

import gzip
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from ckan import model
from ckan.lib.redis import connect_to_redis

from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.iati.validate.formats.json import report_dict
from ckanext.ess.jobs import checks as job
from ckanext.ess.store import checks
from ckanext.ess.store.checks import LEASE, MOST_TRIES, Check
from ckanext.ess.store.harvest import utcnow
from ckanext.ess.tests.ckan.hostile import LONG, hostile, outside_bdi, scripts
from ckanext.ess.tests.ckan.validation_portal import act, iati

pytestmark = pytest.mark.usefixtures("validation_portal", "fresh_turns")

FILE = iati("<what-is-this/>", '<recipient-country code="XX"/>', "")


@pytest.fixture
def fresh_turns() -> None:
    """Nobody has had a file checked yet."""
    redis = connect_to_redis()
    for key in redis.scan_iter("ess:turns:*"):
        redis.delete(key)


def send(app: Any, content: bytes = b"", name: str = "activités.xml", **fields: Any) -> Any:
    """Send the form, as a browser that follows nothing."""
    sent = {**fields, "upload": (io.BytesIO(content), name)} if content else fields
    return app.post("/validate", data=sent, follow_redirects=False, content_type="multipart/form-data")


def checked(app: Any, content: bytes = b"", **fields: Any) -> str:
    """Send a file, let a worker check it, and return the address of the result."""
    answer = send(app, content, **fields)
    assert answer.status_code == 302, answer.body
    address = answer.headers["Location"].partition("http://test.ckan.net")[2] or answer.headers["Location"]
    job.check(address.rpartition("/")[2])
    return address


def test_the_form_needs_no_account(app: Any):
    """And says what happens to the file."""
    page = app.get("/validate").body
    assert 'type="file"' in page
    assert 'type="url"' in page
    assert "24 hours" in page
    assert "25 MB" in page


def test_a_result_waits_then_shows(app: Any):
    """First a page that refreshes without JavaScript and with it; then the report, and the file is gone."""
    answer = send(app, FILE)
    address = answer.headers["Location"]
    waiting = app.get(address)
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"', waiting.body)
    assert 'hx-trigger="every 2s"' in waiting.body
    token = address.rpartition("/")[2]
    job.check(token)
    page = app.get(address).body
    assert "activités.xml" in page
    assert "refresh" not in page
    assert "<what-is-this/>" not in page
    assert "&lt;what-is-this/&gt;" in page
    model.Session.expire_all()
    assert model.Session.get(Check, token).content is None  # type: ignore[union-attr]


def test_results_are_secret_and_kept_by_no_cache(app: Any):
    """Whoever has the link sees it; nobody else learns of it."""
    address = checked(app, FILE)
    assert len(address.rpartition("/")[2]) >= 32
    answer = app.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert app.get("/validate/0000", status=404)


def test_results_live_for_a_day(app: Any):
    """Then nobody sees them, and they are deleted by the next check or by the command."""
    address = checked(app, FILE)
    model.Session.query(Check).update({"expires": utcnow() - timedelta(seconds=1)})
    model.Session.commit()
    assert app.get(address, status=404)
    assert checks.prune() == 1
    assert model.Session.query(Check).count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x01\x02 no XML", "could not be read"),
        (b"<html><body>404</body></html>", "could not be read"),
        (gzip.compress(FILE), "places"),
        (iati(""), "Nothing to correct"),
    ],
    ids=["binary", "a web page", "compressed", "sound"],
)
def test_every_file_has_an_answer(app: Any, content: bytes, words: str):
    """In a sentence."""
    assert words in app.get(checked(app, content)).body


TABLE = (
    "nomAttribuant,idAttribuant,dateConvention,nomBeneficiaire,idBeneficiaire,objet,montant,nature,"
    "conditionsVersement,notificationUE,pourcentageSubvention\n"
    "Ville,21350238800019,2024-12-31,Les Puits,73282932000074,"
    "Des puits,mille,aide en numéraire,unique,non,1\n"
).encode()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_table_is_checked_against_its_schema(app: Any, lang: str):
    """On the same page, with its rows counted."""
    address = checked(app, TABLE, name="subventions.csv", schema="scdl/subventions")
    page = app.get(f"/{lang}{address}").body
    assert "scdl/subventions" in page
    assert {"en": "1 row", "fr": "1 ligne"}[lang] in page
    assert "montant" in page
    found = json.loads(app.get(f"{address}/report.json").body)
    assert (found["file_type"], found["row_count"]) == ("table", 1)
    assert any(one["params"].get("value") == "mille" for one in found["findings"])


def test_a_schema_that_is_none_is_told_before_the_file_is_read(app: Any):
    """Neither a name nor an address."""
    answer = send(app, TABLE, name="subventions.csv", schema_url="what/is/this/schema")
    assert answer.status_code == 400
    assert "what/is/this/schema" in answer.body
    assert model.Session.query(Check).count() == 0


def test_programs_have_tables_checked_too(app: Any):
    """The action takes the schema's name."""
    sent = {"upload": (io.BytesIO(TABLE), "s.csv"), "schema": "scdl/subventions"}
    address = "/api/3/action/ess_validate"
    answer = app.post(address, data=sent, content_type="multipart/form-data")
    report = json.loads(answer.body)["result"]
    assert (report["file_type"], report["row_count"]) == ("table", 1)
    bad = {"upload": (io.BytesIO(TABLE), "s.csv"), "schema": "no schema"}
    assert app.post(address, data=bad, content_type="multipart/form-data").status_code == 409


def test_a_value_as_long_as_the_file_is_cut_with_a_mark(app: Any):
    """A hundred findings do not repeat a megabyte a hundred times; the filter still finds the activity."""
    long = iati('<recipient-country code="XX"/>' * 100).replace(b"-1</iati-id", b"A" * 500_000 + b"</iati-id")
    sent = {"upload": (io.BytesIO(long), "long.xml")}
    answer = app.post("/api/3/action/ess_validate", data=sent, content_type="multipart/form-data")
    found = json.loads(answer.body)["result"]["findings"]
    assert len(found) >= 100
    assert len(answer.body) < 1_000_000
    activity = found[0]["activity"]
    assert len(activity) == 501
    assert activity.endswith("…")
    address = checked(app, long)
    shown = app.get(address, query_string={"activity": activity}).body
    assert shown.count("ess-finding-where") >= 50


def test_an_address_that_does_not_answer(app: Any):
    """Is a verdict like another."""
    page = app.get(checked(app, url="http://127.0.0.1:9/x.xml")).body
    assert "could not be read" in page
    assert "http://127.0.0.1:9/x.xml" in page


@pytest.mark.ckan_config("ckanext.ess.http.allow_private", False)
@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://169.254.169.254/latest", "http://[::1]/"])
def test_private_addresses_are_not_read(app: Any, url: str):
    """The portal is nobody's way into its own network."""
    assert "private or reserved network" in app.get(checked(app, url=url)).body


@pytest.mark.parametrize("url", ["ftp://example.org/x.xml", "file:///etc/passwd", "no address"])
def test_what_is_no_address_is_refused(app: Any, url: str):
    """At once, with a sentence, and what was typed is still there."""
    answer = send(app, url=url)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.body
    assert f'value="{url}"' in answer.body


def test_nothing_sent_is_refused(app: Any):
    """An empty form says what is missing."""
    answer = send(app)
    assert answer.status_code == 400
    assert "Choose a file" in answer.body


@pytest.mark.ckan_config("ckanext.ess.check.max_megabytes", 1)
@pytest.mark.parametrize("size", [1024 * 1024 + 1, 3 * 1024 * 1024], ids=["a byte", "by far"])
def test_files_that_are_too_large_are_refused(app: Any, size: int):
    """413 and a sentence, before anything is kept."""
    answer = send(app, b"x" * size)
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.body
    assert model.Session.query(Check).count() == 0


@pytest.mark.ckan_config("ckanext.ess.check.per_hour", 2)
def test_one_client_has_its_share(app: Any):
    """429, a sentence, and when to come again; another client is served."""
    for _ in range(2):
        assert send(app, FILE).status_code == 302
    answer = send(app, FILE)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "minute" in answer.body
    other = app.post("/validate", data={"url": "http://127.0.0.1:9/"}, follow_redirects=False,
                     environ_overrides={"REMOTE_ADDR": "192.0.2.7"})  # fmt: skip
    assert other.status_code == 302


@pytest.mark.ckan_config("ckanext.ess.check.per_hour_total", 2)
def test_everybody_together_has_a_share(app: Any):
    """So that many addresses cannot take the workers; a refusal costs the others nothing."""
    statuses = [
        app.post("/validate", data={"url": "http://127.0.0.1:9/"}, follow_redirects=False,
                 environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"}).status_code
        for number in range(4)
    ]  # fmt: skip
    assert statuses == [302, 302, 429, 429]


@pytest.mark.ckan_config("ckanext.ess.check.per_hour", 1)
@pytest.mark.parametrize(("proxies", "statuses"), [(0, [302, 429]), (1, [302, 302])])
def test_a_forged_header_makes_nobody_else_of_one(
    app: Any, ckan_config: Any, proxies: int, statuses: list[int]
):
    """``X-Forwarded-For`` counts where a proxy of ours writes it, from its end."""
    ckan_config["ckanext.ess.check.proxies"] = proxies
    answers = [
        app.post("/validate", data={"url": "http://127.0.0.1:9/"}, follow_redirects=False,
                 headers={"X-Forwarded-For": f"6.6.6.6, 192.0.2.{number}"})
        for number in (1, 2)
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == statuses


def test_a_dead_workers_file_is_checked_by_another():
    """The row is the claim: nobody takes it twice, and it is free again when its time is over."""
    check = Check(name="x.xml", content=FILE, expires=utcnow() + timedelta(hours=1))
    checks.add(check)
    token = check.token
    assert checks.take(token) is not None
    assert checks.take(token) is None
    model.Session.query(Check).update({"taken": utcnow() - 2 * LEASE})
    model.Session.commit()
    assert checks.is_forgotten(checks.find(token))  # type: ignore[arg-type]
    job.check(token)
    found = checks.find(token)
    assert found is not None
    assert found.status == "invalid"
    assert checks.take(token) is None


def test_a_file_that_kills_workers_is_left_alone(app: Any):
    """After a few tries, and its page says so."""
    check = Check(name="x.xml", content=FILE, expires=utcnow() + timedelta(hours=1), tries=MOST_TRIES)
    checks.add(check)
    model.Session.query(Check).update({"created": utcnow() - 2 * LEASE})
    model.Session.commit()
    assert not checks.is_forgotten(checks.find(check.token))  # type: ignore[arg-type]
    assert checks.take(check.token) is None
    page = app.get(f"/validate/{check.token}").body
    assert "begun 3 times" in page
    assert "refresh" not in page


def test_hostile_words_stay_words(app: Any):
    """Script, text that turns round, lines without end: in the name, the identifiers and the excerpts."""
    name = "<script>alert(1)</script>\u202e.xml"
    address = checked(app, hostile(), name=name)
    for query in ("", "?rule=0.3.1", "?severity=critical", "?activity=FR-RNA-W751234567-2"):
        page = app.get(address + query).body
        assert scripts(page) == []
        assert outside_bdi(page) == []
        assert LONG not in page


@pytest.mark.parametrize(("shape", "reads"), [("json", json.loads), ("official", json.loads), ("csv", str)])
def test_results_are_for_programs_too(app: Any, shape: str, reads: Any):
    """All findings, in the shapes of the command."""
    answer = app.get(f"{checked(app, FILE)}/report.{shape}")
    said = report_dict(validate(io.BytesIO(FILE), Options()), "en")
    assert "attachment" in answer.headers["Content-Disposition"]
    body = reads(answer.body)
    if shape == "json":
        assert body["findings"] == said["findings"]
        assert (body["verdict"], body["summary"]) == (said["verdict"], said["summary"])
    elif shape == "official":
        assert body["summary"] == said["summary"]
        assert body["valid"] == said["valid"]
    else:
        assert len(body.splitlines()) == 1 + len(said["findings"])


# --- the action


def ask(app: Any, **sent: Any) -> Any:
    """Call the action over HTTP, without an account."""
    return app.post("/api/3/action/ess_validate", **sent)


def test_the_action_answers_with_the_commands_report():
    """Word for word, but for the file's name."""
    said = report_dict(validate(io.BytesIO(FILE), Options(max_findings=1000), name="upload"), "en")
    assert act("ess_validate", upload=FILE.decode()) == said


def test_the_action_takes_a_file_without_an_account(app: Any):
    """As a part of a form."""
    answer = ask(app, data={"upload": (io.BytesIO(FILE), "a.xml")}, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert answer.json["result"]["file"] == "a.xml"
    assert answer.json["result"]["verdict"] == "invalid"
    assert model.Session.query(Check).count() == 0


@pytest.mark.ckan_config("ckanext.ess.check.api_megabytes", 1)
def test_the_action_refuses_large_files(app: Any):
    """413, and the sentence names the page."""
    big = (io.BytesIO(b"x" * (1024 * 1024 + 1)), "a.xml")
    answer = ask(app, data={"upload": big}, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "/validate" in answer.json["error"]["upload"][0]


@pytest.mark.ckan_config("ckanext.ess.check.per_hour", 1)
def test_the_action_refuses_too_many(app: Any):
    """429 and when to come again; page and action count together."""
    assert send(app, FILE).status_code == 302
    answer = ask(app, json={"upload": "<x/>"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "sent", [{}, {"url": "http://a.example/", "upload": "<x/>"}, {"url": "http://127.0.0.1:9/"}]
)
def test_the_action_refuses_what_it_cannot_check(app: Any, sent: dict[str, str]):
    """With CKAN's own status and a sentence."""
    answer = ask(app, json=sent)
    assert answer.status_code == 409
    assert any(isinstance(words, list) and words[0] for words in answer.json["error"].values())
