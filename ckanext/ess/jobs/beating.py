"""Holds a worker's claims for as long as it lives: a thread renews their leases, also during a parse."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from types import TracebackType

import sqlalchemy as sa

from ckan import model

from ckanext.ess.store.claims import BEAT, Claim, renew

log = logging.getLogger(__name__)


class Beating:
    """Renews the leases of claims in hand, by a connection of its own: a session is not for two threads."""

    def __init__(self, seconds: float = BEAT.total_seconds()) -> None:
        self._seconds = seconds
        self._claims: dict[str, Claim] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="ess-beating", daemon=True)

    def __enter__(self) -> Beating:
        self._engine = model.Session.get_bind()
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(timeout=self._seconds)

    def hold(self, claims: Iterable[Claim]) -> None:
        """Take claims in hand."""
        with self._lock:
            self._claims.update((one.resource_id, one) for one in claims)

    def drop(self, claimed: Claim) -> None:
        """Hold a claim no longer: its check is done."""
        with self._lock:
            self._claims.pop(claimed.resource_id, None)

    def in_hand(self) -> list[Claim]:
        """The claims that are held."""
        with self._lock:
            return list(self._claims.values())

    def _beat(self) -> None:
        while not self._over.wait(self._seconds):
            held = self.in_hand()
            if not held:
                continue
            try:
                with self._engine.begin() as connection:  # type: ignore[union-attr]
                    renew(connection, held)
            except sa.exc.SQLAlchemyError:
                log.warning("Claims could not be renewed; another worker may take them", exc_info=True)
