"""Speed of the extraction beside lxml: ``extract_once.py [FILE …]`` prints activities and bytes per second.

Without files, one of 20 MB is made of small activities (2 kB each) and one of a real file's (12 kB). Each
stage is timed alone, over the same pieces, in seconds of this process's own work, whatever else the machine
does: lxml reading the whole file, our reader, its parse of each piece, the extraction, and what a page needs
of it as compressed JSON. Each result is let go before the next, as in an indexing.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lxml import etree
from real_shaped import base_file, write

from ckanext.ess.iati.extract import ActivityDocument, extract
from ckanext.ess.iati.read import IatiFile, Limits, Piece, Root, parse
from ckanext.ess.iati.read.tree import Element

MEGABYTES = 20
SMALL = """ <iati-activity default-currency="EUR" hierarchy="1" xml:lang="fr"
  last-updated-datetime="2024-05-01T00:00:00Z">
  <iati-identifier>FR-RCS-123456782-{number}</iati-identifier>
  <reporting-org ref="FR-RCS-123456782" type="22"><narrative>Les Amis du puits</narrative></reporting-org>
  <title><narrative>Eau potable pour {number} familles de Thiès</narrative>
   <narrative xml:lang="en">Drinking water for {number} families of Thiès</narrative></title>
  <description type="1"><narrative>Des puits, des pompes et des comités de gestion dans les villages
   de la région, avec les communes et les familles.</narrative></description>
  <participating-org role="1" ref="FR-3" type="10"><narrative>AFD</narrative></participating-org>
  <participating-org role="4" type="22"><narrative>Les Amis du puits {number}</narrative></participating-org>
  <activity-status code="2"/>
  <activity-date type="2" iso-date="2023-0{month}-01"/><activity-date type="3" iso-date="2026-12-31"/>
  <recipient-country code="SN" percentage="60"/><recipient-country code="ML" percentage="40"/>
  <location><name><narrative>Thiès</narrative></name><point><pos>14.{number} -16.9</pos></point></location>
  <sector vocabulary="1" code="14030" percentage="100"/><sector vocabulary="7" code="6"/>
  <policy-marker vocabulary="1" code="1" significance="1"/>
  <default-aid-type code="C01"/><default-finance-type code="110"/>
  <budget><period-start iso-date="2023-01-01"/><period-end iso-date="2023-12-31"/>
   <value value-date="2023-01-01">{number}000</value></budget>
  <transaction><transaction-type code="2"/><transaction-date iso-date="2023-0{month}-10"/>
   <value value-date="2023-02-10">{number}500.50</value></transaction>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2024-0{month}-10"/>
   <value value-date="2024-02-10">{number}00</value></transaction>
  <document-link url="https://example.org/{number}.pdf" format="application/pdf">
   <title><narrative>Rapport</narrative></title><category code="B01"/></document-link>
 </iati-activity>
"""


def small(target: Path) -> None:
    """Write a file of small activities."""
    with target.open("w", encoding="utf-8") as stream:
        stream.write('<iati-activities version="2.03">\n')
        for number in range(MEGABYTES * 1_000_000 // (len(SMALL) + 20)):
            stream.write(SMALL.format(number=number, month=1 + number % 9))
        stream.write("</iati-activities>\n")


def pieces_of(path: Path) -> tuple[list[Piece], Root]:
    """All activities of a file, as bytes."""
    with IatiFile(path) as file:
        pieces = [piece for piece in file.pieces() if piece.number]
        assert file.root is not None
        return pieces, file.root


def parsed(pieces: list[Piece], root: Root) -> list[Element]:
    """Their trees."""
    found = (parse(piece, root, Limits()).element for piece in pieces)
    return [element for element in found if element is not None]


def detail(document: ActivityDocument) -> bytes:
    """What an index keeps for the page of an activity."""
    return zlib.compress(json.dumps(document.detail, ensure_ascii=False).encode(), 1)


def each(work: Callable[[Any], object], given: Iterable[Any]) -> None:
    """Do a work for each of the things given, and forget what comes of it."""
    for one in given:
        work(one)


def timed(work: Callable[[], object]) -> float:
    """Seconds of the best of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def stages(path: Path) -> dict[str, Callable[[], object]]:
    """The stages of a file, each ready to be run alone and as often as one likes."""
    pieces, root = pieces_of(path)
    elements = parsed(pieces, root)
    made = [extract(element, root) for element in elements]
    gc.collect()
    gc.freeze()  # what is kept here for the stages is nothing that an indexing would hold
    return {
        "lxml, whole file": lambda: etree.parse(str(path), etree.XMLParser(huge_tree=True)),
        "our reader": lambda: each(lambda piece: piece, IatiFile(path).pieces()),
        "parse of each piece": lambda: each(lambda piece: parse(piece, root, Limits()), pieces),
        "extract": lambda: each(lambda element: extract(element, root), elements),
        "detail as compressed JSON": lambda: each(detail, made),
    }


def measure(path: Path) -> None:
    """Print a line for each stage."""
    pieces, _ = pieces_of(path)
    size, count = sum(len(piece.raw) for piece in pieces), len(pieces)
    print(f"{path.name}: {count} activities of {size // count} bytes")
    for name, work in stages(path).items():
        seconds = timed(work)
        print(f"  {name:26} {count / seconds:9.0f} activities/s {size / seconds / 1e6:7.1f} MB/s")


def main() -> None:
    """Measure the files named, or two that are made."""
    if sys.argv[1:]:
        for name in sys.argv[1:]:
            measure(Path(name))
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "small.xml"
        small(made)
        measure(made)
        made = Path(folder) / "real-shaped.xml"
        write(made, MEGABYTES, base_file())
        measure(made)


if __name__ == "__main__":
    main()
