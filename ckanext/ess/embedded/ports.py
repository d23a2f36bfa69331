"""Loopback TCP ports: free ones, and whether one answers."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """True when nothing listens on that loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # as servers do: a port whose last connections are still closing is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port that nothing listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def keep_or_choose(port: int | None) -> int:
    """The port of last time when it is still free, else another."""
    return port if port and is_free(port) else any_free()


def first_free_from(port: int) -> int:
    """The first free port among the hundred after ``port``, else any."""
    return next((number for number in range(port, port + 100) if is_free(number)), 0) or any_free()


def answers(port: int) -> bool:
    """True when something accepts connections on that loopback port."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
