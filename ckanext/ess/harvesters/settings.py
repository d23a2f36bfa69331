"""Configuration of a harvest source: a JSON object, checked with a sentence for each fault."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.schema.secrets import is_secret
from ckanext.ess.sources.filters import Wanted

FILE_TYPES = ("activities", "organisations")


def _setting(
    default: Any, *, only: str = "", words: Sequence[str] = (), least: int = 0, most: int = 0
) -> Any:
    """A setting with all that is checked of it.

    Args:
        default: what it is unless somebody says otherwise; its type is that of the setting.
        only: the one source type that knows it; all do when empty.
        words: what a setting of one word may be.
        least: smallest number.
        most: largest number; 0: any.
    """
    return field(default=default, metadata={"only": only, "words": words, "least": least, "most": most})


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
    language: str = _setting("fr", words=("fr", "en"))
    max_datasets: int = 0
    max_megabytes: int = 0
    downloads: int = _setting(4, least=1, most=16)
    keep: tuple[str, ...] = ()
    when_gone: str = _setting("delete", words=("delete", "archive", "keep"))
    grace_days: int = 7
    max_loss: int = _setting(20, most=100)
    tags: tuple[str, ...] = _setting((), only="udata")
    badge: str = _setting("", only="udata")
    organization_badge: str = _setting("", only="udata")
    schema: str = _setting("", only="udata")
    format: str = _setting("", only="udata")
    query: str = _setting("", only="udata")
    addresses: tuple[str, ...] = _setting((), only="urls")
    adopt: str = _setting("same-catalogue", words=("same-catalogue", "same-file"))

    @property
    def wanted(self) -> Wanted:
        """The filters, as sources take them."""
        return Wanted.of(publishers=self.publishers, countries=self.countries, file_types=self.file_types)

    def own(self, source_type: str) -> dict[str, Any]:
        """The settings that only sources of one type know, by name."""
        mine = (one.name for one in fields(self) if one.metadata.get("only") == source_type)
        return {name: getattr(self, name) for name in mine}


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
    known = {one.name: one for one in fields(Settings) if one.metadata.get("only", "") in ("", source_type)}
    faults = [_unknown(key, known) for key in given if key not in known]
    for key, value in given.items():
        if key in known:
            faults += _CHECKS[type(known[key].default)](known[key], value)
    return faults


def _unknown(key: str, known: Mapping[str, Any]) -> str:
    if is_secret(key):
        return no_secret(key)
    return tk._('"{key}" is not a setting; the settings are: {known}.').format(
        key=key, known=", ".join(known)
    )


def _list_faults(setting: Field[Any], value: Any) -> list[str]:
    key = setting.name
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


def _number_faults(setting: Field[Any], value: Any) -> list[str]:
    key, least, most = setting.name, setting.metadata.get("least", 0), setting.metadata.get("most", 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return [tk._('"{key}" must be a whole number, 0 or more.').format(key=key)]
    if value < least or value > (most or value):
        return [tk._('"{key}" is between {least} and {most}.').format(key=key, least=least, most=most)]
    return []


def _word_faults(setting: Field[Any], value: Any) -> list[str]:
    key, choices = setting.name, setting.metadata.get("words", ())
    if not isinstance(value, str):
        return [tk._('"{key}" must be a text.').format(key=key)]
    if choices and value not in choices:
        return [tk._('"{key}" is one of: {choices}.').format(key=key, choices=", ".join(choices))]
    return []


_CHECKS = {tuple: _list_faults, int: _number_faults, str: _word_faults}
