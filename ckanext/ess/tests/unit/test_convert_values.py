"""What people type: dates, amounts, codes, shares, titles. Then the sentences and the declaration."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from ckanext.ess.iati.convert import Problem, messages
from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.convert.columns import FOLDER, LANGUAGES, YEAR, Column, columns, sheets
from ckanext.ess.iati.convert.fields import HANDLERS
from ckanext.ess.iati.convert.titles import understand
from ckanext.ess.iati.convert.values import amounts, codes, dates, shares
from ckanext.ess.iati.convert.values.refused import Refused
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.iati.standard.elements import definition

COLUMNS = [column for sheet in sheets() for column in columns(sheet)]
NBSP, NARROW, THIN = "\xa0", "\u202f", "\u2009"


def refusal(read, *values: str) -> str:
    with pytest.raises(Refused) as refused:
        read(*values)
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("31/01/2025", "2025-01-31"), ("1/2/2025", "2025-02-01"), ("31.01.2025", "2025-01-31"),
        ("31-01-2025", "2025-01-31"), ("31 01 2025", "2025-01-31"), ("2025-01-31", "2025-01-31"),
        ("2025/01/31", "2025-01-31"), ("31/01/2025 00:00:00", "2025-01-31"), ("29/02/2024", "2024-02-29"),
        ("1er mars 2025", "2025-03-01"), ("15 août 2025", "2025-08-15"),
        ("vendredi 31 janvier 2025", "2025-01-31"),
        ("31 janv. 2025", "2025-01-31"), ("March 1st 2025", "2025-03-01"), ("1 March 2025", "2025-03-01"),
        ("45688", "2025-01-31"), (f"31{NBSP}janvier{NBSP}2025", "2025-01-31"),
    ],
)  # fmt: skip
def test_dates(text: str, iso: str):
    assert dates.read(text).iso == iso


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("32/01/2025", "date"), ("29/02/2025", "date"), ("12/31/2025", "date-american"),
        ("mars 2025", "date-month"),
        ("03/2025", "date-month"), ("2025-03", "date-month"), ("2025", "date-only-year"),
        ("31/01/25", "date-short"),
        ("31/01/0205", "date-year"), ("bientôt", "date"), ("12", "date"), ("0", "date"),
        ("99999999", "date"), ("T1 2025", "date"),
        ("-", "date"), ("n/a", "date"), ("31 foo 2025", "date"),
    ],
)  # fmt: skip
def test_no_dates(text: str, code: str):
    assert refusal(dates.read, text) == code


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("1 000,50", "1000.50", ""), (f"1{NBSP}000,50", "1000.50", ""), (f"1{NARROW}000,50", "1000.50", ""),
        (f"1{THIN}000{THIN}000", "1000000", ""), ("1.234.567", "1234567", ""), ("1.234,56", "1234.56", ""),
        ("1,234.56", "1234.56", ""), ("1'234.50", "1234.50", ""), ("1’234.50", "1234.50", ""),
        ("12,5", "12.5", ""),
        ("0,125", "0.125", ""), ("1234,567", "1234.567", ""), ("-500", "-500", ""), ("−500", "-500", ""),
        ("(500,25)", "-500.25", ""), ("(0)", "0", ""), ("500 €", "500", "€"), ("€500", "500", "€"),
        ("500 EUR", "500", "EUR"),
        ("500 euros", "500", "EUR"), ("$ 12", "12", "$"), ("60 %", "60", "%"), ("+3", "3", ""),
        ("007", "7", ""), ("5 000 FCFA", "5000", "FCFA"),
    ],
)  # fmt: skip
def test_numbers(text: str, number: str, unit: str):
    assert tuple(amounts.read(text)) == (number, unit)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,000", "number-ambiguous"), ("1.000", "number-ambiguous"), ("12 k€", "number-thousands"),
        ("1,2 M€", "number-thousands"), ("2 millions", "number-thousands"), ("env. 500", "number"),
        ("1 00 000", "number"),
        ("1.23.456", "number"), ("500 € HT", "number"), ("", "number"), ("-", "number"),
        ("12-15", "number"),
        ("1 000,5,0", "number"), ("٣", "number"), ("1e5", "number"), ("nan", "number"),
        ("EUR 5 €", "number"),
    ],
)  # fmt: skip
def test_no_numbers(text: str, code: str):
    assert refusal(amounts.read, text) == code


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("Country", "sn", "SN"), ("Country", "SENEGAL", "SN"), ("Country", "Senegal", "SN"),
        ("Country", "Côte d’Ivoire", "CI"),
        ("Country", "RDC", "CD"), ("Country", "Mali (ML)", "ML"), ("ActivityStatus", "clôturé", "4"),
        ("Sector", "14030 Approvisionnement en eau potable et assainissement - dispositifs de base", "14030"),
        ("Sector", "14030", "14030"), ("Sector", "14030.0", "14030"), ("UNSDG-Goals", "ODD 6", "6"),
        ("UNSDG-Goals", "Objectif 6 : eau", "6"), ("TransactionType", "dépense", "4"),
        ("OrganisationType", "ONG nationale", "22"),
        ("Currency", "Euro", "EUR"), ("Language", "français", "fr"), ("DocumentCategory", "a08", "A08"),
    ],
)  # fmt: skip
def test_codes(name: str, text: str, code: str):
    assert codes.read(name, text).code == code


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [("Country", "Sénégall", "code-close"), ("Country", "Zzz", "code"),
     ("Country", "SN - Mali", "code-contradiction"), ("Sector", "eau potable", "code-close"),
     ("Sector", "99999", "code"), ("ActivityStatus", "0", "code")],
)  # fmt: skip
def test_no_codes(name: str, text: str, code: str):
    assert refusal(codes.read, name, text) == code


@pytest.mark.parametrize("name", sorted({one.list for one in COLUMNS if one.list and not one.list.isdigit()}))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_lists_offer_leads_back(name: str, lang: str):
    """The template's drop-downs, and what ``tabulate`` writes, mean the code that they come from."""
    for code in codelist(name):
        assert codes.read(name, codes.label(name, code.code, lang)).code == code.code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SN:60;ML:40", [("SN", "60"), ("ML", "40")]), ("Sénégal : 60 % ; Mali : 40 %", [("SN", "60"),
        ("ML", "40")]),
        ("Sénégal (60%), Mali (40%)", [("SN", "60"), ("ML", "40")]), ("SN=33,3;ML=66,7", [("SN", "33.3"),
        ("ML", "66.7")]),
        ("SN", [("SN", "")]), ("SN:100", [("SN", "100")]), ("Sénégal 60 / Mali 40", [("SN", "60"),
        ("ML", "40")]),
        ("SN:60;ML:40;", [("SN", "60"), ("ML", "40")]),
    ],
)  # fmt: skip
def test_shares(text: str, found: list[tuple[str, str]]):
    assert [(one.code, one.percentage) for one in shares.read("Country", text)] == found


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("Country", "SN:60;ML:60", "shares-total"), ("Country", "SN:99,99", "shares-total"),
        ("Country", "SN;ML", "shares-missing"),
        ("Country", "Sénégal et Mali", "shares-missing"), ("Country", "SN:60;ML", "shares-missing"),
        ("Country", "SN:50;SN:50", "shares-twice"), ("Sector", "14030:50;112:50", "shares-mixed"),
        ("Country", "SN:140;ML:-40", "share"), ("Country", "SN:120", "share"), ("Country", ";", "code"),
        ("Country", "SN:60;Malii:40", "code-close"),
    ],
)  # fmt: skip
def test_no_shares(name: str, text: str, code: str):
    assert refusal(shares.read, name, text) == code


