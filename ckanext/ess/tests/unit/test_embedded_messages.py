"""Every sentence exists in both languages, with the same blanks, and every sentence is said somewhere."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from ckanext.ess.embedded import command, messages
from ckanext.ess.embedded.errors import Exit, PortUsed
from ckanext.ess.embedded.messages import sentence, sentences

EMBEDDED = Path(messages.__file__).parent
SOURCE = "\n".join(path.read_text() for path in EMBEDDED.rglob("*.py"))


def blanks(text: str) -> set[str | None]:
    """Names to be filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sentences())
def test_both_languages(key: str):
    """Same blanks, no empty sentence."""
    row = sentences()[key]
    assert row["en"]
    assert row["fr"]
    assert blanks(row["en"]) == blanks(row["fr"])


@pytest.mark.parametrize("key", sentences())
def test_no_sentence_is_left_over(key: str):
    """A key is written in the code, whole or by its family (``step.…``)."""
    family = key.partition(".")[0]
    assert f'"{key}"' in SOURCE or (family in {"step", "status", "harvest"} and f'f"{family}.' in SOURCE)


def test_no_sentence_is_missing():
    """Keys in the code exist."""
    said = set(re.findall(r'"((?:error|up|down|run|reset|step|status)\.[a-z.]+)"', SOURCE))
    assert said <= set(sentences())


@pytest.mark.parametrize(
    ("locale", "language"),
    [("fr_FR.UTF-8", "fr"), ("fr", "fr"), ("en_US.UTF-8", "en"), ("C", "en"), ("de_DE", "en"), ("", "en")],
)
def test_the_terminal_chooses(monkeypatch: pytest.MonkeyPatch, locale: str, language: str):
    """English unless the locale is French."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert messages.language() == language


def test_a_refusal_is_one_line(monkeypatch: pytest.MonkeyPatch):
    """In the reader's language, with its values."""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert str(PortUsed("error.port", port=80)).startswith("Le port 80 est utilisé")
    assert "\n" not in sentence("error.port", port=80)


@pytest.mark.parametrize("status", [status for status in Exit if status is not Exit.INTERRUPTED])
def test_exit_statuses_are_documented(status: Exit):
    """``ess-portal --help`` explains each number."""
    assert re.search(rf"\b{int(status)} \w", command.__doc__ or "")


@pytest.mark.parametrize(
    "arguments", [[], ["up", "--port", "70000"], ["up", "--port", "x"], ["run"], ["fly"]]
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    """argparse's own status and text."""
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == Exit.USAGE
    assert "usage: ess-portal" in capsys.readouterr().err
