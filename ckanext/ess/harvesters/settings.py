"""Configuration of a harvest source: a JSON object, checked with a sentence for each fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.schema.secrets import is_secret
from ckanext.ess.sources.filters import Wanted

FILE_TYPES = ("activities", "organisations")
MAX_DOWNLOADS = 16
MAX_PERCENT = 100
#: What a setting of one word may be.
WORDS = {
    "language": ("fr", "en"),
    "when_gone": ("delete", "archive", "keep"),
    "adopt": ("same-catalogue", "same-file"),
}
#: Settings that only sources of one type know.
OWN = {
    "udata": frozenset({"tags", "badge", "organization_badge", "schema", "format", "query"}),
    "urls": frozenset({"addresses"}),
}


@dataclass(frozen=True)
class Settings:
    """What an administrator may say about a source.

    Attributes:
        publishers: only these: catalogue id, short name or IATI identifier.
        countries: only datasets that work in these (ISO 3166, two letters).
        file_types: only ``activities`` or ``organisations``.
        language: of titles and descriptions that are made for want of any, ``fr`` or ``en``.
        max_datasets: a larger catalogue is refused; 0: the source's own limit.
        max_megabytes: a larger file is not read; 0: the portal's limit.
        downloads: how many files one consumer fetches at a time.
        keep: fields that, once set here, the harvest leaves alone.
        when_gone: what becomes of a dataset that the catalogue no longer lists: ``delete``, ``archive`` (it
            stays and says so) or ``keep``.
        grace_days: so many days later.
        max_loss: percent of the datasets that one run may lose before it stops and asks.
        tags: udata: only datasets with all of these keywords.
        badge: udata: only datasets with this badge.
        organization_badge: udata: only datasets of organisations with this badge, such as ``association``.
        schema: udata: only datasets with a file of this schema, such as ``scdl/subventions``.
        format: udata: only datasets with a file of this format.
        query: udata: only datasets that this search finds.
        adopt: what proves that a dataset which another harvester brought is the catalogue's: the
            ``same-catalogue``, or also the ``same-file``.
        addresses: urls: further addresses of files, lists, pages, sitemaps or zips.
    """

    publishers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    file_types: tuple[str, ...] = ()
    language: str = "fr"
    max_datasets: int = 0
    max_megabytes: int = 0
    downloads: int = 4
    keep: tuple[str, ...] = ()
    when_gone: str = "delete"
    grace_days: int = 7
    max_loss: int = 20
    tags: tuple[str, ...] = ()
    badge: str = ""
    organization_badge: str = ""
    schema: str = ""
    format: str = ""
    query: str = ""
    addresses: tuple[str, ...] = ()
    adopt: str = "same-catalogue"

    @property
    def wanted(self) -> Wanted:
        """The filters, as sources take them."""
        return Wanted.of(publishers=self.publishers, countries=self.countries, file_types=self.file_types)


def read_settings(text: str | None, source_type: str = "") -> Settings:
    """Settings from the configuration of a source.

    Args:
        text: the configuration, JSON.
        source_type: of the source; settings of other types are unknown to it.

    Raises:
        ValueError: a translated sentence says what is wrong, one per fault.
    """
    if not text or not text.strip():
        return Settings()
    try:
        given = json.loads(text)
    except ValueError as error:
        raise ValueError(tk._("The configuration is not JSON: {error}").format(error=error)) from None
    if not isinstance(given, dict):
        said = tk._('The configuration must be a JSON object, for example {"countries": ["SN"]}.')
        raise ValueError(said)  # noqa: TRY004
    if faults := list(_faults(given, source_type)):
        raise ValueError(" ".join(faults))
    return Settings(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    )


def no_secret(key: str) -> str:
    """Why a key cannot stand in the configuration of a source, and where it can."""
    return tk._(
        '"{key}": a key is never stored with a source, as everybody can read it there. Put it into a file '
        "named like the host, in the folder of the option ckanext.ess.harvest.keys_folder."
    ).format(key=key)


def _faults(given: Mapping[str, Any], source_type: str) -> list[str]:
    others = frozenset().union(*(names for kind, names in OWN.items() if kind != source_type))
    known = {field.name: field.default for field in fields(Settings) if field.name not in others}
    faults = [_unknown(key, known) for key in given if key not in known]
    for key, value in given.items():
        if key in known:
            faults += _CHECKS[type(known[key])](key, value)
    return faults


def _unknown(key: str, known: Mapping[str, Any]) -> str:
    if is_secret(key):
        return no_secret(key)
    return tk._('"{key}" is not a setting; the settings are: {known}.').format(
        key=key, known=", ".join(known)
    )


def _list_faults(key: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        return [tk._('"{key}" must be a list of words.').format(key=key)]
    if key == "countries":
        bad = [one for one in value if len(one) != 2 or not one.isalpha()]  # noqa: PLR2004
        return [tk._('"{code}" is not a two-letter country code, like SN.').format(code=one) for one in bad]
    if key == "file_types":
        bad = [one for one in value if one not in FILE_TYPES]
        return [
            tk._('"{word}": a file type is "activities" or "organisations".').format(word=one) for one in bad
        ]
    return []


def _number_faults(key: str, value: Any) -> list[str]:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return [tk._('"{key}" must be a whole number, 0 or more.').format(key=key)]
    if key == "downloads" and not 1 <= value <= MAX_DOWNLOADS:
        return [tk._('"downloads" is between 1 and {most}.').format(most=MAX_DOWNLOADS)]
    if key == "max_loss" and value > MAX_PERCENT:
        return [tk._('"max_loss" is a percentage, 0 to 100.')]
    return []


def _word_faults(key: str, value: Any) -> list[str]:
    if not isinstance(value, str):
        return [tk._('"{key}" must be a text.').format(key=key)]
    choices = WORDS.get(key)
    if choices and value not in choices:
        return [tk._('"{key}" is one of: {choices}.').format(key=key, choices=", ".join(choices))]
    return []


_CHECKS = {tuple: _list_faults, int: _number_faults, str: _word_faults}
