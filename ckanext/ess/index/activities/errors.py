"""What can go wrong with the index of activities: codes first, sentences late."""

from __future__ import annotations

from ckan.plugins import toolkit as tk

ABSENT, UNAVAILABLE, REFUSED, NO_CORE = "not-configured", "unavailable", "refused", "no-core"
NO_FIELDS = "no-fields"


class ActivityIndexError(Exception):
    """The index of activities did not do what it was asked for.

    Attributes:
        code: stable, one of the constants of this module.
        params: what the sentence names: ``url``, ``said``.
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def sentence(self) -> str:
        """What happened and what to do, in the reader's language."""
        return _sentences()[self.code].format(**self.params)

    def __str__(self) -> str:
        """For logs: the code and its values."""
        return f"{self.code} {self.params}" if self.params else self.code


class NotConfiguredError(ActivityIndexError):
    """The portal has no index of activities."""

    def __init__(self) -> None:
        super().__init__(ABSENT)


class UnavailableError(ActivityIndexError):
    """Solr does not answer, or not in time: another try later makes sense."""


class RefusedError(ActivityIndexError):
    """Solr answered that it cannot do this: the request, or the core's fields, are wrong."""


def _sentences() -> dict[str, str]:
    return {
        ABSENT: tk._(
            "This portal has no index of activities: its administrator can set "
            "ckanext.ess.activities_solr_url."
        ),
        UNAVAILABLE: tk._("The index of activities ({url}) does not answer: {said}. Try again later."),
        REFUSED: tk._("The index of activities ({url}) refused what it was asked: {said}"),
        NO_FIELDS: tk._("The core at {url} lacks fields that this version needs. Run “ckan ess index init”."),
        NO_CORE: tk._(
            "There is no Solr core at {url}. Create it (for instance “solr create -c ess_activities”), then "
            "run “ckan ess index init”."
        ),
    }
