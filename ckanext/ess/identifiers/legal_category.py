"""INSEE legal categories (catégories juridiques): the four digits of a legal form in the Sirene register.

The family of the social economy is proposed from the category, after article 1 of the law of 31 July 2014. A
proposal is not a proof: a commercial company belongs to the social economy by its statutes, which no category
tells, and some categories need a look (``Proposal.certain`` is false).

>>> label("9220")
'Association déclarée'
>>> propose("5458").family
'cooperative'
>>> propose("9224").reason("en")[:50]
'9224 (Association d’avocats à responsabilité profe'
>>> refusal("922").code
'legal.length'
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from . import text
from .refusal import Notice, Refusal
from .tsv import rows

LENGTH = 4

ASSOCIATION, COOPERATIVE, MUTUAL, FOUNDATION = "association", "cooperative", "mutuelle", "fondation"
COMPANY, PUBLIC, OTHER = "societe-commerciale", "public", "autre"


class Empty(Refusal):
    """Nothing was given."""

    code = "legal.empty"


class Characters(Refusal):
    """Something else than digits."""

    code = "legal.characters"


class Length(Refusal):
    """Not four digits."""

    code = "legal.length"


class Unknown(Refusal):
    """Four digits that INSEE does not use."""

    code = "legal.unknown"


class Reason(Notice):
    """Why a family is proposed, or none: one sentence a rule."""

    code = "legal.reason"

    def __init__(self, value: str, *, rule: str, **params: str) -> None:
        super().__init__(value, **params)
        self.rule = rule

    @property
    def key(self) -> str:
        """Where the rule's sentence stands in the table."""
        return f"legal.{self.rule}"


class Category(NamedTuple):
    """A legal category; ``family`` and ``rule`` say what is proposed for it and why."""

    code: str
    label: str
    family: str
    rule: str


class Proposal(NamedTuple):
    """A family to propose: ``certain`` when the law names the form, ``excluded`` when it is outside."""

    category: Category
    family: str
    certain: bool
    excluded: bool

    def reason(self, lang: str = "en") -> str:
        """Why, in a sentence."""
        return Reason(self.category.code, rule=self.category.rule, label=self.category.label).sentence(lang)


#: Rule of the forms that the law names (article 1, II, 1°).
_BY_RIGHT = "by-right"

#: Rules of the forms that are outside the social economy.
_EXCLUDED = frozenset(
    {"barristers", "co-owners", "liberal-company", "no-personality", "professional-body", "public-law"}
)


@lru_cache(maxsize=1)
def categories() -> dict[str, Category]:
    """All categories by code, in INSEE's order."""
    return {
        cells[0]: Category(*cells) for cells in rows(Path(__file__).parent / "data" / "legal_categories.tsv")
    }


def compact(code: str) -> str:
    """Without blanks, dots, hyphens."""
    return text.compact(code)


def refusal(code: str) -> Refusal | None:
    """Why this is no legal category; None when it is one."""
    digits = compact(code)
    if not digits:
        return Empty(code)
    if not text.is_digits(digits):
        return Characters(code, found=text.odd_characters(digits))
    if len(digits) != LENGTH:
        return Length(code, count=str(len(digits)))
    return None if digits in categories() else Unknown(code)


def validate(code: str) -> str:
    """Return the four digits, or raise the ``Refusal`` that fits."""
    if wrong := refusal(code):
        raise wrong
    return compact(code)


def is_valid(code: str) -> bool:
    """Whether INSEE has this category."""
    return refusal(code) is None


def format(code: str) -> str:  # noqa: A001 - python-stdnum's verb
    """As INSEE writes it: four digits in one piece."""
    return compact(code)


def label(code: str) -> str:
    """INSEE's name of a category, in French (there is no other); the code itself when it is unknown."""
    found = categories().get(compact(code))
    return found.label if found else code


def propose(code: str) -> Proposal:
    """The family to propose for a category; raises its ``Refusal``."""
    category = categories()[validate(code)]
    return Proposal(category, category.family, category.rule == _BY_RIGHT, category.rule in _EXCLUDED)
