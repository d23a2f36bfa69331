"""Everything that is checked on an activity of one version and kind of file, put together once per file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.versions import ACTIVITIES
from ckanext.ess.iati.validate.codes import Codes
from ckanext.ess.iati.validate.ess.registry import EssCheck, ess_checks
from ckanext.ess.iati.validate.finding import Params
from ckanext.ess.iati.validate.hot import hot_tests
from ckanext.ess.iati.validate.references import ATTRIBUTES, References
from ckanext.ess.iati.validate.rules.case import Setting
from ckanext.ess.iati.validate.rules.compiled import Compiled, compiled_rules
from ckanext.ess.iati.validate.rules.doubts import Doubt, joined, narrowed_to, settled_by
from ckanext.ess.iati.validate.schema import Schema
from ckanext.ess.iati.validate.screen import Attributes, Screen, Suspicion

#: Combinations of bits whose choices are kept.
_KEPT = 5000
#: The judgement on every activity where nothing is screened.
_EVERYTHING: frozenset[int] = frozenset()

AnyCheck: TypeAlias = "Compiled | EssCheck"


class Choice:
    """What one activity needs.

    These are checks, names of elements whose codes to look at, and whether it has references.
    """

    def __init__(self, checks: tuple[AnyCheck, ...], coded: tuple[str, ...], *, refers: bool) -> None:
        self.checks = checks
        self.coded = coded
        self.refers = refers
        self._turns: dict[tuple[str, ...], Turn] = {}

    def narrowed(self, record: Element, children: Iterable[str]) -> tuple[AnyCheck, ...]:
        """Return the checks that can find something on an activity, given the names right below it."""
        names = tuple(children)
        turn = self._turns.get(names)
        if turn is None:
            if len(self._turns) > _KEPT:
                self._turns.clear()
            turn = self._turns[names] = self._turn(frozenset(names))
        if not (turn.doubt and turn.doubt(record)):
            return turn.certain
        true = frozenset(doubt for doubt in turn.doubts() if _alone(doubt)(record))
        # What is wrong in one activity mostly is in the next: there the doubt is not worth asking.
        self._turns[names] = _turn(
            (check, "" if doubt in true else doubt) for check, doubt in turn.everything
        )
        return tuple(check for check, doubt in turn.everything if not doubt or doubt in true)

    def _turn(self, names: frozenset[str]) -> Turn:
        return _turn(
            (check, narrowed_to(_doubt(check), names))
            for check in self.checks
            if all(names & guard for guard in _guards(check)) and not names & settled_by(_doubt(check))
        )


class Turn(NamedTuple):
    """Checks with their doubts, those without one, and all doubts in one expression."""

    everything: tuple[tuple[AnyCheck, str], ...]
    certain: tuple[AnyCheck, ...]
    doubt: Doubt | None

    def doubts(self) -> Iterator[str]:
        """Yield the doubts, each once."""
        yield from dict.fromkeys(doubt for _, doubt in self.everything if doubt)


def _turn(checks: Iterable[tuple[AnyCheck, str]]) -> Turn:
    everything = tuple(checks)
    certain = tuple(check for check, doubt in everything if not doubt)
    return Turn(everything, certain, joined(doubt for _, doubt in everything if doubt))


@lru_cache(maxsize=512)
def _alone(doubt: str) -> Doubt:
    return joined([doubt]) or bool


def _doubt(check: AnyCheck) -> str:
    return check.doubt if isinstance(check, Compiled) else ""


def _guards(check: AnyCheck) -> tuple[frozenset[str], ...]:
    return check.guards if isinstance(check, Compiled) else ()


class Plan:
    """The checks of a version and kind of file, and the screen that says which of them an activity needs.

    Args:
        version: of the standard.
        file_type: ``activities`` or ``organisations``.
        setting: the present, and whose reading of the rules.
        screened: False runs every check on every activity: slower, the same findings (a test compares).
        references: whether references to other activities are collected.
    """

    def __init__(
        self,
        version: str,
        file_type: str,
        setting: Setting,
        *,
        screened: bool = True,
        references: bool = False,
    ) -> None:
        self.setting = setting
        self.file_type = file_type
        self.schema = Schema(version, file_type)
        self.codes = Codes(version, file_type, official=setting.official)
        self.references = References(version if file_type == ACTIVITIES else "")
        rules = compiled_rules(version, file_type, official=setting.official)
        self.screened = screened
        self._refers = references
        self._checks: list[AnyCheck] = [*rules, *(() if setting.official else ess_checks(version, file_type))]
        names = sorted({name for check in self._checks for need in check.needs for name in need})
        self._bits = {name: 1 << place for place, name in enumerate(names)}
        self._next = 1 << len(names)
        self._code_bits: dict[str, int] = {}
        self._reference_bit = self._free()
        self.screen = Screen(names, list(self._suspicions()))
        self._choices: dict[frozenset[int], Choice] = {}
        self._params: dict[tuple[tuple[str, str], ...], Params] = {}

    def choose(self, raw: bytes) -> Choice:
        """Return what to check on an activity, judged by its text."""
        judgement = self.screen.judge(raw) if self.screened else _EVERYTHING
        choice = self._choices.get(judgement)
        if choice is None:
            if len(self._choices) > _KEPT:
                self._choices.clear()
            bits = self.screen.bits_of(judgement) if self.screened else -1
            choice = self._choices[judgement] = self._choose(bits)
        return choice

    def shared(self, params: Params) -> Params:
        """Return the same dictionary for the same parameters: what is wrong once is so a thousand times."""
        if len(self._params) > _KEPT:
            self._params.clear()
        return self._params.setdefault(tuple(params.items()), params)

    def everything(self) -> Choice:
        """Return all there is to check, for an activity that cannot be judged by its text."""
        return self._choose(-1)

    def _choose(self, bits: int) -> Choice:
        checks = tuple(
            check
            for place, check in enumerate(self._checks)
            if all(bits & mask for mask in self._ordered[place])
        )
        coded = tuple(name for name, bit in self._code_bits.items() if bits & bit)
        return Choice(checks, coded, refers=self._refers and bool(bits & self._reference_bit))

    def _free(self) -> int:
        bit = self._next
        self._next <<= 1
        return bit

    def _suspicions(self) -> Iterator[Suspicion]:
        """Give every check its masks, and every suspicion its bit."""
        self._ordered: list[tuple[int, ...]] = []
        for check in self._checks:
            masks = [sum(self._bits[name] for name in need) for need in check.needs]
            groups = (
                hot_tests(check.rule, self.setting) if isinstance(check, Compiled) else [list(check.suspects)]
            )
            for tests in filter(None, groups):
                bit = self._free()
                masks.append(bit)
                yield from (Suspicion(name, bit, test) for name, test in tests)
            self._ordered.append(tuple(masks))
        for name in self.codes.names:
            bit = self._code_bits[name] = self._free()
            yield self.codes.suspicion(name, bit)
        for name, attribute in ATTRIBUTES.items():
            yield Suspicion(name, self._reference_bit, _has(attribute), attribute)


def _has(attribute: str) -> Callable[[Attributes], bool]:
    return lambda attributes: bool(attributes.get(attribute))
