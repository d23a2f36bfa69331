"""Checking in several processes: the same findings in the same order, whatever becomes of the processes."""

from __future__ import annotations

import io
import os
import signal
import time

import psutil
import pytest

from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.iati.validate.run import examine

ACTIVITY = (
    '<iati-activity default-currency="EUR" last-updated-datetime="2026-01-01"><iati-identifier>FR-1-{n}'
    '</iati-identifier><activity-status code="{status}"/><budget><value value-date="2020-01-01">{n}</value>'
    "</budget>{filler}</iati-activity>\n"
)


def document(number: int, filler: int = 2000) -> bytes:
    """A file of so many activities, each with a few findings."""
    body = "".join(
        ACTIVITY.format(n=n, status=n % 9, filler="<!-- " + "x" * filler + " -->") for n in range(number)
    )
    return f'<iati-activities version="2.03">\n{body}</iati-activities>'.encode()


def children() -> list[psutil.Process]:
    """Processes of ours that check."""
    return [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize(("number", "filler"), [(0, 0), (1, 0), (30, 100_000), (3000, 10), (400, 20_000)])
def test_any_number_of_processes_finds_the_same(jobs: int, number: int, filler: int):
    content = document(number, filler)
    alone = validate(io.BytesIO(content), Options())
    shared = validate(io.BytesIO(content), Options(jobs=jobs))
    assert shared.findings == alone.findings
    assert shared.activity_count == alone.activity_count == number


@pytest.mark.parametrize("victims", [1, 2], ids=["one of two", "all"])
def test_a_process_that_is_killed_loses_nothing(victims: int):
    content = document(2000, 5000)
    killed: list[int] = []

    def kill(_: int) -> None:
        if not killed:
            killed.extend(process.pid for process in children()[:victims])
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    report = validate(io.BytesIO(content), Options(jobs=2), progress=kill)
    assert len(killed) == victims
    assert report.findings == validate(io.BytesIO(content), Options()).findings


def test_no_number_of_processes_takes_the_machine():
    most: list[int] = []
    content = document(3000, 5000)
    report = validate(
        io.BytesIO(content), Options(jobs=100_000), progress=lambda _: most.append(len(children()))
    )
    assert report.activity_count == 3000
    assert 1 < max(most) <= 2 * (os.cpu_count() or 1)


def test_no_process_is_left_when_checking_ends_early():
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    before = {process.pid for process in children()}
    with pytest.raises(KeyboardInterrupt):
        examine(io.BytesIO(document(2000, 5000)), Options(jobs=2), progress=stop)
    until = time.monotonic() + 10
    while {process.pid for process in children()} - before and time.monotonic() < until:
        time.sleep(0.05)
    assert {process.pid for process in children()} == before
