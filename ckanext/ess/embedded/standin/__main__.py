"""``python -m ckanext.ess.embedded.standin DIR``: serve a folder of IATI files until interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from ckanext.ess.embedded.standin.folder import Folder
from ckanext.ess.embedded.standin.server import Provider, Standin
from ckanext.ess.embedded.standin.synthetic import Synthetic


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal; the exit status is 0, or 2 when there is nothing to serve or no port."""
    options = _options(argv)
    provider = _provider(options)
    if provider is None:
        sys.stderr.write(f"{options.folder}: no such folder\n")
        return 2
    if not provider.holdings().datasets:
        sys.stderr.write(f"{options.folder}: no IATI file in it\n")
        return 2
    try:
        server = Standin(provider, options.host, options.port)
    except OSError as error:
        sys.stderr.write(f"{options.host}:{options.port}: {error.strerror}\n")
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    sys.stdout.write(f"READY {server.base}\n")
    sys.stdout.flush()
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ckanext.ess.embedded.standin", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="folder of IATI files, read with its subfolders")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen at (default: a free one)")
    parser.add_argument("--synthetic", type=int, metavar="N", help="serve N made-up datasets instead")
    parser.add_argument(
        "--publishers", type=int, default=0, metavar="M", help="publishers of the made-up datasets"
    )
    parser.add_argument(
        "--changed", type=int, default=0, metavar="N", help="so many of them with other files"
    )
    parser.add_argument("--gone", type=int, default=0, metavar="N", help="so many are missing")
    options = parser.parse_args(argv)
    if (options.folder is None) == (options.synthetic is None):
        parser.error("give either a folder or --synthetic N")
    return options


def _provider(options: argparse.Namespace) -> Provider | None:
    if options.synthetic is not None:
        return Synthetic(options.synthetic, options.publishers, changed=options.changed, gone=options.gone)
    return Folder(options.folder) if options.folder.is_dir() else None


if __name__ == "__main__":
    sys.exit(main())
