"""Compare a running portal's verdicts with ``ess-iati validate`` on the same files, and its counts.

    ess-portal up --data DATA --source FOLDER --detach
    python tools/portal_agreement.py http://127.0.0.1:5000 FOLDER [--token TOKEN]

The portal's datasets are files of FOLDER. With the token of an administrator (``ckan user token add``),
those that no catalogue lists, since nobody can tell what they are, are uploaded first, as datasets of an
organisation of their own. It waits until the portal has checked everything, then compares

* for each file the verdict, counts by severity and by rule, type, version, activities, and each finding's
  rule, severity, activity and place, with those of ``ess-iati validate --format json`` on the same file;
* the facet ``ess_validation`` with the counts of the table of verdicts, and with the sum of the counts on
  the pages of organisations.

Prints what differs, then one line of figures. Exit status: 0 all agree, 1 something differs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit
from urllib.request import urlopen

import requests

from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.iati.validate.formats.json import report_dict

#: Findings that a portal keeps of a file.
KEPT = 100_000
FACTS = ("summary", "file_type", "version", "declared_version", "activity_count", "content", "container")
PAGE = 1000
#: Of the datasets made here.
ORGANIZATION = "portal-agreement"
PAUSE = 2.0
#: How long the search index may take for the last verdicts.
SECONDS = 90.0
#: What the page of an organisation says of one verdict.
DOOR = re.compile(r'<a class="ess-verdict ess-verdict-([a-z-]+)"[^>]*>(.*?)</a>', re.DOTALL)


class Portal:
    """A portal's API and pages.

    Args:
        url: its address.
        token: of an administrator, to make datasets.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url.rstrip("/")
        self._token = token

    def act(self, action: str, **parameters: Any) -> Any:
        """Call an action as a visitor."""
        return json.loads(self.page(f"/api/3/action/{action}?{urlencode(parameters)}"))["result"]

    def page(self, path: str) -> str:
        """Read a page."""
        with urlopen(self._url + path, timeout=120) as answer:
            return answer.read().decode()

    def make(self, action: str, upload: Path | None = None, **fields: str) -> None:
        """Call an action that makes something."""
        address, headers = f"{self._url}/api/3/action/{action}", {"Authorization": self._token}
        if upload is None:
            answer = requests.post(address, json=fields, headers=headers, timeout=120)
        else:
            with upload.open("rb") as file:
                answer = requests.post(
                    address, data=fields, files={"upload": file}, headers=headers, timeout=120
                )
        answer.raise_for_status()

    def verdicts(self) -> list[dict[str, Any]]:
        """All verdicts, once none is to come."""
        while (counts := self.act("ess_validation_list", limit=1)["counts"])["pending"]:
            print(f"{counts['pending']} files are waiting", file=sys.stderr)
            time.sleep(PAUSE)
        found = self.act("ess_validation_list", limit=PAGE)
        rows = found["results"]
        while len(rows) < found["count"]:
            rows += self.act("ess_validation_list", limit=PAGE, offset=len(rows))["results"]
        return rows

    def findings(self, resource_id: str) -> list[dict[str, Any]]:
        """All findings that are kept of a file."""
        found, rows = {"total": 1}, []
        while len(rows) < found["total"]:
            found = self.act("ess_validation_report", resource_id=resource_id, limit=PAGE, offset=len(rows))
            rows += found["findings"]
        return rows


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("portal")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--token", default="", help="of an administrator: upload the files that are not there"
    )
    options = parser.parse_args()
    portal, folder = Portal(options.portal, options.token), options.folder.resolve()
    if options.token:
        _upload(portal, folder, _paths(portal, folder).values())
    rows, paths = portal.verdicts(), _paths(portal, folder)
    expected = _expected([paths[row["resource_id"]] for row in rows])
    differences = 0
    for row in rows:
        for what, ours, theirs in _compared(portal, row, expected[paths[row["resource_id"]]]):
            differences += 1
            print(f"{paths[row['resource_id']]}: {what}: portal {ours}, command {theirs}")
    counts = Counter(row["status"] for row in rows)
    for name, found in _counted(portal, counts).items():
        if found != counts:
            differences += 1
            print(f"{name}: {dict(found)}, verdicts: {dict(counts)}")
    print(f"{len(rows)} files, {differences} differences: {dict(counts)}")
    return 1 if differences or not rows else 0


