"""A real mail server on the loopback interface: it keeps what it gets, or refuses as a test wants."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """Messages received; ``refusal`` is an SMTP answer to give instead of taking them."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusal = ""
        self.address = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a message."""
        if self.refusal:
            return self.refusal
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def texts(self) -> list[str]:
        """Bodies of the messages."""
        return [message.get_content() for message in self.messages]

    def people(self) -> list[str]:
        """Addresses of the messages, in order of the alphabet."""
        return sorted(message["To"].addresses[0].addr_spec for message in self.messages)


def _free_port() -> int:
    """A port that nobody listens on; the server's own choice is not for its controller to know."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Mailbox]:
    """A server for the time of a test."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        mailbox.address = f"127.0.0.1:{controller.port}"
        yield mailbox
    finally:
        controller.stop()
