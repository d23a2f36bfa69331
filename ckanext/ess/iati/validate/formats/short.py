"""Findings with their texts within bounds: what a file says can be as long as the file."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.ess.iati.validate.finding import Finding

#: Characters shown of what a file says, and of where it says it.
TEXT, PLACE = 1000, 500
#: Stands for what is left out.
MARK = "…"


def cut(text: str, longest: int = PLACE) -> str:
    """Return a text with its end left out, and a mark there, where it is too long.

    >>> cut("FR-RCS-123", 6), cut("FR-RCS", 6)
    ('FR-RCS…', 'FR-RCS')
    """
    return text if len(text) <= longest else text[:longest] + MARK


def shortened(finding: Finding) -> Finding:
    """Return a finding with its identifier, place and parameters within bounds."""
    activity, params = finding.activity, _within(finding.params)
    is_short = params is finding.params and len(finding.xpath) <= PLACE
    if is_short and (activity is None or len(activity) <= PLACE):
        return finding
    return finding._replace(
        activity=None if activity is None else cut(activity), xpath=cut(finding.xpath), params=params
    )


def _within(params: Mapping[str, str]) -> Mapping[str, str]:
    if max(map(len, params.values()), default=0) <= TEXT:
        return params
    return {name: cut(value, TEXT) for name, value in params.items()}
