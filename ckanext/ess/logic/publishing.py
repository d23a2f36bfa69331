"""A sheet on its way to an IATI file: brought, corrected, brought again; what may be asked of the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.identifiers import iati_org
from ckanext.ess.identifiers.iati_sentences import BareSiren, BareSiret
from ckanext.ess.identifiers.refusal import Refusal
from ckanext.ess.jobs import conversions as job
from ckanext.ess.logic import checks
from ckanext.ess.logic.sheet_names import harmless
from ckanext.ess.schema import language
from ckanext.ess.sources import recherche_entreprises
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.http import Http
from ckanext.ess.store import conversions, publications, turns
from ckanext.ess.store.conversions import Conversion
from ckanext.ess.store.harvest import utcnow

#: Who publishes, as a form gives it.
WHO = (
    "organisation_id",
    "organisation_name",
    "organisation_type",
    "organisation_role",
    "organisation_country",
    "currency",
)
#: Cells written over on the page, and columns said: past it, the sheet itself is the place to correct.
MOST_EDITS, MOST_COLUMNS = 2000, 300
_MOST_CHARACTERS = 1_000_000
#: Bytes of all sheets that are kept for a day: past it, others are asked to come later.
MOST_KEPT = 2 * 1024**3
_FULL = 503
_LONGEST, _LONGEST_CELL = 300, 32_767
#: Corrections for each sheet that one may bring in an hour.
_ROUNDS = 10
_NATIONAL_NGO, _FOUNDATION = "22", "60"
#: Legal categories (INSEE) that tell a publisher's type.
_TYPES = {"92": _NATIONAL_NGO, "93": _FOUNDATION}


def begin(name: str, content: bytes, said: Mapping[str, str], organization: str = "") -> str:
    """Have a sheet converted in the background, and return the secret name of what comes of it.

    Args:
        name: the file's.
        content: the sheet.
        said: who publishes, by the names of :data:`WHO`.
        organization: the portal's organisation for which an editor brings it; "" for none.

    Raises:
        Refused: there were too many.
    """
    checks.take_turn()
    _refuse_when_full()
    choices: dict[str, Any] = {**who(said), "organization": organization, "file": name[:_LONGEST]}
    if organization:
        choices["columns"] = publications.meanings(organization)
    conversion = Conversion(
        name=harmless(name),
        content=content,
        choices=choices,
        expires=utcnow() + timedelta(hours=config.check_hours_kept()),
    )
    conversions.add(conversion)
    job.send(conversion.token)
    return conversion.token


def who(said: Mapping[str, str]) -> dict[str, str]:
    """What a form says of who publishes, within bounds; blanks are nothing."""
    return {name: " ".join(said.get(name, "").split())[:_LONGEST] for name in WHO}


def replace(conversion: Conversion, name: str, content: bytes) -> None:
    """Bring the sheet again, corrected elsewhere: what was written over its cells is dropped.

    Raises:
        Refused: there were too many.
    """
    _take_turn()
    _refuse_when_full()
    conversion.name, conversion.content = harmless(name), content
    kept = {
        key: value for key, value in conversion.choices.items() if key not in {"edits", "added", "partial"}
    }
    conversion.choices = {**kept, "file": name[:_LONGEST]}
    _again(conversion)


def correct(conversion: Conversion, changes: Mapping[str, Any]) -> None:
    """Convert again with what was changed on the page.

    Args:
        conversion: the sheet.
        changes: ``who``; ``edits``, a list of (sheet, row, column, text, text before); ``columns``, titles of
            ours by the sheet's; ``added``, values by column; ``undo``, the number of an edit to take back;
            ``partial``.

    Raises:
        Refused: there were too many corrections, or too many cells were written over.
    """
    _take_turn()
    choices = dict(conversion.choices)
    choices.update(who({**choices, **changes.get("who", {})}))
    choices["edits"] = _edits(choices.get("edits", ()), changes)
    choices["columns"] = _within({**choices.get("columns", {}), **_folded(changes.get("columns", {}))})
    # a list, for the database sorts the names of a mapping, and columns are numbered in their order
    choices["added"] = list(_within({**dict(choices.get("added", ())), **changes.get("added", {})}).items())
    choices["partial"] = bool(changes.get("partial"))
    conversion.choices = choices
    organization = choices.get("organization", "")
    if organization and changes.get("columns") and organization in editors_organizations():
        publications.remember(organization, changes["columns"])
    _again(conversion)


def _edits(before: Any, changes: Mapping[str, Any]) -> list[list[Any]]:
    edits = {(sheet, row, column): [text, old] for sheet, row, column, text, old in before}
    undo = changes.get("undo")
    if undo is not None and 0 <= undo < len(edits):
        del edits[list(edits)[undo]]
    for sheet, row, column, text, old in changes.get("edits", ()):
        first = edits.get((sheet, row, column), ["", old])[1]
        edits[sheet, row, column] = [text[:_LONGEST_CELL], first]
    if len(edits) > MOST_EDITS or sum(len(text) for text, _ in edits.values()) > _MOST_CHARACTERS:
        said = tk._(
            "More than {number} cells were corrected here. Please correct the sheet itself and send it again."
        )
        raise checks.Refused(checks.TOO_LARGE, "message", said.format(number=MOST_EDITS))
    return [[*place, *texts] for place, texts in edits.items()]


def _folded(columns: Mapping[str, str]) -> dict[str, str]:
    return {fold(title)[:_LONGEST]: meant[:_LONGEST] for title, meant in columns.items()}


def _within(values: Mapping[str, str]) -> dict[str, str]:
    return {name[:_LONGEST]: text[:_LONGEST] for name, text in list(values.items())[:MOST_COLUMNS]}


def _again(conversion: Conversion) -> None:
    conversions.again(conversion)
    job.send(conversion.token)


def _refuse_when_full() -> None:
    if conversions.kept_bytes() > MOST_KEPT:
        conversions.prune()
        said = tk._("Many sheets are being converted today. Please come back in an hour.")
        raise checks.Refused(_FULL, "message", said, checks.HOUR)


def _take_turn() -> None:
    share = turns.Share(
        _ROUNDS * config.checks_per_hour(), _ROUNDS * config.checks_per_hour_total(), checks.HOUR
    )
    checks.within("correct", share)


def editors_organizations() -> dict[str, dict[str, Any]]:
    """The portal's organisations for which who asks may publish, by identifier."""
    if not tk.current_user.is_authenticated:
        return {}
    found = tk.get_action("organization_list_for_user")({}, {"permission": "create_dataset"})
    return {one["id"]: one for one in found}


