"""``ess-iati extract``: lines or one object, streamed, with what is wrong on the error stream."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ckanext.ess.tests.unit.test_extract import NEW

COMMAND = [sys.executable, "-m", "ckanext.ess.commands", "extract"]


def command(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command."""
    return subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, timeout=60, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two activities, the second with a currency that does not exist."""
    path = tmp_path / "activities.xml"
    second = NEW.replace("123456782-1", "123456782-2").replace('currency="USD"', 'currency="FRANC"')
    path.write_text(f'<iati-activities version="2.03">\n{NEW}\n{second}\n</iati-activities>', "utf-8")
    return path


def test_a_line_for_each_activity(file: Path):
    """All texts, shares, sums in three currencies."""
    done = command(str(file), "--lang", "fr")
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = map(json.loads, done.stdout.decode().splitlines())
    assert first["titles"] == {"fr": "Puits", "en": "Wells"}
    assert first["shares"]["countries"] == {"SN": 0.6, "ML": 0.4}
    budget = first["money"][0]
    assert (budget["type"], budget["amount"], budget["eur"], budget["usd"]) == (
        "budget",
        "6000",
        "6000.00",
        "6494.28",
    )
    assert [transaction["value"] for transaction in first["transactions"]] == ["10.10", "20.20", "1"]
    assert second["money"][1]["currency"] == ""
    assert "eur" not in second["money"][1]
    assert second["problems"][0]["code"] == "currency"
    assert second["problems"][0]["line"] == file.read_text().partition("FRANC")[0].count("\n") + 1
    assert "FRANC" in second["problems"][0]["explanation"]


def test_one_object(file: Path):
    """The same activities in a list; the file may come from standard input."""
    done = command("-", "--format", "json", "--lang", "en", given=file.read_bytes())
    whole = json.loads(done.stdout)
    assert done.returncode == 0
    assert whole["version"] == "2.03"
    assert len(whole["activities"]) == 2
    assert whole["problems"] == []
    assert whole["rates_until"] >= "2026"


@pytest.mark.parametrize("shape", ["json", "jsonl"])
def test_a_file_that_breaks_off(file: Path, shape: str):
    """What could be read is printed, the rest is told, and the status says so."""
    done = command("-", "--format", shape, "--lang", "en", given=file.read_bytes()[:-300])
    assert done.returncode == 2
    assert b"-: line 57: A tag is not closed" in done.stderr
    text = done.stdout.decode()
    assert len(json.loads(text)["activities"] if shape == "json" else text.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "vide"),
        (b"a;b\n1;2\n", "tableau"),
    ],
)
def test_other_files(text: bytes, said: str):
    """A sentence, and no activity."""
    done = command("-", "--lang", "fr", given=text)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode() or "aucune donnée" in done.stderr.decode()


def test_rates_of_ones_own(file: Path, tmp_path: Path):
    """A newer table serves instead of ours; one that is none is told."""
    table = tmp_path / "rates.tsv"
    table.write_text(
        "year\tcurrency\tper_euro\tfirst_day\tlast_day\tdays\n2024\tUSD\t2\t2024-01-01\t2024-12-31\t9\n"
    )
    row = json.loads(command(str(file), "--rates", str(table)).stdout.splitlines()[0])["money"][0]
    assert row["usd"] == "12000.00"
    table.write_text("year\tcurrency\nthis\tis none\n")
    done = command(str(file), "--rates", str(table), "--lang", "en")
    assert done.returncode == 2
    assert b"no table of exchange rates" in done.stderr


def test_an_organisation_file():
    """Names, budgets in three currencies, documents."""
    text = b"""<iati-organisations version="2.03"><iati-organisation default-currency="XOF">
      <organisation-identifier>FR-RCS-123456782</organisation-identifier>
      <name><narrative xml:lang="fr">Les Amis</narrative></name>
      <recipient-country-budget status="2"><recipient-country code="SN"/><period-start iso-date="2024-01-01"/>
      <value>655957</value></recipient-country-budget></iati-organisation></iati-organisations>"""
    done = command("-", "--format", "json", given=text)
    [found] = json.loads(done.stdout)["organisations"]
    assert done.returncode == 0
    assert (found["names"], found["key"]) == ({"fr": "Les Amis"}, "FR-RCS-123456782")
    assert found["money"][0]["to"] == "SN"
    assert (found["money"][0]["amount"], found["money"][0]["eur"]) == ("655957", "1000.00")
