"""``ess-iati explain``: what a rule is for, and what to do when it speaks."""

from __future__ import annotations

import argparse
import sys

from ckanext.ess.commands.language import language
from ckanext.ess.iati.validate.explain import explanation, rule_ids

USAGE = 2
_MISSING = {
    "en": "no rule {0!r}; ess-iati explain lists all",
    "fr": "aucune règle {0!r} ; ess-iati explain les énumère toutes",
}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``ess-iati``."""
    parser = commands.add_parser("explain", help="say what a rule is for")
    parser.add_argument(
        "rule", nargs="?", metavar="RULE", help="a rule id such as 6.11.1; without one, all are listed"
    )
    parser.add_argument("--lang", choices=("en", "fr"), default="", help="language (default: your locale's)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the explanation; 2 when there is no such rule."""
    lang = options.lang or language()
    if not options.rule:
        sys.stdout.write("".join(f"{rule}\t{explanation(rule, lang)[0].title}\n" for rule in rule_ids()))
        return 0
    try:
        parts = explanation(options.rule, lang)
    except KeyError:
        sys.stderr.write(f"ess-iati explain: {_MISSING[lang].format(options.rule)}\n")
        return USAGE
    sys.stdout.write("\n".join(part.text() for part in parts) + "\n")
    return 0
