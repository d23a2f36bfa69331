# ruff: noqa: ARG001 - CKAN tells a validator what to pass by the number of its arguments
"""Validators that the schema names; any other portal's schema may name them too.

Each is cheap: lists are read once per process, and nothing here reads a file or the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.ess.identifiers import cog, iati_org, legal_category, rna, siren, siret
from ckanext.ess.identifiers.refusal import Refusal
from ckanext.ess.schema import choices, dates, language, lists, mirror, proposals, slugs

__all__ = [
    "ess_apply_proposals",
    "ess_boolean",
    "ess_choice",
    "ess_choice_list",
    "ess_codelist",
    "ess_cog",
    "ess_date",
    "ess_default_kind",
    "ess_drop_mirrored",
    "ess_forget_mirrored",
    "ess_iati_org",
    "ess_legal_category",
    "ess_list_output",
    "ess_name_from_title",
    "ess_natural",
    "ess_number_output",
    "ess_required_in_form",
    "ess_rna",
    "ess_sector_groups",
    "ess_siren",
    "ess_siret",
    "ess_text_list",
    "ess_url",
]

#: Set by our forms, so that what a person must fill in is not asked of every program.
FORM = "ess_form"
_DROPPED = "__ess_mirrored_"
_LONGEST_NUMBER = 18
_GROUPS = "SectorCategory"
_MISSING: tuple[Any, ...] = (None, "", [], tk.missing)
_YES = {"true", "1", "yes", "oui", "on", "vrai"}
_NO = {"false", "0", "no", "non", "off", "faux"}


# --- identifiers


def ess_siren(value: str) -> str:
    """A SIREN, written back as nine digits."""
    return _identifier(siren.validate, value)


def ess_siret(value: str) -> str:
    """A SIRET, written back as fourteen digits."""
    return _identifier(siret.validate, value)


def ess_rna(value: str) -> str:
    """An RNA number, written back as ten characters."""
    return _identifier(rna.validate, value)


def ess_iati_org(value: str) -> str:
    """An IATI organisation identifier; unusual ones are kept, and the pages say what is unusual."""
    return _identifier(iati_org.validate, value)


def ess_legal_category(value: str) -> str:
    """An INSEE legal category, four digits."""
    return _identifier(legal_category.validate, value)


def ess_cog(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Territories by INSEE code and level, such as ``region:11``; a list."""
    _store_list(key, data, errors, lambda one: _identifier(cog.validate, one))


def _identifier(validate: Callable[[str], str], value: str) -> str:
    try:
        return validate(value)
    except Refusal as refusal:
        raise tk.Invalid(refusal.sentence(language.current())) from refusal


# --- values of a list


def ess_codelist(name: str) -> Callable[[str], str]:
    """One code of a list: IATI's by its name (``ess_codelist(Country)``) or ours (``ess_codelist(kind)``)."""

    def validator(value: str) -> str:
        return _listed(name, value)

    return validator


def ess_choice(field: Mapping[str, Any], schema: Mapping[str, Any]) -> Callable[[str], str]:
    """One value of the list that the field names with ``ess_list``."""
    return ess_codelist(field["ess_list"])


def ess_choice_list(field: Mapping[str, Any], schema: Mapping[str, Any]) -> Callable[..., None]:
    """Several values of the list that the field names with ``ess_list``."""
    name = field["ess_list"]

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        _store_list(key, data, errors, lambda one: _listed(name, one))

    return validator


# How scheming knows that a validator wants the field before the value
ess_choice.is_a_scheming_validator = True  # pyright: ignore[reportFunctionMemberAccess]
ess_choice_list.is_a_scheming_validator = True  # pyright: ignore[reportFunctionMemberAccess]


