"""Take pictures of a running portal's pages, to be looked at.

    python tools/screenshots.py http://127.0.0.1:5000 pictures/

Home, search, a dataset, an organisation…, in French and English, at 1280 and 390 pixels. Needs Chromium
(``CHROMIUM`` names it, ``/usr/bin/chromium`` otherwise). Prints what is wider than the screen, and what the
browser complains about.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

WIDTHS = {1280: 900, 390: 844}
LANGUAGES = ("fr", "en")

#: What sticks out on the right: the first thing that goes wrong on a phone.
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
               && !e.closest('.visually-hidden, table, .ess-excerpt, .ess-scroll'))
  .slice(0, 3).map(e => e.tagName + '.' + e.className)"""


def first(portal: str, action: str, **parameters: str) -> str:
    """Return the name of the first thing that an action of the portal lists."""
    query = "&".join(f"{key}={value}" for key, value in parameters.items())
    with urlopen(f"{portal}/api/3/action/{action}?{query}", timeout=30) as answer:
        found = json.load(answer)["result"]
    return (found if isinstance(found, list) else [item["name"] for item in found["results"]])[0]


def reports(portal: str) -> Iterator[tuple[str, str]]:
    """Yield each verdict that a file of the portal has, with the path of one such report."""
    with urlopen(f"{portal}/api/3/action/ess_validation_list?limit=1000", timeout=30) as answer:
        found = {one["status"]: one for one in json.load(answer)["result"]["results"]}
    for status, one in found.items():
        yield status, f"/dataset/{one['package_name']}/resource/{one['resource_id']}/validation"


def pages(portal: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each picture and the path of its page."""
    dataset = first(portal, "package_search", rows="1", sort="ess_activity_count%20desc")
    organization = first(portal, "organization_list", sort="package_count%20desc")
    yield "home", "/"
    yield "search", "/dataset/"
    yield "search-chosen", "/dataset/?ess_country=SN&ess_country=ML&ess_kind=iati-activities"
    yield "search-nothing", "/dataset/?q=introuvable&ess_country=XX"
    yield "dataset", f"/dataset/{dataset}"
    yield "organization", f"/organization/{organization}"
    yield "organizations", "/organization/"
    yield "glossary", "/ess/glossary"
    yield "check", "/validate"
    yield "check-gone", "/validate/0"
    for status, report in reports(portal):
        yield f"report-{status}", report
    yield "about", "/about"


def take(page: Page, portal: str, name: str, path: str, folder: Path) -> None:
    """Take one page in every language and width."""
    for language in LANGUAGES:
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            answer = page.goto(f"{portal}/{language}{path}")
            page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
            wide = page.evaluate(TOO_WIDE)
            status = answer.status if answer else "?"
            print(name, language, width, status, f"too wide: {wide}" if wide else "")


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("portal")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="names of pages, separated by commas")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    wanted = options.only.split(",") if options.only else None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.on(
            "console", lambda message: print("browser:", message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: print("browser:", error))
        portal = options.portal.rstrip("/")
        for name, path in pages(portal):
            if not wanted or name in wanted:
                take(page, portal, name, path, options.folder)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