def _resources(portal: Portal) -> Iterator[dict[str, Any]]:
    start, count = 0, 1
    while start < count:
        found = portal.act("package_search", rows=PAGE, start=start)
        for package in found["results"]:
            yield from package["resources"]
        start, count = start + PAGE, found["count"]


def _paths(portal: Portal, folder: Path) -> dict[str, Path]:
    """The file of each resource: told by its address in the catalogue of a folder, or by its name."""
    found: dict[str, Path] = {}
    for one in _resources(portal):
        name = unquote(urlsplit(one["url"]).path).removeprefix("/files/")
        found[one["id"]] = folder / (one["name"] if one["url_type"] == "upload" else name)
    return found


def _upload(portal: Portal, folder: Path, present: Collection[Path]) -> None:
    missing = sorted({*folder.rglob("*.xml")} - {*present})
    if missing and ORGANIZATION not in portal.act("organization_list", limit=PAGE):
        portal.make("organization_create", name=ORGANIZATION)
    for path in missing:
        name = str(path.relative_to(folder))
        dataset = re.sub(r"[^a-z0-9]+", "-", name.lower())[-90:].strip("-")
        kind = {"ess_kind": "iati-activities", "owner_org": ORGANIZATION}
        portal.make("package_create", name=dataset, title=name, **kind)
        portal.make("resource_create", package_id=dataset, name=name, format="XML", upload=path)


def _expected(paths: list[Path]) -> dict[Path, dict[str, Any]]:
    with ProcessPoolExecutor() as processes:
        return dict(zip(paths, processes.map(_report, paths, chunksize=8), strict=True))


def _report(path: Path) -> dict[str, Any]:
    """What the command says of one file; of several together it also says what refers to none of them."""
    return report_dict(validate(path, Options(max_findings=KEPT)))


def _compared(portal: Portal, row: dict[str, Any], report: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    shown = portal.act("ess_validation_show", resource_id=row["resource_id"])
    if shown["status"] != report["verdict"]:
        yield "verdict", shown["status"], report["verdict"]
        return
    if shown["status"] == "not-applicable":
        return
    pairs = {name: (shown[name], report[name]) for name in FACTS}
    pairs["valid"] = shown["valid"], report["valid"]
    pairs["rules"] = {one["rule"]: one["count"] for one in shown["rules"]}, report["rules"]
    found = portal.findings(row["resource_id"])
    pairs["findings"] = [*map(_place, found)], [*map(_place, report["findings"])]
    yield from ((name, *pair) for name, pair in pairs.items() if pair[0] != pair[1])


def _place(finding: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(finding[name] for name in ("rule", "severity", "activity", "line", "column"))


def _counted(portal: Portal, expected: Counter[str]) -> dict[str, Counter[str]]:
    """Counts of the facet, the table, the pages; the search index may need some seconds for the last."""
    until = time.monotonic() + SECONDS
    while (found := _counts(portal))["facet"] != expected and time.monotonic() < until:
        time.sleep(PAUSE)
    return found


def _counts(portal: Portal) -> dict[str, Counter[str]]:
    """How many datasets of each verdict the facet, the table and the organisations' pages tell."""
    asked = {"rows": 0, "facet.field": '["ess_validation"]', "facet.limit": -1}
    facet = portal.act("package_search", **asked)["facets"]["ess_validation"]
    pages: Counter[str] = Counter()
    for name in portal.act("organization_list", limit=PAGE):
        for status, text in DOOR.findall(portal.page(f"/en/organization/{name}")):
            pages[status] += int(re.sub(r"\D", "", re.sub("<[^>]*>", "", text)) or 0)
    table = portal.act("ess_validation_list", limit=1)["counts"]
    return {"facet": _present(facet), "table": _present(table), "pages of organisations": _present(pages)}


def _present(counts: dict[str, int] | Counter[str]) -> Counter[str]:
    return Counter({status: number for status, number in counts.items() if number})


if __name__ == "__main__":
    sys.exit(main())
