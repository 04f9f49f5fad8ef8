"""From the journal into the lake, in the order things came, by one commit every few seconds.

Where waiting pushes cannot be taken in together, each is tried alone: one that breaks the program is set
aside so that the ones behind it go on, keeps waiting, and is tried again after the next start.
"""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from collections.abc import Mapping as AnyMapping
from functools import lru_cache

from warroom.errors import HomeError, LakeError
from warroom.lake.lake import Lake
from warroom.lake.stream_load import SendingOutcome, StreamLoad, StreamSending
from warroom.lake.streams.journal import PushJournal, StoredPush
from warroom.lake.streams.pushes import MOST_RECORDS, parse_push
from warroom.records import mapping_file
from warroom.records.mapping import FileMapping

STREAM = "push"
# Rows, chosen: bounds how long one commit holds the writer's lock.
ROWS_A_COMMIT = 50_000
CROWD = 24
"""So many small files of one day are joined: each commit adds one, and every reader opens them all."""
NO_PUSHES_FAULT = (HomeError, LakeError, OSError, sqlite3.Error, MemoryError)
"""What would meet every push alike, such as a full disk: all of them wait."""

log = logging.getLogger(__name__)
Choice = Callable[[int], list[StoredPush]]


class JournalDrain:
    """Moves pushes from a journal into a lake; one thread turns it, any number may ask."""

    def __init__(self, lake: Lake, journal: PushJournal) -> None:
        self._lake, self._journal = lake, journal
        self._begun = False

    def drain_journal(self) -> int:
        """Take in what waits, in full commits and one that need not be full; how many pushes that was.

        What comes meanwhile waits for the next turn: else each push would be a commit of its own. Raises as
        `Lake.ingest_stream` does: they keep waiting.
        """
        self._retry_set_aside()
        taken, full = 0, True
        while full:
            pushes = self._take_next()
            taken += len(pushes)
            # A load that one more push might have overfilled counts as full: there may be
            # more, so another commit follows.
            full = sum(push.records for push in pushes) > ROWS_A_COMMIT - MOST_RECORDS
            # Here and not at night alone: at a commit every few seconds a day would have
            # ten thousand files by evening.
            self._lake.compact_files(CROWD)
        if not taken:
            self.drop_taken_bodies()
        return taken

    def drop_taken_bodies(self) -> None:
        """Drop the bodies of pushes that the lake has: what is erased there is then nowhere else."""
        self._journal.drop_taken_bodies(self._position)

    @property
    def _position(self) -> int:
        return self._lake.state.positions.get(self._journal.name, 0)

    def _take_next(self) -> list[StoredPush]:
        """Take in what is next: together, or singly where that breaks."""
        try:
            return self._take_chosen(self._list_waiting)
        except NO_PUSHES_FAULT:
            raise
        except Exception as fault:
            taken = self._take_singly()
            if not taken:  # it is not this push or that
                raise
            log.error("pushes could not be taken in together: %s", type(fault).__name__)
            return taken

    def _list_waiting(self, position: int) -> list[StoredPush]:
        return self._journal.list_pushes_after(position, ROWS_A_COMMIT)

    def _take_singly(self) -> list[StoredPush]:
        """Take in what is next push by push; one that breaks is passed by the next that does not."""
        taken: list[StoredPush] = []
        for push in self._list_waiting(self._position):
            try:
                taken += self._take_one(push)
            except NO_PUSHES_FAULT:
                raise
            except Exception as fault:
                # Its outcome was noted before the commit broke; left there, the
                # position would one day make it true.
                self._journal.clear_outcome(push.number)
                log.error("push %d cannot be taken in: %s", push.number, type(fault).__name__)
        return taken

    def _take_one(self, push: StoredPush) -> list[StoredPush]:
        return self._take_chosen(lambda position: [push] if push.number > position else [])

    def _take_chosen(self, choose: Choice) -> list[StoredPush]:
        """Take in the pushes chosen for the current position, by one commit that moves it forward."""
        pushes: list[StoredPush] = []
        position = 0

        def build_load(positions: AnyMapping[str, int]) -> StreamLoad | None:
            nonlocal position
            position = positions.get(self._journal.name, 0)
            pushes.extend(choose(position))
            if not pushes:
                return None
            return StreamLoad(
                [_make_sending(push) for push in pushes], {self._journal.name: pushes[-1].number}
            )

        def settle(outcomes: Sequence[SendingOutcome]) -> None:
            numbers = [push.number for push in pushes]
            self._journal.record_outcomes(position, list(zip(numbers, outcomes, strict=True)))

        self._lake.ingest_stream(build_load, settle)
        return pushes

    def _retry_set_aside(self) -> None:
        """Once: what was set aside may be no trouble to this program."""
        if self._begun:
            return
        for number in self._journal.list_set_aside(self._position):
            try:
                self._retry_push(number)
            except NO_PUSHES_FAULT:
                raise
            except Exception as fault:
                log.error("push %d, set aside, cannot be taken in: %s", number, type(fault).__name__)
        self._begun = True

    def _retry_push(self, number: int) -> None:
        """Take in a push that was set aside. Its outcome is noted after the commit: the position has passed it, so an
        outcome would count at once, and dying between the two costs a second reading, which finds duplicates.
        """

        def build_load(positions: AnyMapping[str, int]) -> StreamLoad:
            position = positions.get(self._journal.name, 0)
            return StreamLoad(
                [_make_sending(self._journal.load_push(number))], {self._journal.name: position}
            )

        # With the current position: it has passed this push long ago and must not go back.
        outcomes = self._lake.ingest_stream(build_load)
        self._journal.record_outcomes(self._position, [(number, outcome) for outcome in outcomes])


def _make_sending(push: StoredPush) -> StreamSending:
    records = parse_push(push.body)
    return StreamSending(
        stream=STREAM,
        source=push.source,
        name=f"push {push.key}",
        sha256=push.sha256,
        texts=records.texts,
        numbers=records.numbers,
        mapping=_parse_mapping(push.mapping),
        bank=push.source,
    )


@lru_cache(maxsize=256)
def _parse_mapping(text: str) -> FileMapping:
    return mapping_file.parse_mapping_json(text)
