"""From the journal into the lake, in the order things came, by one commit every few seconds."""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from functools import lru_cache

from warroom.lake.lake import Lake
from warroom.lake.load import Load, Outcome, Sending
from warroom.lake.streams.journal import Journal, Kept
from warroom.lake.streams.pushes import MOST_RECORDS, records_of
from warroom.records import Mapping, mapping_file

STREAM = "push"
ROWS_A_COMMIT = 50_000
CROWD = 24
"""So many small files of one day are joined: each commit adds one, and every reader opens them all."""


class Drain:
    """Moves pushes from a journal into a lake; one thread turns it, any number may ask."""

    def __init__(self, lake: Lake, journal: Journal) -> None:
        self._lake, self._journal = lake, journal

    def turn(self) -> int:
        """Take in what waits, in full commits and one that need not be full; how many pushes that was.

        What comes meanwhile waits for the next turn: else each push would be a commit of its own. Raises as
        `Lake.take_in` does: they keep waiting.
        """
        taken, full = 0, True
        while full:
            pushes = self._load()
            taken += len(pushes)
            full = sum(push.records for push in pushes) > ROWS_A_COMMIT - MOST_RECORDS
            self._lake.compact(CROWD)
        return taken

    def _load(self) -> list[Kept]:
        pushes: list[Kept] = []
        position = 0

        def gather(positions: AnyMapping[str, int]) -> Load | None:
            nonlocal position
            position = positions.get(self._journal.name, 0)
            pushes.extend(self._journal.after(position, ROWS_A_COMMIT))
            if not pushes:
                return None
            return Load([_sending(push) for push in pushes], {self._journal.name: pushes[-1].number})

        def settle(outcomes: Sequence[Outcome]) -> None:
            numbers = [push.number for push in pushes]
            self._journal.settle(position, list(zip(numbers, outcomes, strict=True)))

        self._lake.take_in(gather, settle)
        return pushes


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
