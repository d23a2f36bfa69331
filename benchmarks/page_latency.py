"""How long pages of a running embedded portal take, at rest and while its worker checks every file again.

    ess-portal up --data DATA --source FOLDER --detach
    python benchmarks/page_latency.py DATA [--requests 100]

The worker is niced. Pages are asked for one after the other, as one visitor does; the median and the 95th
percentile are of all of them together.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from itertools import count
from pathlib import Path

PATHS = ("/", "/dataset/", "/dataset/?q=eau", "/organization/")
PORTAL = [sys.executable, "-m", "ckanext.ess.embedded.command"]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--requests", type=int, default=100)
    options = parser.parse_args()
    url = json.loads(_portal("status", options.data, "--json"))["url"]
    paths = [*PATHS, *(f"/dataset/{name}" for name in _datasets(url))]
    _times(url, paths, lambda done: done < len(paths))
    idle = _times(url, paths, lambda done: done < options.requests)
    words = ["run", "--data", str(options.data), "--", "ckan", "ess", "validate", "--all", "--jobs", "0"]
    with subprocess.Popen(
        [*PORTAL, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as checking:
        time.sleep(10)  # the command's own start is not what is measured
        busy = _times(url, paths, lambda done: done < options.requests and checking.poll() is None)
        was_enough = checking.poll() is None
        checking.terminate()
    for name, times in {"idle": idle, "checking": busy}.items():
        print(f"{name:10} {len(times):5} pages  median {_ms(times, 50)} ms  p95 {_ms(times, 95)} ms")
    print(
        f"p95 {_ms(busy, 95) / _ms(idle, 95):.2f} times that at rest", "" if was_enough else "(ended early)"
    )
    return 0


def _portal(command: str, data: Path, *words: str) -> str:
    line = [*PORTAL, command, "--data", str(data), *words]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout


def _datasets(url: str) -> list[str]:
    with urllib.request.urlopen(f"{url}/api/3/action/package_search?rows=6") as answer:
        return [one["name"] for one in json.load(answer)["result"]["results"]]


def _times(url: str, paths: list[str], go_on: Callable[[int], bool]) -> list[float]:
    times: list[float] = []
    for number in count():
        if not go_on(number):
            break
        begun = time.perf_counter()
        with urllib.request.urlopen(url + paths[number % len(paths)]) as answer:
            answer.read()
        times.append(time.perf_counter() - begun)
    return times


def _ms(times: list[float], percent: int) -> int:
    return round(1000 * statistics.quantiles(times, n=100)[percent - 1])


if __name__ == "__main__":
    sys.exit(main())
