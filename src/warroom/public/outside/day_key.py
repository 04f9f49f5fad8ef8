"""The key of digests of networks: a new one each day, which the database destroys when the day is over."""

import threading
import time

from warroom.public.outside.door import PublicDoor

ASKED_AGAIN_SECONDS = 60.0
"""Seconds for which a key is cached, and so may be used into the next day. Chosen, not measured."""


class DayKeyCache:
    """Today's key from the database, cached for a minute; all processes of a room share it."""

    def __init__(self, door: PublicDoor) -> None:
        self._door, self._lock = door, threading.Lock()
        self._read_at, self._key = 0.0, b""

    def load_key(self) -> bytes:
        """Today's key; raises LedgerError where the database does not answer."""
        with self._lock:
            if not self._key or time.monotonic() - self._read_at > ASKED_AGAIN_SECONDS:
                self._key, self._read_at = self._door.day_key(), time.monotonic()
            return self._key
