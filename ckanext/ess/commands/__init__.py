"""Commands of ess-iati."""

from __future__ import annotations

import argparse
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run ``ess-iati`` and return its exit status."""
    parser = argparse.ArgumentParser(prog="ess-iati", description="IATI tools that need no CKAN.")
    parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    return 0