@pytest.mark.parametrize(
    ("title", "key", "year", "unit"),
    [
        ("IDENTIFIANT DU PROJET *", "id", "", ""), ("date_debut_prevue", "planned_start", "", ""),
        ("N° projet", "id", "", ""),
        ("Date de début (prévue)", "planned_start", "", ""),
        ("Date de début (jj/mm/aaaa)", "start", "", ""),
        ("Budget 2025 (€)", "budget_year", "2025", "€"),
        ("Budget 2025 en euros", "budget_year", "2025", "EUR"),
        ("2025 budget", "budget_year", "2025", ""), ("Dépenses réalisées 2024", "spent_year", "2024", ""),
        ("Bailleur 2", "funder", "", ""),
        ("Project title", "title", "", ""), ("Montant total (USD)", "budget", "", "USD"),
    ],
)  # fmt: skip
def test_titles(title: str, key: str, year: str, unit: str):
    found = understand("projects", title)
    assert found
    assert (found.column.key, found.year, found.unit) == (key, year, unit)


@pytest.mark.parametrize("title", ["Couleur", "2025", "Titre 2025", "Budget 2025-2026", "", "*"])
def test_no_titles(title: str):
    assert understand("projects", title) is None


@pytest.mark.parametrize("column", COLUMNS, ids=repr)
def test_every_column_is_wholly_declared(column: Column):
    """Both languages, a reader for its kind, a place in the standard, and labels that lead back to it."""
    assert column.kind in HANDLERS
    for lang in LANGUAGES:
        words = column.words(lang)
        assert words.label
        assert words.help
        assert column.yearly == (YEAR in words.label)
        found = understand(column.sheet, column.label(lang, "2025" if column.yearly else ""))
        assert found
        assert found.column is column
    if column.list and not column.yearly:
        assert codelist(column.list)
    if column.steps and not column.target.startswith("location/point"):
        kind = "organisations" if column.sheet == "organisation" else "activities"
        path = f"iati-{kind}/iati-{kind[:-1].replace('activitie', 'activity')}"
        names = "/".join(step.name for step in column.steps)
        if column.key not in {"country", "sector"}:
            assert definition("2.03", kind, f"{path}/{names}"), names


