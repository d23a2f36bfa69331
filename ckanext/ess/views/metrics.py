"""``/ess/metrics``: numbers for Prometheus, for administrators and for a collector that has the token."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.store import metrics

ess_metrics = Blueprint("ess_metrics", __name__, url_prefix="/ess")

#: A shorter token could be guessed.
LEAST = 16


@ess_metrics.get("/metrics")
def show() -> Response:
    """The numbers, in the text format of Prometheus."""
    if not config.metrics():
        tk.abort(404)
    if not (_has_token() or _is_administrator()):
        refused = make_response(tk._("These numbers are for administrators of the portal.") + "\n", 401)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        refused.headers["Content-Type"] = "text/plain; charset=utf-8"
        return refused
    body, content_type = _text()
    answer = make_response(body)
    answer.headers["Content-Type"] = content_type
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _has_token() -> bool:
    file = config.metrics_token_file()
    if not file:
        return False
    try:
        token = Path(file).read_text("utf-8").strip().partition("\n")[0].strip()
    except (OSError, UnicodeError):  # nobody has the token of a file that cannot be read
        return False
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return len(token) >= LEAST and hmac.compare_digest(given.encode(), token.encode())


def _is_administrator() -> bool:
    try:
        tk.check_access("sysadmin", {"user": tk.current_user.name})
    except tk.NotAuthorized:
        return False
    return True


def _text() -> tuple[bytes, str]:
    try:
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
    except ImportError:
        tk.abort(501, tk._("The numbers need the package prometheus-client: install ckanext-ess[metrics]."))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector())
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Collector:
    """Reads the numbers anew each time that it is asked."""

    def describe(self) -> list[object]:
        """Nothing beforehand: the library would read everything to learn the names."""
        return []

    def collect(self) -> Iterator[object]:
        """Families as the library wants them; it escapes labels."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        families = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}
        for metric in metrics.every(harvests=tk.h.plugin_loaded("harvest")):
            family = families[metric.kind](metric.name, metric.help, labels=metric.labels)
            for labels, value in metric.samples:
                family.add_metric(labels, value)
            yield family
