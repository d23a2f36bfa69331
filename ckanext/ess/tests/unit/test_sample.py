"""The sample data: visibly made up, valid but for the faults it lists, and always the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from stdnum.fr import siren, siret

from ckanext.ess.embedded.standin.folder import Folder
from ckanext.ess.sources.titles import is_junk
from ckanext.ess.tests.shared import REPOSITORY, shared

SAMPLE = REPOSITORY / "ckanext/ess/embedded/sample"
FAULTY = "exemple-comptoir-equitable/essai-avec-fautes.xml"
FILES = sorted(path.relative_to(SAMPLE).as_posix() for path in SAMPLE.rglob("*.xml"))
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def root_of(name: str) -> Any:
    return etree.parse(str(SAMPLE / name)).getroot()


def publishers() -> list[dict[str, Any]]:
    return json.loads((SAMPLE / "publishers.json").read_text(encoding="utf-8"))["publishers"]


def schema_errors(root: Any) -> list[str]:
    version = root.get("version")
    schema = etree.XMLSchema(etree.parse(str(shared(f"standard/schemas/{version}/{root.tag}-schema.xsd"))))
    schema.validate(root)
    return [error.message for error in schema.error_log]


@pytest.mark.parametrize("name", [name for name in FILES if name != FAULTY])
def test_files_are_valid_against_the_official_schemas(name: str):
    assert schema_errors(root_of(name)) == []


def test_the_faulty_file_has_the_faults_that_it_lists():
    root = root_of(FAULTY)
    errors = schema_errors(root)
    assert len(errors) == 2
    assert "description" in errors[0]
    assert "12 000 €" in errors[1]
    identifiers = [element.text for element in root.iter("iati-identifier")]
    listed = re.findall(r"^\* (\S+): ", (SAMPLE / "README.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == identifiers
    assert [count for _, count in Counter(identifiers).most_common(2)] == [2, 1]
    activities = list(root)
    dates = {element.get("type"): element.get("iso-date") for element in activities[0].iter("activity-date")}
    assert dates["4"] < dates["2"]
    assert activities[1].find("sector").get("code") == "32199"
    assert sum(int(element.get("percentage")) for element in activities[2].iter("recipient-country")) == 110
    assert activities[5].find("transaction/transaction-date").get("iso-date") > "2030"
    assert all(not text.text for text in activities[6].iterfind("title/narrative"))


def test_there_is_enough_of_everything():
    roots = [root_of(name) for name in FILES]
    activities = [activity for root in roots for activity in root.iter("iati-activity")]
    assert len(publishers()) == 12
    assert len(FILES) >= 30
    assert len(activities) >= 300
    assert {root.get("version") for root in roots} == {"1.05", "2.01", "2.02", "2.03"}
    assert sum(root.tag == "iati-organisations" for root in roots) >= 6
    countries = {
        element.get("code") for activity in activities for element in activity.iter("recipient-country")
    }
    assert {"SN", "ML", "MG", "HT", "MA", "BJ", "KH", "VN", "UA", "CO", "FR"} <= countries
    assert {publisher["ess"]["family"] for publisher in publishers()} == {
        "association",
        "cooperative",
        "mutuelle",
        "fondation",
        "societe-commerciale",
        "ong-internationale",
        "public",
    }
    for path in ("result", "location", "document-link", "related-activity", "transaction", "budget", "tag"):
        assert sum(activity.find(path) is not None for activity in activities) >= 10, path
    assert sum(activity.get("humanitarian") == "1" for activity in activities) >= 20
    years = {
        element.get("iso-date")[:4]
        for activity in activities
        for element in activity.iter("transaction-date")
    }
    assert {str(year) for year in range(2016, 2027)} <= years
    languages = Counter(activity.get(_LANG) for activity in activities)
    assert min(languages["fr"], languages["en"]) >= 60
    bilingual = [a for a in activities if a.find(f"title/narrative[@{_LANG}]") is not None]
    assert len(bilingual) >= 60
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 3_000_000


@pytest.mark.parametrize("name", [name for name in FILES if name != FAULTY])
def test_amounts_dates_and_shares_hold_together(name: str):
    root = root_of(name)
    made = root.get("generated-datetime")[:10]
    identifiers = [element.text for element in root.iter("iati-identifier")]
    assert len(set(identifiers)) == len(identifiers)
    for activity in root.iter("iati-activity"):
        identifier = activity.findtext("iati-identifier")
        assert identifier.startswith(activity.find("reporting-org").get("ref") + "-")
        countries = [int(element.get("percentage")) for element in activity.iterfind("recipient-country")]
        assert sum(countries) == 100, identifier
        sectors = [e for e in activity.iterfind("sector") if e.get("vocabulary") in ("1", "DAC")]
        assert sum(int(element.get("percentage")) for element in sectors) == 100, identifier
        assert all(day <= made for day in activity.xpath("transaction/transaction-date/@iso-date")), (
            identifier
        )
        commitments = activity.xpath(
            "sum(transaction[transaction-type/@code='2' or transaction-type/@code='C']/value)"
        )
        if commitments:
            assert commitments == activity.xpath("sum(budget/value)"), identifier
        for ref in activity.xpath("related-activity/@ref"):
            assert ref in identifiers


def test_everything_is_visibly_made_up():
    for publisher in publishers():
        assert re.search(r"Exempl|Example", publisher["human_readable_name"])
        assert re.search(r"données d’exemple|sample data", publisher["human_readable_name"])
        assert "fictive" in publisher["description"]
        for number, check in ((publisher["ess"]["siren"], siren), (publisher["ess"]["siret"], siret)):
            if number:
                assert check.is_valid(number)
                assert number.startswith("000000"), "the register gives no number out that low"
    for name in FILES:
        text = (SAMPLE / name).read_text(encoding="utf-8")
        assert "Données d’exemple" in text[:200]
        hosts = set(re.findall(r"https?://([^/\"<]+)", text)) - {"www.opengis.net"}
        assert all(host.endswith(".example") for host in hosts), hosts
        assert all(mail.endswith(".example") for mail in re.findall(r"[\w.-]+@([\w.-]+)", text))
        assert "Exempl" in text or "Example" in text


def test_it_is_what_the_program_makes(tmp_path: Path):
    program = REPOSITORY / "tools/make_sample.py"
    if not program.exists():
        pytest.skip("the program that makes the sample is not part of the distribution")
    subprocess.run([sys.executable, str(program), str(tmp_path)], check=True, capture_output=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(SAMPLE): path.read_bytes() for path in SAMPLE.rglob("*") if path.is_file()}
    assert made == kept


def test_the_stand_in_shows_each_dataset_in_exactly_one_catalogue():
    holdings = Folder(SAMPLE).holdings()
    bulk = {dataset.name for dataset in holdings.of("bulk")}
    registry = {dataset.name for dataset in holdings.of("registry")}
    assert not bulk & registry
    assert len(bulk | registry) == len(FILES)
    assert len(bulk) > len(registry) >= 8
    assert {publisher.short_name for publisher in holdings.publishers} == {
        p["short_name"] for p in publishers()
    }
    junk = [dataset.title for dataset in holdings.of("registry") if is_junk(dataset.title, dataset.name)]
    assert sorted(junk) == ["040324", "iati-activities.xml", "test"]
