"""French organisation identifiers behind ``FR-``: the number must exist as a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.versions import FILE_TYPES
from ckanext.ess.iati.validate.ess.registry import ess_check
from ckanext.ess.iati.validate.rules.case import Hit, Setting
from ckanext.ess.iati.validate.rules.nodes import Leaf, Tree
from ckanext.ess.iati.validate.screen import Attributes
from ckanext.ess.identifiers import iati_org
from ckanext.ess.identifiers.refusal import Refusal

_HOLDERS = (
    "reporting-org",
    "participating-org",
    "provider-org",
    "receiver-org",
    "owner-org",
    "recipient-org",
)


def _is_french(name: str) -> tuple[str, Callable[[Attributes], bool]]:
    return name, lambda attributes: attributes.get("ref", "").lstrip().upper().startswith("FR-")


@ess_check(
    "ess.french-identifier",
    "warning",
    "identifiers",
    suspects=tuple(_is_french(name) for name in _HOLDERS),
    file_types=FILE_TYPES,
)
def french_identifier(record: Element, _: Tree, __: Setting) -> Iterator[Hit]:
    """An identifier that begins with FR- carries a SIREN, SIRET or RNA number; its digits must check."""
    told: set[str] = set()
    for element in record.iter(*_HOLDERS):
        value = element.get("ref", "")
        if not value.strip().upper().startswith("FR-") or value in told:
            continue
        try:
            iati_org.check(value)
        except Refusal as refusal:
            told.add(value)
            yield Hit(
                Leaf(element, "ref", value),
                {"value": value, "reason.en": refusal.sentence("en"), "reason.fr": refusal.sentence("fr")},
            )
