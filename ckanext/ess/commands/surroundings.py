"""What may befall a command: streams that are closed, full or narrow, a reader that leaves, Ctrl-C."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

FAILED = 2
_BY_SIGNAL = 128


def guarded(run: Callable[[], int]) -> int:
    """Run a command and return its exit status, also where it is interrupted or its output goes nowhere."""
    _open_streams()
    if sys.stdout is None:
        sys.stderr.write("ess-iati: standard output is closed\n")
        return FAILED
    try:
        status = run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _BY_SIGNAL + signal.SIGINT
    except BrokenPipeError:  # as head does once it has enough
        _forget_output()
        return _BY_SIGNAL + signal.SIGPIPE
    except OSError as error:
        if error.filename is not None:
            raise
        _forget_output()
        sys.stderr.write(f"ess-iati: standard output cannot be written: {error.strerror}\n")
        return FAILED
    return status


def _open_streams() -> None:
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a letter still shows the rest
        sys.stdout.reconfigure(errors="replace")


def _forget_output() -> None:
    """Send what is still to be written nowhere, so that the interpreter's end does not fail on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
