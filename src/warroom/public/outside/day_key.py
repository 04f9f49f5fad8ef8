"""The key under which networks stand in the database: another one each day, which the database destroys when the day is over."""

import threading
import time

from warroom.public.outside.door import PublicDoor

ASKED_AGAIN_SECONDS = 60.0
"""How long an old key may be used into a new day."""


class DayKeyCache:
    """Today's key, as the database has it, for all processes that serve the same room; remembered for a minute."""

    def __init__(self, door: PublicDoor) -> None:
        self._door, self._lock = door, threading.Lock()
        self._read_at, self._key = 0.0, b""

    def load_key(self) -> bytes:
        """Raises LedgerError where the database does not answer."""
        with self._lock:
            if not self._key or time.monotonic() - self._read_at > ASKED_AGAIN_SECONDS:
                self._key, self._read_at = self._door.day_key(), time.monotonic()
            return self._key
