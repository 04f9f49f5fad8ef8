"""From the journal into the lake, in the order things came, by one commit every few seconds.

Where what waits cannot be taken in together, each push is tried alone: one that breaks the program is set aside for
those behind it, still waits, and is tried again when the program is started anew.
"""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from collections.abc import Mapping as AnyMapping
from functools import lru_cache

from warroom.errors import HomeError, LakeError
from warroom.lake.lake import Lake
from warroom.lake.stream_load import Load, Outcome, Sending
from warroom.lake.streams.journal import Journal, Kept
from warroom.lake.streams.pushes import MOST_RECORDS, records_of
from warroom.records import mapping_file
from warroom.records.mapping import Mapping

STREAM = "push"
ROWS_A_COMMIT = 50_000
CROWD = 24
"""So many small files of one day are joined: each commit adds one, and every reader opens them all."""
NO_PUSHES_FAULT = (HomeError, LakeError, OSError, sqlite3.Error, MemoryError)
"""What would meet every push alike, such as a full disk: all of them wait."""

log = logging.getLogger(__name__)
Choice = Callable[[int], list[Kept]]


class Drain:
    """Moves pushes from a journal into a lake; one thread turns it, any number may ask."""

    def __init__(self, lake: Lake, journal: Journal) -> None:
        self._lake, self._journal = lake, journal
        self._begun = False

    def turn(self) -> int:
        """Take in what waits, in full commits and one that need not be full; how many pushes that was.

        What comes meanwhile waits for the next turn: else each push would be a commit of its own. Raises as
        `Lake.take_in` does: they keep waiting.
        """
        self._begin()
        taken, full = 0, True
        while full:
            pushes = self._next()
            taken += len(pushes)
            # A load that one more push might have overfilled counts as full: there may be
            # more, so another commit follows.
            full = sum(push.records for push in pushes) > ROWS_A_COMMIT - MOST_RECORDS
            # Here and not at night alone: at a commit every few seconds a day would have
            # ten thousand files by evening.
            self._lake.compact(CROWD)
        if not taken:
            self.forget()
        return taken

    def forget(self) -> None:
        """Drop the bodies of pushes that the lake has: what is erased there is then nowhere else."""
        self._journal.forget(self._position)

    @property
    def _position(self) -> int:
        return self._lake.state.positions.get(self._journal.name, 0)

    def _next(self) -> list[Kept]:
        """Take in what is next: together, or singly where that breaks."""
        try:
            return self._load(self._waiting)
        except NO_PUSHES_FAULT:
            raise
        except Exception as fault:
            taken = self._singly()
            if not taken:  # it is not this push or that
                raise
            log.error("pushes could not be taken in together: %s", type(fault).__name__)
            return taken

    def _waiting(self, position: int) -> list[Kept]:
        return self._journal.after(position, ROWS_A_COMMIT)

    def _singly(self) -> list[Kept]:
        """Take in what is next push by push; one that breaks is passed by the next that does not."""
        taken: list[Kept] = []
        for push in self._waiting(self._position):
            try:
                taken += self._alone(push)
            except NO_PUSHES_FAULT:
                raise
            except Exception as fault:
                # Its outcome was noted before the commit broke; left there, the
                # position would one day make it true.
                self._journal.doubt(push.number)
                log.error("push %d cannot be taken in: %s", push.number, type(fault).__name__)
        return taken

    def _alone(self, push: Kept) -> list[Kept]:
        return self._load(lambda position: [push] if push.number > position else [])

    def _load(self, choose: Choice) -> list[Kept]:
        """Take in the pushes chosen for the position that stands, by one commit that moves it on."""
        pushes: list[Kept] = []
        position = 0

        def gather(positions: AnyMapping[str, int]) -> Load | None:
            nonlocal position
            position = positions.get(self._journal.name, 0)
            pushes.extend(choose(position))
            if not pushes:
                return None
            return Load([_sending(push) for push in pushes], {self._journal.name: pushes[-1].number})

        def settle(outcomes: Sequence[Outcome]) -> None:
            numbers = [push.number for push in pushes]
            self._journal.settle(position, list(zip(numbers, outcomes, strict=True)))

        self._lake.take_in(gather, settle)
        return pushes

    def _begin(self) -> None:
        """Once: what was set aside may be no trouble to this program."""
        if self._begun:
            return
        for number in self._journal.aside(self._position):
            try:
                self._again(number)
            except NO_PUSHES_FAULT:
                raise
            except Exception as fault:
                log.error("push %d, set aside, cannot be taken in: %s", number, type(fault).__name__)
        self._begun = True

    def _again(self, number: int) -> None:
        """Take in a push that was set aside. Its outcome is noted after the commit: the position has passed it, so an
        outcome would count at once, and dying between the two costs a second reading, which finds duplicates.
        """

        def gather(positions: AnyMapping[str, int]) -> Load:
            position = positions.get(self._journal.name, 0)
            return Load([_sending(self._journal.get(number))], {self._journal.name: position})

        # With the position as it stands: it has passed this push long ago and must not go back.
        outcomes = self._lake.take_in(gather)
        self._journal.settle(self._position, [(number, outcome) for outcome in outcomes])


def _sending(push: Kept) -> Sending:
    records = records_of(push.body)
    return Sending(
        stream=STREAM,
        source=push.source,
        name=f"push {push.key}",
        sha256=push.sha256,
        texts=records.texts,
        numbers=records.numbers,
        mapping=_mapping(push.mapping),
        bank=push.source,
    )


@lru_cache(maxsize=256)
def _mapping(text: str) -> Mapping:
    return mapping_file.from_json(text)
