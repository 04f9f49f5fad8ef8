"""Where pushes come in: refused at once, or on the disk and answered for; and who moves them into the lake."""

import hashlib
import math
import threading
import time
from concurrent.futures import Future

from warroom import settings
from warroom.errors import IntakeBusy
from warroom.lake.lake import Lake
from warroom.lake.stream_load import SendingOutcome
from warroom.lake.streams.agreed import load_source_mapping
from warroom.lake.streams.drain import JournalDrain
from warroom.lake.streams.journal import Push, PushJournal, PushReceipt
from warroom.lake.streams.pushes import parse_push

LATEST = 60
"""Seconds after which a sender who was turned away comes again at the latest."""


class PushFront:
    """The pushes of a home; threads may share it. `close` it."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._journal = PushJournal(lake.home)
        self._drain = JournalDrain(lake, self._journal)
        self._guard = threading.Lock()
        # Rows a second, assumed until the first turn has measured it.
        self._rate = 5_000.0
        self._count_waiting()

    def accept_push(self, source: str, key: str, body: bytes) -> "Future[PushReceipt]":
        """Take a push; done once it is on the disk, with the same receipt for the same key and content.

        Raises RecordsError for what cannot be cut into records, KeyUsedBefore for other content under a known key,
        IntakeBusy where too much waits already or the front is closed.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        done: Future[PushReceipt] = Future()
        # Before anything is counted or parsed: a repetition must be answered also when the room is full.
        if (before := self._journal.find_receipt_by_key(source, key, sha256)) is not None:
            done.set_result(before)
            return done
        records = len(parse_push(body).texts)
        mapping = load_source_mapping(self._lake.home, source)
        self._make_room(records)
        return self._journal.append_push(Push(source, key, sha256, records, body, mapping.as_json()))

    def find_receipt(self, source: str, number: int) -> tuple[PushReceipt, SendingOutcome | None] | None:
        """A source's receipt, and what became of the push once it is in the lake; None where there is no such one."""
        return self._journal.find_receipt(source, number, self._position)

    def drain_journal(self) -> int:
        """Move what waits into the lake; how many pushes that was."""
        before, started = self._waiting, time.perf_counter()
        try:
            return self._drain.drain_journal()
        finally:
            self._count_waiting()
            if (moved := before - self._waiting) > 0:
                self._rate = moved / max(time.perf_counter() - started, 0.001)

    def close(self) -> None:
        """Let go; what waits stays in the journal, and a push that still comes is refused."""
        try:
            self._drain.drop_taken_bodies()
        finally:
            self._journal.close()

    @property
    def _position(self) -> int:
        return self._lake.state.positions.get(self._journal.name, 0)

    def _count_waiting(self) -> None:
        with self._guard:
            self._waiting = sum(one.rows for one in self._journal.list_waiting(self._position))

    def _make_room(self, records: int) -> None:
        """Raises IntakeBusy where these records do not fit among those that wait."""
        most = int(settings.get_number("WARROOM_STREAM_WAITING"))
        with self._guard:
            # A push larger than the room alone is taken where nothing else
            # waits: it could else never come in.
            if self._waiting and self._waiting + records > most:
                # When half of what waits is gone at the speed of the last turn: then there is room,
                # and not all come at one moment.
                seconds = min(LATEST, max(1, math.ceil(self._waiting / 2 / self._rate)))
                raise IntakeBusy(
                    "streams.too-much-waiting",
                    seconds,
                )
            self._waiting += records
