"""What a portal tells of itself: one log of all processes, the events of its start, its state.

The supervisor gives every line of every process to the journal (it is honcho's printer). Lines that begin
with ``MESSAGE`` are events, JSON written by the conductor and the guards; the journal turns them into
sentences, keeps them in ``run/events.jsonl`` for the terminal of ``up --detach``, and the sum of them in
``run/state.json``.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from honcho.printer import Message, Printer

from ckanext.ess.embedded.errors import Exit
from ckanext.ess.embedded.folder import Folder, read_json, write_json
from ckanext.ess.embedded.messages import sentence

MESSAGE = "\x1e"
LARGEST_LOG = 10_000_000
TAIL = 12
ADMIN = "admin"
PASSWORD = "ESS_PORTAL_PASSWORD"  # noqa: S105 (the name of a variable)


def emit(event: str, **facts: object) -> None:
    """Tell the journal, from a process of the portal."""
    sys.stdout.write(MESSAGE + json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def events_file(folder: Folder) -> Path:
    """Where the events of this start are."""
    return folder.run / "events.jsonl"


def state_file(folder: Folder) -> Path:
    """Where the state of the running portal is."""
    return folder.run / "state.json"


class RotatingLog:
    """A text file that moves aside as ``.1`` when it is large, and that drops lines when the disk is full."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a", encoding="utf-8")

    def write(self, text: str) -> int:
        """Append, after moving a large file aside."""
        with suppress(OSError):
            return self._write(text)
        return 0

    def _write(self, text: str) -> int:
        if self._file.tell() > LARGEST_LOG:
            self._file.close()
            self._path.replace(self._path.with_suffix(".log.1"))
            self._file = self._path.open("a", encoding="utf-8")
        return self._file.write(text)

    def flush(self) -> None:
        """Hand over to the system."""
        with suppress(OSError):
            self._file.flush()


class Journal:
    """honcho's printer: to the log always, to the terminal when there is one."""

    def __init__(
        self, folder: Folder, terminal: TextIO | None, facts: dict[str, Any], password: str = ""
    ) -> None:
        self._printers = [Printer(RotatingLog(folder.log)), *([Printer(terminal)] if terminal else [])]
        self._password = password
        #: What the supervisor exits with, unless a signal stopped it.
        self.status = Exit.FAILED
        self._events = events_file(folder).open("w", encoding="utf-8")
        self._state_file = state_file(folder)
        self._last: dict[str, deque[str]] = {}
        self.state: dict[str, Any] = {"phase": "starting", "since": time.time(), "steps": {}, **facts}
        self._save()

    @property
    def width(self) -> int:
        """Width of the names, set by honcho as it learns them."""
        return self._printers[0].width

    @width.setter
    def width(self, value: int) -> None:
        for printer in self._printers:
            printer.width = value

    def write(self, message: Message) -> None:
        """One line of a process (bytes) or of honcho (text)."""
        data = message.data
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        event: dict[str, Any] = {}
        if text.startswith(MESSAGE):
            event = json.loads(text.removeprefix(MESSAGE))
            self.tell(event)
            text = "\n".join(describe(event))
        elif message.name:
            self._last.setdefault(message.name, deque(maxlen=TAIL)).append(text.rstrip())
        if text:
            self._print(message._replace(data=text))
        self._greet(event, message)

    def _print(self, message: Message) -> None:
        """To the log and the terminal; a terminal that has gone (``| head``) does not stop the portal."""
        for printer in list(self._printers):
            try:
                printer.write(message)
            except OSError:
                self._printers.remove(printer)

    def tell(self, event: dict[str, Any]) -> None:
        """Keep an event and what it changes."""
        kind = event["event"]
        if kind == "ended" and not self._ended(event):
            return
        if kind == "done":
            self.state["steps"][event["step"]] = event["seconds"]
        elif kind == "settled":
            self.state.update(phase="up", harvest=event["harvest"], took=event["took"])
        elif kind == "failed":
            self.state.update(phase="failed")
            self.status = Exit(event["status"])
            event["tail"] = list(self._last.get(event.get("process", ""), ()))
        elif kind == "admin":
            self.state["admin"] = ADMIN
        with suppress(OSError):
            self._events.write(json.dumps(event) + "\n")
            self._events.flush()
            self._save()

    def _ended(self, event: dict[str, Any]) -> bool:
        """A process ended unasked: while starting, that is why the start fails. True for such news."""
        if self.state["phase"] != "starting" or "failed" in self.state:
            return False
        self.state["failed"] = event["name"]
        event["tail"] = list(self._last.get(event["name"], ()))
        return True

    def _greet(self, event: dict[str, Any], message: Message) -> None:
        """On the terminal only, once: how to log in and how to stop."""
        if event.get("event") == "settled" and event["mode"] == "portal":
            made = self._password if self.state.get("admin") else ""
            for printer in self._printers[1:]:
                printer.write(message._replace(data="\n".join(greeting(made, detached=False))))

    def _save(self) -> None:
        write_json(self._state_file, self.state)


def greeting(password: str, *, detached: bool, stop: str = "ess-portal down") -> Iterator[str]:
    """What follows the portal's address: the login, if it was made now, and how to stop."""
    if password:
        yield sentence("up.admin", name=ADMIN, password=password)
    yield sentence("up.stop.detached", command=stop) if detached else sentence("up.stop.foreground")


def state(folder: Folder) -> dict[str, Any]:
    """What the running portal says of itself (empty when there is none)."""
    return read_json(state_file(folder))


def describe(event: dict[str, Any]) -> Iterator[str]:
    """The lines that tell a person of an event."""
    kind = event["event"]
    step = sentence(f"step.{event['step']}") if "step" in event else ""
    if kind == "start":
        yield sentence("step.start", step=step)
    elif kind == "progress":
        yield sentence("step.progress", step=step, text=event["text"])
    elif kind == "done":
        yield sentence("step.done", step=step, seconds=event["seconds"])
    elif kind == "say":
        yield sentence(event["key"], **event["params"])
    elif kind == "ended":
        yield from event.get("tail", ())
    elif kind == "failed":
        yield from event.get("tail", ())
        yield sentence(event["key"], **event["params"])
    elif kind == "settled" and event["mode"] == "portal":
        yield sentence("up.url", url=event["url"])
