"""A sliding window over the text that knows the line and column of its position."""

from __future__ import annotations

from collections.abc import Iterator


class Window:
    """Text not yet consumed: ``buffer[position:]``. ``line`` and ``column`` (1-based) are those there."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.buffer = b""
        self.position = 0
        self.line = 1
        self.column = 1
        self._chunks = chunks

    def __len__(self) -> int:
        return len(self.buffer) - self.position

    def grow(self) -> bool:
        """Append at least as much as there is, so that looking again at a long piece stays linear.

        Returns:
            Whether anything was added; False at the end of the text.
        """
        wanted = max(len(self), 1)
        parts = [self.buffer[self.position :]]
        got = 0
        for chunk in self._chunks:
            parts.append(chunk)
            got += len(chunk)
            if got >= wanted:
                break
        self.buffer = b"".join(parts)
        self.position = 0
        return got > 0

    def rest(self) -> Iterator[bytes]:
        """Consume and yield everything that is left, without keeping track of places."""
        yield self.buffer[self.position :]
        self.buffer, self.position = b"", 0
        yield from self._chunks

    def take(self, end: int) -> bytes:
        """Consume and return the text up to the offset ``end`` of the buffer."""
        taken = self.buffer[self.position : end]
        self.line, self.column = place(taken, len(taken), self.line, self.column)
        self.position = end
        return taken


def place(text: bytes, offset: int, line: int, column: int) -> tuple[int, int]:
    r"""Return line and column (in characters) of ``offset`` in a text that starts at ``line`` and ``column``.

    >>> place(b"ab\ncd", 4, 10, 5)
    (11, 2)
    """
    breaks = text.count(b"\n", 0, offset)
    start = text.rfind(b"\n", 0, offset) + 1
    width = len(text[start:offset].decode("utf-8", "replace"))
    return line + breaks, (width + 1 if breaks else column + width)
