"""A value that cannot be taken as it is."""

from __future__ import annotations


class Refused(Exception):
    """``code`` names the sentences of the problem, ``params`` fill them."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params
