"""What can go wrong with a remote catalogue; the class says what to do next, the sentence what happened.

* SourceError: the item is reported, the run goes on

  * SourceUnavailable: temporary, worth another try later
  * SourceMissing: the remote says that it is not, or no longer, there
  * SourceDenied: the remote does not let us in
  * SourceRefused: our own limits refuse it, another try changes nothing
  * SourceInvalid: the answer is not what the remote's contract says
"""

from __future__ import annotations

from ckanext.ess.sources.messages import sentence_of


class SourceError(Exception):
    """A remote catalogue could not be read; the item is reported, the run goes on.

    Args:
        code: a code of :mod:`ckanext.ess.sources.messages`, or a ready-made sentence.
        params: what fills the sentence. URLs must already be without credentials
            (:func:`ckanext.ess.sources.addresses.public_form`).
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = {key: str(value) for key, value in params.items()}

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self, lang: str = "en") -> str:
        """The sentence in a language (``en``, ``fr``; English for any other)."""
        return sentence_of(self.code, self.params, lang)


class SourceUnavailable(SourceError):
    """Temporary: timeout, 429, 5xx. Worth another try later.

    Attributes:
        retry_after: seconds that the remote asks to wait, where it does.
    """

    retry_after: float | None = None


class SourceMissing(SourceError):
    """The remote says that it does not have this: 404, 410."""


class SourceDenied(SourceError):
    """The remote does not let us read this: 401, 403."""


class SourceRefused(SourceError):
    """Our own limits refuse it: private address, too large, too deep. Another try changes nothing."""


class SourceInvalid(SourceError):
    """The remote answered something that is not what its contract says. The sentence names the place."""
