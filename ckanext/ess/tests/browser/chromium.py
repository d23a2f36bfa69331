"""Where the browser for our tests is. Run as a program, it says in one sentence how to get one."""

from __future__ import annotations

import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO = (
    "No Chromium in the PATH: browser tests are skipped"
    " (Debian, Ubuntu: apt-get install chromium; Fedora: dnf install chromium)."
)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


def chromium() -> str | None:
    """The program, or nothing."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


if __name__ == "__main__" and not chromium():
    sys.stdout.write(f"{HOW_TO}\n")
