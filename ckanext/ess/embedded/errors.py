"""What can go wrong with an embedded portal, each with the exit status it ends in.

PortalError
├── FolderError        the data folder is not ours, or cannot be written
├── PortUsed           another program listens on the port asked for
├── NetworkMissing     a package could not be fetched
├── PackageMissing     no PostgreSQL, Redis or Java for this platform
├── DiskFull           no room left where the data lives
├── StepFailed         a part of the portal did not start
└── NotUp              the command needs a running portal
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from ckanext.ess.embedded.messages import sentence


class Exit(IntEnum):
    """Exit statuses of ``ess-portal`` (``run`` ends with its command's own)."""

    OK = 0
    FAILED = 1
    USAGE = 2
    HARVEST_PARTIAL = 3
    HARVEST_FAILED = 4
    NOT_UP = 5
    PORT_USED = 6
    NO_NETWORK = 7
    NO_PACKAGE = 8
    DISK_FULL = 9
    FOLDER = 10
    INTERRUPTED = 130


class PortalError(Exception):
    """One sentence for the person at the terminal, and the status to exit with."""

    status: ClassVar[Exit] = Exit.FAILED

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = {name: str(value) for name, value in params.items()}

    def __str__(self) -> str:
        return sentence(self.key, **self.params)


class FolderError(PortalError):
    """The data folder is not a portal's, or cannot be written."""

    status = Exit.FOLDER


class PortUsed(PortalError):
    """Another program listens on the port asked for."""

    status = Exit.PORT_USED


class NetworkMissing(PortalError):
    """A package could not be fetched; worth another try once connected."""

    status = Exit.NO_NETWORK


class PackageMissing(PortalError):
    """No binary of PostgreSQL, Redis or Java for this platform."""

    status = Exit.NO_PACKAGE


class DiskFull(PortalError):
    """No room left where the data lives."""

    status = Exit.DISK_FULL


class StepFailed(PortalError):
    """A part of the portal did not start; the last lines of its log tell why.

    Attributes:
        process: the process whose lines they are.
    """

    def __init__(self, process: str, step: str, log: object) -> None:
        super().__init__("error.step", step=step, log=log)
        self.process = process


class NotUp(PortalError):
    """The command needs a running portal."""

    status = Exit.NOT_UP
