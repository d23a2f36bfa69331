"""``ess-portal down``, ``reset`` and ``logs``."""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TextIO

from ckanext.ess.embedded import client
from ckanext.ess.embedded.errors import Exit, NotUp
from ckanext.ess.embedded.folder import Folder, is_held
from ckanext.ess.embedded.messages import sentence
from ckanext.ess.embedded.postgres import Postgres

YES = {"y", "yes", "o", "oui"}


def down(folder: Folder) -> int:
    """Stop the portal; its data stays. Stopping what is not up is no error."""
    key = "down.done" if client.stop(folder) else "down.none"
    print(sentence(key, folder=folder.root))
    return Exit.OK


def reset(folder: Folder, *, sure: bool) -> int:
    """Stop the portal and delete its folder, after asking. Only a portal's folder is ever deleted."""
    if not folder.exists():
        print(sentence("reset.nothing", folder=folder.root))
        return Exit.OK
    if not sure and not _agrees(sentence("reset.ask", folder=folder.root)):
        print(sentence("reset.kept"))
        return Exit.FAILED
    client.stop(folder)
    shutil.rmtree(Postgres(folder).socket_folder, ignore_errors=True)
    shutil.rmtree(folder.root)
    print(sentence("reset.done", folder=folder.root))
    return Exit.OK


def _agrees(question: str) -> bool:
    """The answer typed; no terminal means no."""
    try:
        return input(question).strip().lower() in YES
    except EOFError:
        return False


def logs(folder: Folder, names: Iterable[str], *, lines: int, follow: bool) -> int:
    """Print the last lines of the log, of all processes or of those named; wait for more when asked.

    Raises:
        NotUp: there is no log yet.
    """
    if not folder.log.exists():
        raise NotUp("error.down", folder=folder.root)
    wanted = set(names)
    with folder.log.open(encoding="utf-8", errors="replace") as file:
        for line in deque(_of(file, wanted), maxlen=lines):
            sys.stdout.write(line)
        while follow:
            sys.stdout.writelines(_of(file, wanted))
            sys.stdout.flush()
            if not is_held(folder):
                break
            time.sleep(0.3)
    return Exit.OK


def _of(file: TextIO, names: set[str]) -> Iterator[str]:
    """Lines of the processes named; all lines when none is. A line reads ``12:00:01 web      | text``."""
    for line in iter(file.readline, ""):
        words = line[:40].split(maxsplit=2)
        if not names or (len(words) > 1 and words[1].rstrip("|") in names):
            yield line
