"""Contact details that look private."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.ess.iati.read.tree import Element, text_of
from ckanext.ess.iati.validate.ess.registry import ess_check
from ckanext.ess.iati.validate.rules.case import Hit, Setting
from ckanext.ess.iati.validate.rules.nodes import Tree

#: Mail services for private persons, the French ones first.
PRIVATE_MAIL = frozenset(
    {
        "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "laposte.net", "bbox.fr", "numericable.fr",
        "aliceadsl.fr", "club-internet.fr", "gmail.com", "googlemail.com", "yahoo.com", "yahoo.fr", "hotmail.com",  # noqa: E501
        "hotmail.fr", "live.com", "live.fr", "outlook.com", "outlook.fr", "msn.com", "icloud.com", "me.com",
        "aol.com", "gmx.com", "gmx.de", "gmx.fr", "gmx.net", "web.de", "mail.ru", "qq.com", "protonmail.com",
        "proton.me", "yandex.ru",
    },
)  # fmt: skip


@ess_check("ess.personal-email", "warning", "information", needs=("contact-info", "email"))
def personal_email(record: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
    """An address at a mail service for private persons is personal data.

    It is lost when its owner leaves.
    """
    contacts = tree.children(record, "contact-info")
    for email in (email for contact in contacts for email in contact.iterchildren("email")):
        value = text_of(email).strip()
        domain = value.rpartition("@")[2].lower()
        if "@" in value and domain in PRIVATE_MAIL:
            yield Hit(email, {"value": value, "domain": domain})