def ess_text_list(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Several texts, one to a line, kept as they are."""
    _store_list(key, data, errors, lambda one: one)


def ess_sector_groups(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Groups of DAC sectors, completed with those of the sectors; a list."""
    sectors = data.get((*key[:-1], "ess_sector"))
    if sectors not in _MISSING and not errors.get((*key[:-1], "ess_sector")):
        groups = choices.table(_GROUPS)
        derived = {code[:3] for code in lists.read(sectors)} & groups.keys()
        given = _given(key, data, errors)
        data[key] = [*given, *sorted(derived - set(given))]
    _store_list(key, data, errors, lambda one: _listed(_GROUPS, one))


def ess_list_output(value: Any) -> Any:
    """The list that CKAN stored as JSON."""
    return lists.read(value) if isinstance(value, str) else value


def _listed(name: str, value: str) -> str:
    if value not in choices.table(name):
        raise tk.Invalid(tk._("“{value}” is not in the list.").format(value=value))
    return value


def _store_list(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, check: Callable[[str], str]
) -> None:
    """Check each value of a list; keep it as CKAN stores lists, or leave the field out when it is empty."""
    kept = [_checked(one, check, errors[key]) for one in _given(key, data, errors)]
    if errors[key]:
        raise tk.StopOnError
    data[key] = lists.write(dict.fromkeys(kept))
    if not kept:
        _leave_out(key, data)


def _given(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict) -> list[str]:
    try:
        return lists.read(None if data.get(key) in _MISSING else data[key])
    except TypeError:
        errors[key].append(tk._("A list of values is expected."))
        raise tk.StopOnError from None


def _checked(value: str, check: Callable[[str], str], problems: list[Any]) -> str:
    try:
        return check(value)
    except tk.Invalid as invalid:
        problems.append(invalid.error)
        return ""


def _leave_out(key: FlattenKey, data: FlattenDataDict) -> None:
    data.pop(key, None)
    raise tk.StopOnError


# --- plain values


def ess_boolean(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Yes or no, kept as ``true`` or ``false``."""
    if data.get(key) in _MISSING:
        _leave_out(key, data)
    text = str(data[key]).strip().lower()
    if text not in _YES | _NO:
        raise tk.Invalid(tk._("Answer yes or no."))
    data[key] = "true" if text in _YES else "false"


def ess_date(value: Any) -> str:
    """A date: a year, a month or a day."""
    try:
        return dates.normalise(value)
    except ValueError:
        raise tk.Invalid(
            tk._("“{value}” is not a date. Write it as 2026-11-23.").format(value=value)
        ) from None


def ess_natural(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """A whole number, zero or more."""
    value = data.get(key)
    if value in _MISSING:
        _leave_out(key, data)
    text = "".join(str(value).split())
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise tk.Invalid(tk._("“{value}” is not a whole number.").format(value=value))
    data[key] = int(text)


def ess_number_output(value: Any) -> Any:
    """The whole number that CKAN stored as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def ess_url(value: str) -> str:
    """The address of a page or a file, with http or https."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(value) & set(' "<>\n\t')
    except ValueError:
        good = False
    if not good:
        raise tk.Invalid(
            tk._("“{value}” is not a web address. Write it as https://example.org/.").format(value=value)
        )
    return value


# --- a form's own rules


def ess_required_in_form(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Ask a person for the value; programs, which do not know our fields, may leave it out."""
    extras = data.get(("__extras",)) or {}
    if extras.get(FORM) and data.get(key) in _MISSING:
        errors[key].append(tk._("Missing value"))
        raise tk.StopOnError


def ess_default_kind(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Give ``other`` as the kind of a dataset whose author knows nothing of kinds."""
    if data.get(key) in _MISSING:
        data[key] = "other"


def ess_name_from_title(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Make the address from the title when it is left empty; an existing one stays."""
    if data.get(key) not in _MISSING:
        return
    existing = context.get("package") or context.get("group")
    title = data.get((*key[:-1], "title"))
    if existing:
        data[key] = existing.name
    elif title not in _MISSING:
        data[key] = slugs.free(str(title), _is_taken)
    elif (data.get(("__extras",)) or {}).get(FORM):
        raise tk.StopOnError  # the title is what is missing, and says so


def _is_taken(name: str) -> bool:
    return bool(model.Package.get(name) or model.Group.get(name))


def ess_apply_proposals(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Write the proposals that the form's ``ess_use`` boxes accept in empty fields; a before-validator."""
    extras = data.get(("__extras",)) or {}
    accepted = lists.read(extras.get("ess_use"))
    if not accepted:
        return
    values = {name[0]: value for name, value in data.items() if len(name) == 1 and value not in _MISSING}
    for name, proposal in proposals.of(values).items():
        if name in accepted and data.get((name,), tk.missing) in _MISSING:
            data[(name,)] = proposal


# --- the mirror in extras


def ess_drop_mirrored(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Set aside the extras that only repeat our fields; a before-validator. ``ess_forget_mirrored`` follows.

    CKAN has already decided which validators an extra will meet, so it gets a name that they accept.
    """
    names = mirror.mirrored_names(data.get(("type",)) or "dataset")
    for place in [place for place in data if place[0] == "extras" and place[-1] == "key"]:
        if data[place] in names:
            data[place] = f"{_DROPPED}{place[1]}"


def ess_forget_mirrored(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Remove the extras that were set aside; an after-validator."""
    dropped = {
        place[1]
        for place, value in data.items()
        if place[0] == "extras" and place[-1] == "key" and str(value).startswith(_DROPPED)
    }
    for place in [place for place in data if place[0] == "extras" and place[1] in dropped]:
        del data[place]
