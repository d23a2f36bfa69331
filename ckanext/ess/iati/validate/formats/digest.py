"""A mail on files whose verdict got worse, as plain text, in French and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ckanext.ess.iati.read.sentences import LANGUAGES

#: Files that one mail tells of; a page has the others.
SHOWN = 20
#: Reasons given for a file.
REASONS = 3
_TITLE = 120

_WORDS = {
    "en": {
        "one": "{organization}: a file has a worse verdict",
        "many": "{organization}: {count} files have a worse verdict",
        "hello": "Hello {reader},",
        "intro.one": "A file of {organization} has a worse verdict than before.",
        "intro.many": "{count} files of {organization} have a worse verdict than before.",
        "status": "  was: {old}, is: {new}",
        "reasons": "  To correct first: {reasons}",
        "more": "And {count} more: {url}",
        "why": "You receive this message because you follow the files of {organization} on {site}.",
        "stop": "To stop: {url}",
    },
    "fr": {
        "one": "{organization} : un fichier obtient un moins bon verdict",
        "many": "{organization} : {count} fichiers obtiennent un moins bon verdict",
        "hello": "Bonjour {reader},",
        "intro.one": "Un fichier de {organization} obtient un moins bon verdict qu’avant.",
        "intro.many": "{count} fichiers de {organization} obtiennent un moins bon verdict qu’avant.",
        "status": "  avant : {old} ; maintenant : {new}",
        "reasons": "  À corriger d’abord : {reasons}",
        "more": "Et {count} de plus : {url}",
        "why": "Vous recevez ce message car vous suivez les fichiers de {organization} sur {site}.",
        "stop": "Pour ne plus en recevoir : {url}",
    },
}
_SEPARATOR = {"en": "; ", "fr": " ; "}


class Change(NamedTuple):
    """A file that got worse: titles of its dataset and its own, verdicts in words, reasons, its report."""

    dataset: str
    file: str
    old: str
    new: str
    reasons: Sequence[str]
    url: str


class Letter(NamedTuple):
    """What a mail says: titles of the portal and organisation, the reader's name, addresses, changes."""

    site: str
    organization: str
    organization_url: str
    reader: str
    stop_url: str
    changes: Sequence[Change]


def subject(letter: Letter, lang: str) -> str:
    """Return the subject: one line, whatever the titles hold."""
    words = _WORDS[_known(lang)]
    text = words[_number(letter)].format(organization=line(letter.organization), count=len(letter.changes))
    return f"[{line(letter.site)}] {text}" if letter.site else text


def body(letter: Letter, lang: str) -> str:
    """Return the text of the mail."""
    return "\n".join(_lines(letter, _known(lang))) + "\n"


def line(text: str) -> str:
    r"""Return a title on one line, without what would steer the reader's program, cut when long.

    >>> line("Eau\r\nBcc: everybody")
    'Eau Bcc: everybody'
    """
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return shown if len(shown) <= _TITLE else shown[:_TITLE].rstrip() + "…"


def _known(lang: str) -> str:
    return lang if lang in LANGUAGES else "en"


def _number(letter: Letter) -> str:
    return "one" if len(letter.changes) == 1 else "many"


def _lines(letter: Letter, lang: str) -> Iterator[str]:
    words, count = _WORDS[lang], len(letter.changes)
    organization = line(letter.organization)
    yield from (words["hello"].format(reader=line(letter.reader)), "")
    yield words[f"intro.{_number(letter)}"].format(organization=organization, count=count)
    for change in letter.changes[:SHOWN]:
        yield ""
        yield from _change(change, lang)
    if count > SHOWN:
        yield from ("", words["more"].format(count=count - SHOWN, url=letter.organization_url))
    yield from ("", "-- ", words["why"].format(organization=organization, site=line(letter.site)))
    yield words["stop"].format(url=letter.stop_url)


def _change(change: Change, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    names = [line(name) for name in (change.dataset, change.file) if line(name)]
    yield " — ".join(names)
    yield words["status"].format(old=change.old, new=change.new)
    if reasons := _joined(change.reasons, lang):
        yield words["reasons"].format(reasons=reasons)
    yield f"  {change.url}"


def _joined(reasons: Iterable[str], lang: str) -> str:
    return _SEPARATOR[lang].join([line(reason) for reason in reasons][:REASONS])