def test_every_problem_has_its_sentences():
    """Each code that is written in the source has both, and no sentence is left over."""
    source = "\n".join(path.read_text() for path in FOLDER.rglob("*.py"))
    known = {code.partition("@")[0] for code, _ in messages.table()}
    words = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"', source))
    made = {f"missing-{one.choice}" for one in COLUMNS if one.choice} | {"number-is-date", "number-is-yes-no"}
    assert known - words - made == set()
    raised = set(re.findall(r'(?:Refused|Unreadable|say|_once|Problem|_title|lacks)\(\s*"([a-z-]+)"', source))
    assert raised - known == set()
    keys = {key for key, _ in messages.table()}
    assert {(key, lang) for key in keys for lang in LANGUAGES} == set(messages.table())
    options = {key for (key, _), said in messages.table().items() if "--" in " ".join(said)}
    assert {f"{key}@page" for key in options} <= keys  # who has a form before him has no options
    assert {key for key in keys if "@" in key} <= {f"{code}@page" for code in keys}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_are_sentences(lang: str):
    """They end with a stop, and name in French what they name in English."""
    for (code, of), said in messages.table().items():
        if of == lang:
            for text in said:
                assert text == "{reason}" or text.rstrip("”»)").endswith((".", "?", '=Titre"', "}")), (
                    code,
                    text,
                )
            other = messages.table()[code, "fr" if lang == "en" else "en"]
            assert _places(said) - {"reason"} <= _places(other) | {"title", "help", "columns"}, code


def _places(said: messages.Sentence) -> set[str]:
    return {name for text in said for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_sentence_steers_no_terminal():
    problem = Problem(
        "date", "error", Place("a\x1b[2J", 1, 1), "x\x1b]0;owned\x07\n" + "y" * 500, {"example": "1"}
    )
    for lang in LANGUAGES:
        said = messages.line(problem, lang)
        assert said.isprintable()
        assert len(said) < 400


def test_the_layer_reads_without_the_extra(tmp_path: Path):
    """Reading and CSV need none of the libraries of the extra ``tables``."""
    source = "\n".join(path.read_text() for path in FOLDER.rglob("*.py"))
    assert not re.search(r"^\s*(?:import|from) (?:openpyxl|odf|frictionless)", source, re.MULTILINE)
