"""The command ``ess-portal``: a CKAN portal with everything it needs, from Python packages alone.

Exit statuses: 0 done; 1 failed; 2 wrong usage; 3 up, but some datasets could not be harvested; 4 up, but
the harvest failed; 5 no portal is up; 6 port in use; 7 no network for packages; 8 no package for this
platform; 9 disk full; 10 folder refused; 130 interrupted. ``run`` ends with the status of its command.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ckanext.ess.embedded.errors import Exit, PackageMissing, PortalError
from ckanext.ess.embedded.folder import USUAL_FOLDER, Folder, refusal
from ckanext.ess.embedded.messages import sentence

ENVIRONMENT = "ESS_PORTAL_DATA"


def parser() -> argparse.ArgumentParser:
    """Commands and options."""
    top = argparse.ArgumentParser(
        prog="ess-portal",
        description="A CKAN portal with everything it needs, from Python packages alone.",
        epilog=(__doc__ or "").split("\n\n", 1)[1],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get(ENVIRONMENT, USUAL_FOLDER)),
        metavar="DIR",
        help=f"the portal's folder (default: {USUAL_FOLDER}, or ${ENVIRONMENT})",
    )

    up = commands.add_parser("up", parents=[shared], help="start the portal")
    up.add_argument(
        "--port", type=_port, metavar="N", help="port of the pages (default: 5000; 0: any free one)"
    )
    up.add_argument(
        "--source",
        metavar="sample|none|DIR|URL",
        help="where datasets come from: our sample (default), nothing, a folder of IATI files, a catalogue",
    )
    up.add_argument("--detach", action="store_true", help="come back once it is up and harvested")
    commands.add_parser("down", parents=[shared], help="stop the portal, keep its data")
    status = commands.add_parser("status", parents=[shared], help="say how the portal is")
    status.add_argument("--json", action="store_true", help="as JSON")
    run = commands.add_parser(
        "run",
        parents=[shared],
        usage="ess-portal run [--data DIR] -- COMMAND…",
        help="run a command with the portal's services, started for it when needed",
    )
    run.add_argument("words", nargs="+", metavar="COMMAND", help="the command and its arguments")
    reset = commands.add_parser("reset", parents=[shared], help="delete the portal and its data")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    logs = commands.add_parser("logs", parents=[shared], help="show what the processes wrote")
    logs.add_argument("names", nargs="*", metavar="NAME", help="only these processes (web, worker, solr…)")
    logs.add_argument("-n", "--lines", type=int, default=200, help="how many lines (default: 200)")
    logs.add_argument("-f", "--follow", action="store_true", help="wait for more")
    return top


PORTS = range(65536)


def _port(text: str) -> int:
    number = int(text)
    if number not in PORTS:
        raise argparse.ArgumentTypeError(f"{number}: 0–65535")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; what goes wrong is one sentence on standard error and an exit status."""
    options = parser().parse_args(arguments)
    try:
        if sys.platform == "win32":
            raise PackageMissing("error.windows")
        return int(dispatch(options))
    except PortalError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.status)
    except OSError as error:
        told = refusal(error, options.data)
        sys.stderr.write(f"{told}\n")
        return int(told.status)
    except ModuleNotFoundError as error:
        sys.stderr.write(sentence("error.python", package=error.name) + "\n")
        return int(Exit.NO_PACKAGE)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)


def dispatch(options: argparse.Namespace) -> int:
    """Call what the command names; imported late, so that help needs none of the packages."""
    from ckanext.ess.embedded import maintenance, run, status, up

    folder = Folder(options.data.resolve())
    if options.command == "up":
        return up.up(folder, port=options.port, source=options.source, detach=options.detach)
    if options.command == "down":
        return maintenance.down(folder)
    if options.command == "status":
        return status.status(folder, as_json=options.json)
    if options.command == "run":
        return run.run(folder, options.words)
    if options.command == "reset":
        return maintenance.reset(folder, sure=options.yes)
    return maintenance.logs(folder, options.names, lines=options.lines, follow=options.follow)


if __name__ == "__main__":
    sys.exit(main())
