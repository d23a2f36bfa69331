"""Check one activity: schema, codes, rules, our own checks.

What needs more than one activity is in ``across``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice

from ckanext.ess.iati.read import Limits, Piece, Problem, Root, parse
from ckanext.ess.iati.read.piece import CROWDED, Parsed
from ckanext.ess.iati.read.tree import Element, text_of
from ckanext.ess.iati.standard.versions import ACTIVITIES
from ckanext.ess.iati.validate import official as reference
from ckanext.ess.iati.validate import schema
from ckanext.ess.iati.validate.checked import Checked, Named
from ckanext.ess.iati.validate.codes import WITHDRAWN
from ckanext.ess.iati.validate.finding import NO_IDENTIFIER, Finding, Params, Severity
from ckanext.ess.iati.validate.places import Places
from ckanext.ess.iati.validate.plan import Choice, Plan
from ckanext.ess.iati.validate.rules.compiled import Compiled
from ckanext.ess.iati.validate.rules.nodes import Found, Tree, owner

#: Schema errors told of one activity: with more, they have one cause.
_SCHEMA_ERRORS = 200
#: Wrong codes told of an activity with a crowd in it, where every path takes long to find.
_CROWD_CODES = 1000
#: A description shorter than this says nothing by being repeated.
_TELLING = 40


class Engine:
    """Checks pieces of one file by one plan."""

    def __init__(self, plan: Plan, root: Root, limits: Limits) -> None:
        self._plan = plan
        self._root = root
        self._limits = limits
        self._official = plan.setting.official

    @property
    def largest_piece(self) -> int:
        """Bytes of the largest piece that the reader hands out."""
        return self._limits.piece

    def check(self, piece: Piece) -> Checked:
        """Check a piece; never raises on what is in it."""
        return self.look(piece)[0]

    def look(self, piece: Piece) -> tuple[Checked, Element | None]:
        """Check a piece and hand out its parsed element too, for those who want more of it than findings."""
        parsed = parse(piece, self._root, self._limits, lenient=self._official)
        return self._checked(piece, parsed), parsed.element

    def _checked(self, piece: Piece, parsed: Parsed) -> Checked:
        place = (piece.line, piece.column)
        if parsed.element is None:
            return Checked(piece.number, None, place, (), parsed.problems)
        if piece.displaced and self._official:
            # The official validator cuts the text at tags and loses the activity together with the stray tag.
            return Checked(piece.number, NO_IDENTIFIER, place, ())
        if piece.number == 0:
            findings = tuple(self._gap(parsed.element, piece))
            return Checked(0, None, place, findings, parsed.problems, foreign=_foreign(parsed.element))
        return _Activity(
            self._plan,
            piece,
            parsed.element,
            parsed.problems,
            official=self._official,
            declared=self._root.encoding_declared,
        ).checked()

    def _gap(self, root: Element, piece: Piece) -> Iterator[Finding]:
        """What stands between activities: foreign elements may, others and text may not."""
        for child in root:
            if self._official or not child.tag.startswith("{"):
                params = {
                    "kind": "element-unexpected",
                    "element": child.tag,
                    "expected": self._root.item.decode(),
                }
                yield self._file_finding(piece, child.tag, params)
        texts = [root.text, *(child.tail for child in root)]
        if any(text and not text.isspace() for text in texts):
            params = {"kind": "text-unexpected", "element": self._root.name}
            yield self._file_finding(piece, "", params)

    def _file_finding(self, piece: Piece, name: str, params: dict[str, str]) -> Finding:
        path = f"/{self._root.name}" + (f"/{name}" if name else "")
        return Finding(schema.RULE, "critical", "schema", None, 0, piece.line, piece.column, path, params)


def _foreign(gap: Element) -> str:
    """Return the name of the first element of another namespace, as people write it."""
    return next((schema.plain(child.tag) for child in gap if child.tag.startswith("{")), "")


class _Activity:
    """One activity while it is checked."""

    def __init__(
        self,
        plan: Plan,
        piece: Piece,
        record: Element,
        problems: tuple[Problem, ...],
        *,
        official: bool,
        declared: bool,
    ) -> None:
        self._plan = plan
        self._piece = piece
        self._record = record
        self._problems = problems
        self._official = official
        self._places = Places(piece, record)
        self._tree = Tree(record, official=official)
        self.identifier = (
            reference.identifier(record, plan.file_type, declared=declared) if official else self._identify()
        )

    def checked(self) -> Checked:
        """Run everything."""
        tree = self._tree
        choice = self._plan.choose(self._piece.raw)
        if any(problem.code == CROWDED for problem in self._problems):
            findings = tuple(islice(self._codes(choice), _CROWD_CODES))
        else:
            findings = (*self._schema(), *self._codes(choice), *self._rules(choice, tree))
        return Checked(
            number=self._piece.number,
            identifier=self.identifier,
            place=(self._piece.line, self._piece.column),
            findings=findings,
            problems=self._problems,
            references=tuple(self._named(tree)) if choice.refers else (),
            description=b"" if self._official else self._description(tree),
            updated=self._record.get("last-updated-datetime", "")[:10],
        )

    def _identify(self) -> str:
        if self._official:
            declared = self._plan.setting.encoding_declared
            return reference.identifier(self._record, self._plan.file_type, declared=declared)
        names = ("iati-identifier",)
        if self._plan.file_type != ACTIVITIES:
            names = ("organisation-identifier", "iati-identifier")
        for name in names:
            found = self._tree.children(self._record, name)
            if found and (text := text_of(found[0])):
                return text
        return NO_IDENTIFIER

    def _finding(self, rule: str, severity: Severity, category: str, at: Found, params: Params) -> Finding:
        line, column = self._places.of(at)
        path = self._places.xpath(at)
        shared = self._plan.shared(params)
        return Finding(
            rule, severity, category, self.identifier, self._piece.number, line, column, path, shared
        )

    def _schema(self) -> Iterator[Finding]:
        root = self._record.getparent()
        if root is None:
            return
        for error in islice(self._plan.schema.errors(root), _SCHEMA_ERRORS):
            element = self._places.at_path(error.path)
            if element is root:
                if not self._official:
                    continue  # the root is checked once, by itself
                element = self._record
            params = {"kind": error.kind, **error.params}
            yield self._finding(schema.RULE, "critical", "schema", element, params)

    def _codes(self, choice: Choice) -> Iterator[Finding]:
        found = self._wrong_codes(choice)
        if not self._official:
            yield from found
            return
        named = reference.coded_identifier(self._record, self._plan.file_type)
        yield from (finding._replace(activity=named) for finding in found)

    def _wrong_codes(self, choice: Choice) -> Iterator[Finding]:
        if not choice.coded:
            return
        for wrong in self._plan.codes.check(self._record.iter(*choice.coded)):
            rule = wrong.rule
            params = {
                "value": wrong.value,
                "list": rule.codelist,
                "element": owner(wrong.at).tag,
                "attribute": rule.attribute,
                "vocabulary": rule.vocabulary,
                "rule": rule.id,
                "path": rule.path,
            }
            if wrong.withdrawn:
                params["replaced"] = " ".join(wrong.list.codes[wrong.value].replaced_by)
                yield self._finding(WITHDRAWN, "warning", rule.category, wrong.at, params)
            else:
                yield self._finding(rule.id, "error", rule.category, wrong.at, params)

    def _rules(self, choice: Choice, tree: Tree) -> Iterator[Finding]:
        setting = self._plan.setting
        if self._official and self._record.tag.startswith("{"):
            return  # the rules are about names without namespace
        declared = setting.encoding_declared
        if self._official and reference.is_read_otherwise(self._piece.raw, declared=declared):
            reference.fold(self._record, declared=declared)
            self._places = Places(self._piece, self._record)  # it counts by name
            choice, tree = self._plan.everything(), Tree(self._record, official=True)
        checks = choice.checks
        if self._plan.screened:
            checks = choice.narrowed(self._record, tree.index())
        for check in checks:
            for hit in check.hits(self._record, tree, setting):
                rule = check.rule if isinstance(check, Compiled) else check
                yield self._finding(rule.id, rule.severity, rule.category, hit.at, hit.params)  # type: ignore[arg-type]

    def _named(self, tree: Tree) -> Iterator[Named]:
        for rule, at in self._plan.references.of(self._record, tree):
            finding = self._finding(rule.id, "advisory", rule.category, at, {"value": at.value})
            yield Named(finding, at.value)

    def _description(self, tree: Tree) -> bytes:
        found = tree.children(self._record, "description")
        text = " ".join(text_of(found[0]).split()) if found else ""
        return hashlib.blake2b(text.encode(), digest_size=8).digest() if len(text) >= _TELLING else b""