def publisher(organization: str) -> dict[str, str]:
    """Who publishes, as the portal knows one of its organisations."""
    found = tk.get_action("organization_show")({}, {"id": organization})
    identifier = found.get("ess_iati_identifier") or ""
    if not identifier and found.get("ess_siren"):
        identifier = iati_org.propose(found["ess_siren"])
    return who(
        {
            "organisation_id": identifier,
            "organisation_name": found.get("title") or "",
            "organisation_type": found.get("ess_organisation_type") or "",
        }
    )


def look_up(number: str) -> tuple[dict[str, str], str]:
    """Who has a SIREN: what the form can be filled with, and a sentence where that is not all.

    The identifier is made of the number itself; the name comes from the public register, where that answers.

    Raises:
        Refused: there were too many.
    """
    try:
        identifier = _identifier(number)
    except Refusal as refusal:
        return {}, refusal.sentence(language.current())
    found, siren = {"organisation_id": identifier}, iati_org.siren_of(identifier)
    address = config.recherche_entreprises_url()
    if not address or siren is None:
        return found, tk._("This portal does not ask the register. Please write the name.")
    share = turns.Share(config.checks_per_hour(), config.checks_per_hour_total(), checks.HOUR)
    checks.within("register", share)
    try:
        known = recherche_entreprises.find(_http(), address, siren)
    except SourceError:
        return found, tk._("The register could not be asked. Please write the name.")
    if known is None:
        return found, tk._(
            "The number is well formed, but the register does not know it. Please write the name."
        )
    found["organisation_name"] = known.name
    found["organisation_type"] = _TYPES.get(known.legal_category[:2], "")
    return found, ""


def _identifier(number: str) -> str:
    try:
        return iati_org.check(number).value
    except (BareSiren, BareSiret) as refusal:
        return refusal.params["proposed"]


def _http() -> Http:
    return Http(allow_private=config.http_allow_private(), pause=0)
