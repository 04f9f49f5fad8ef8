"""All keys that are in force, in the memory of the server process.

A request is admitted without a query to the ledger. So that a revoked key is refused at once, a thread listens for
the ledger's notification (LISTEN) and reloads all keys, and does so every second in any case. Where the ledger has
not answered for `TRUSTED` seconds no request is admitted: a key might have been revoked meanwhile.
"""

import logging
import threading
import time
from contextlib import suppress

import psycopg
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from warroom.access.api_keys import secrets
from warroom.access.api_keys.cache import ActiveKey
from warroom.access.api_keys.keys import PEPPER
from warroom.access.api_keys.stored import add_uses, list_active_keys
from warroom.access.views import KeyScope, Partner
from warroom.errors import KeyRefused, LedgerError, WarroomError
from warroom.keys import load_secret
from warroom.ledger.ledger import Ledger

CHANNEL = "partner_keys"
EVERY = 1.0
"""Seconds between two reloads: the longest time a revoked key is still accepted if its notification was lost."""
TRUSTED = 5.0
"""Seconds for which loaded keys are trusted without a new reload."""

log = logging.getLogger(__name__)


class KeyRing:
    """Admits partners' programs by their keys. Safe for any number of threads; call `open` first, `close` at the end."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._pepper = load_secret(ledger.home, PEPPER)
        self._held: dict[str, ActiveKey] = {}
        # Never confirmed: before the first reload no key is admitted.
        self._confirmed = float("-inf")
        # `_lock` guards counters and the map, for microseconds; `_reading` keeps two reloads apart, each of
        # which waits for the ledger. `_reading` is always taken first.
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch_changes, name="partner-keys", daemon=True)

    def open(self) -> None:
        """Read the keys, and listen for changes until `close`. Raises LedgerError where the ledger is away."""
        self.reload_keys()
        self._thread.start()

    def close(self) -> None:
        """Stop listening, and write the use of the last second to the ledger."""
        self._stop.set()
        if self._thread.is_alive():
            self._wake_listener()
            # Bounded: a ledger that hangs must not keep the server from stopping.
            self._thread.join(timeout=10)
        self._write_down()

    def admit_partner(self, text: str, scope: KeyScope, cost: int = 1) -> Partner:
        """The partner whose key this is; takes microseconds. `cost` is the request's weight against the key's quotas.

        Raises KeyRefused for an unknown or ended key, NotAllowed for one without the scope, QuotaSpent (with the
        seconds to wait), or LedgerError where the ledger was not heard for some seconds.
        """
        if time.monotonic() - self._confirmed > TRUSTED:
            raise LedgerError("access.keys-unreachable")
        held = self._held.get(secrets.prefix_of(text))
        # One answer for both: nobody learns which prefixes are in use.
        if held is None or not held.is_proved_by(self._pepper, text):
            raise KeyRefused("access.key-unknown")
        with self._lock:
            held.count_request(scope, cost)
        return held.partner

    def has_key_for(self, scope: KeyScope) -> bool:
        """Whether any key in force has this scope: a service that no key opens need not be kept ready."""
        return any(scope in held.scopes for held in self._held.values())

    def count_refused(self, partner: Partner, cost: int = 1) -> None:
        """Count as refused a request that was admitted here and refused later, so that the key's use shows it."""
        if held := self._held.get(partner.prefix):
            with self._lock:
                held.uses.refused += cost

    def reload_keys(self) -> None:
        """Reload every key; counts of use are kept. Also called right after a change made by this process."""
        with self._reading:
            # The time before the query: the answer may be as old as that.
            began = time.monotonic()
            keys_by_prefix = {held.partner.prefix: held for held in list_active_keys(self._ledger)}
            with self._lock:
                for prefix in keys_by_prefix.keys() & self._held.keys():
                    # The same object goes on, with its bucket and the uses that are not written down yet.
                    keys_by_prefix[prefix] = self._held[prefix]
                # The use of a revoked key in its last second still belongs in its count.
                gone = [self._held[prefix] for prefix in self._held.keys() - keys_by_prefix.keys()]
                self._held, self._confirmed = keys_by_prefix, began
        self._write_uses(gone)

    def _watch_changes(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen_for_changes()
            except (WarroomError, psycopg.Error, DBAPIError, PoolTimeout) as problem:
                # The next round makes a new connection; until it succeeds, `TRUSTED` runs out and requests
                # are refused.
                log.warning("keys of partners cannot be confirmed: %s", type(problem).__name__)
                # At the pace of the reloads: a ledger that is down is not flooded with new connections.
                self._stop.wait(EVERY)

    def _listen_for_changes(self) -> None:
        pooled = self._ledger.engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()  # it listens as long as the server lives, outside the pool that requests share
        if not isinstance(connection, psycopg.Connection):
            raise TypeError("The ledger needs the driver psycopg.")
        with connection:
            connection.autocommit = True
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._stop.is_set():
                self.reload_keys()
                self._write_down()
                # One notification is enough, since all keys are reloaded.
                for _ in connection.notifies(timeout=EVERY, stop_after=1):
                    pass

    def _wake_listener(self) -> None:
        # The listener waits up to a second for a notification; one of our own ends the wait at once.
        with suppress(LedgerError), self._ledger.open_session() as session:
            session.execute(select(func.pg_notify(CHANNEL, "")))

    def _write_down(self) -> None:
        self._write_uses(list(self._held.values()))

    def _write_uses(self, used: list[ActiveKey]) -> None:
        try:
            add_uses(self._ledger, used, self._lock)
        except LedgerError as problem:
            log.warning("the use of partners' keys is written later: %s", type(problem).__name__)
