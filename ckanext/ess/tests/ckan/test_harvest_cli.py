"""``ckan ess harvest``, with consumers in processes of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.cli import following
from ckanext.ess.cli.bar import Bar, Progress
from ckanext.ess.harvesters.settings import Settings, read_settings
from ckanext.ess.tests.ckan.harvest_portal import (
    Upstream,
    datasets,
    drain,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
    serving,
)
from ckanext.ess.tests.installed import ROOT


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    for key in ("eau", "riz", "mil"):
        made.dataset(key, "alpha")
    with serving(made):
        yield made


@pytest.fixture
def ckan(harvest_portal: None, cli: Any) -> Any:  # noqa: F811
    """Runs a command; gives its result."""
    from ckan.cli.cli import ckan as command

    def run(*words: str) -> Any:
        return cli.invoke(command, ["ess", "harvest", *words])

    return run


def test_from_nothing_to_the_report(ckan: Any, upstream: Upstream):
    """Add, run with a consumer, run again, read the report; each ends with the status that it promises."""
    added = ckan("add", "sample", f"{upstream.base}/bds", "--type", "iati-bulk", "--publisher", "alpha")
    assert added.exit_code == 0, added.output
    again = ckan("add", "sample", f"{upstream.base}/bds", "--type", "iati-bulk")
    assert "changed" in again.output

    first = ckan("run", "sample", "--with-consumers", "1")
    assert first.exit_code == 0, first.output
    assert "3/3" in first.output
    assert "new 3" in first.output
    assert len(datasets()) == 3

    upstream.dataset("eau", "alpha", country="ML")
    upstream.pages.add("eau")
    ckan("run", "sample", "--no-wait")
    drain()
    second = ckan("run", "sample")
    assert second.exit_code == 1, second.output

    report = json.loads(ckan("report", "sample", "--json").stdout)
    assert report["outcome"] == "partial"
    assert (report["found"], report["updated"], report["unreadable"], report["unchanged"]) == (3, 1, 1, 2)
    assert report["errors"][0]["dataset"] == "alpha-eau"
    assert "HTML" in report["errors"][0]["message"]
    shown = ckan("report", "sample").output
    assert "partly failed" in shown
    assert "alpha-eau" in shown
    assert "sample" in ckan("list").output


def test_a_catalogue_that_is_down(ckan: Any, upstream: Upstream):
    upstream.down = True
    ckan("add", "sample", f"{upstream.base}/registry", "--type", "iati-registry")
    ckan("run", "sample", "--no-wait")
    drain()

    ended = ckan("run", "sample")

    assert ended.exit_code == 2
    assert "503" in ended.output


def test_nobody_consumes(ckan: Any, upstream: Upstream, monkeypatch: pytest.MonkeyPatch):
    """It says so, with what to do, instead of waiting for ever; the job stays in the queue."""
    monkeypatch.setattr(following, "PATIENCE", 1)
    ckan("add", "sample", f"{upstream.base}/bds", "--type", "iati-bulk")

    ended = ckan("run", "sample")

    assert ended.exit_code == 2
    assert "--with-consumers" in ended.output
    assert drain() > 0
    assert len(datasets()) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "nothing"), "no such harvest source"),
        (("report", "nothing"), "no such harvest source"),
        (("add", "x", "http://127.0.0.1/bds", "--type", "other"), "source_type"),
        (("add", "x", "http://127.0.0.1/bds", "--type", "iati-bulk", "--country", "Sénégal"), "two-letter"),
    ],
)
def test_mistakes(ckan: Any, words: tuple[str, ...], said: str):
    ended = ckan(*words)
    assert ended.exit_code == 1
    assert said in ended.output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Settings()),
        (None, Settings()),
        ('{"countries": ["SN"], "downloads": 2}', Settings(countries=("SN",), downloads=2)),
        ('{"publishers": ["a"], "keep": ["notes"]}', Settings(publishers=("a",), keep=("notes",))),
        ('{"language": "en", "max_datasets": 10}', Settings(language="en", max_datasets=10)),
    ],
)
def test_settings(text: str | None, expected: Settings):
    assert read_settings(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "object"),
        ('{"country": "SN"}', "country"),
        ('{"countries": "SN"}', "list"),
        ('{"countries": ["Sénégal"]}', "Sénégal"),
        ('{"file_types": ["xml"]}', "xml"),
        ('{"publishers": [1]}', "list"),
        ('{"publishers": [""]}', "list"),
        ('{"language": "de"}', "language"),
        ('{"max_datasets": -1}', "max_datasets"),
        ('{"max_datasets": true}', "max_datasets"),
        ('{"max_megabytes": "10"}', "max_megabytes"),
        ('{"downloads": 0}', "downloads"),
        ('{"downloads": 99}', "16"),
        ('{"countries": ["X1"], "language": "de"}', "X1"),
    ],
)
def test_settings_that_are_refused(text: str, said: str):
    with pytest.raises(ValueError, match=r".") as refusal:
        read_settings(text)
    assert said in str(refusal.value)


class Terminal:
    """A stream that can be redrawn, or not."""

    def __init__(self, *, tty: bool) -> None:
        self.text, self.tty = "", tty

    def isatty(self) -> bool:
        return self.tty

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None: ...


def test_the_bar_is_one_line_in_a_terminal():
    terminal = Terminal(tty=True)
    bar = Bar(terminal, "sample")  # type: ignore[arg-type]
    bar.show(None)
    for done in range(5):
        bar.show(Progress(total=4, done=done, found=9, new=done, changed=0, unchanged=5, failed=0))
    bar.end()
    assert terminal.text.count("\n") == 1
    assert "4/4" in terminal.text.rpartition("\r")[2]


def test_the_bar_says_the_end_in_a_log():
    log = Terminal(tty=False)
    bar = Bar(log, "sample")  # type: ignore[arg-type]
    for done in (0, 1, 2, 3, 3):
        bar.show(Progress(total=3, done=done, found=3, new=done, changed=0, unchanged=0, failed=0))
    bar.end()
    assert len(log.text.splitlines()) == 2
    assert "3/3" in log.text


def test_the_bar_says_each_thing_once_in_a_log(monkeypatch: pytest.MonkeyPatch):
    """The pace changes with every second that the end is waited for; nothing else does."""
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("ckanext.ess.cli.bar.time.monotonic", lambda: float(next(clock)))
    log = Terminal(tty=False)
    bar = Bar(log, "sample")  # type: ignore[arg-type]
    for done in (1, 3, 3, 3, 3):
        bar.show(Progress(total=3, done=done, found=3, new=done, changed=0, unchanged=0, failed=0))
    assert [line.split()[2] for line in log.text.splitlines()] == ["1/3", "3/3"]


@pytest.fixture
def ckan_with(harvest_portal: None, cli: Any, tmp_path: Path) -> Any:  # noqa: F811
    """Runs a command with other options than those of the tests; a command reads its own configuration."""
    from ckan.cli.cli import ckan as command

    def run(options: str, *words: str) -> Any:
        ini = tmp_path / "other.ini"
        ini.write_text(f"[app:main]\nuse = config:{ROOT / 'test.ini'}\n{options}\n", encoding="utf-8")
        return cli.invoke(command, ["-c", str(ini), "ess", "harvest", *words])

    return run


def test_the_bar_speaks_the_portals_language(ckan_with: Any, upstream: Upstream):
    french = "ckan.locale_default = fr"
    ckan_with(french, "add", "sample", f"{upstream.base}/bds", "--type", "iati-bulk")
    ckan_with(french, "run", "sample", "--no-wait")
    drain()

    ended = ckan_with(french, "run", "sample")

    assert "nouveaux 3" in ended.output, ended.output


def test_a_source_has_an_owner_where_the_portal_wants_one(ckan_with: Any, upstream: Upstream):
    """An organisation made for such sources, the same for all, or the one that is named."""
    wanted = "ckan.auth.create_unowned_dataset = false"
    for name, path, kind in (("one", "bds", "iati-bulk"), ("two", "registry", "iati-registry")):
        added = ckan_with(wanted, "add", name, f"{upstream.base}/{path}", "--type", kind)
        assert added.exit_code == 0, added.output
    assert owner_of("one") == owner_of("two") == "ess-harvest-sources"

    factories.Organization(name="nous")
    third = ("add", "three", f"{upstream.base}/bds", "--type", "iati-bulk", "--country", "SN")
    assert ckan_with(wanted, *third, "--organization", "nous").exit_code == 0
    assert owner_of("three") == "nous"
    assert ckan_with(wanted, *third, "--publisher", "alpha").exit_code == 0
    assert owner_of("three") == "nous"


def owner_of(source: str) -> str:
    return tk.get_action("package_show")({"ignore_auth": True}, {"id": source})["organization"]["name"]


@pytest.mark.parametrize("text", ["{", "[]", '"x"'])
def test_settings_of_the_command_line_are_an_object(text: str, ckan: Any):
    ended = ckan("add", "x", "http://127.0.0.1/bds", "--type", "iati-bulk", "--config", text)
    assert ended.exit_code == 2
    assert "--config" in ended.output
