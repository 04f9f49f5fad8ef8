"""Whether what somebody asks for was reported by several: asked in one way and one size, whatever is asked."""

import asyncio
import os
from collections.abc import Mapping, Sequence

from anyio import to_thread

from warroom.errors import LedgerError, WarroomError
from warroom.public.outside.card import Card
from warroom.public.outside.door import PATIENCE, PublicDoor, ReportedSummary
from warroom.public.outside.identifiers import MOST, PastedIdentifier, digest_of

SAME = 24
"""Bytes that what fills a question up has in common with what is asked for: it lies beside it in the table."""
TURNS = 3
"""Questions to the database under way at once; the door has more connections, for those who report."""
TOGETHER = 32
"""Askers whose numbers one question holds at most."""


def find_reported(
    door: PublicDoor, card: Card, asked: Sequence[PastedIdentifier]
) -> dict[PastedIdentifier, ReportedSummary]:
    """Those of the first `MOST` that several people reported."""
    digests = {digest_of(one, card.numbers): one for one in asked[:MOST]}
    return {
        digests[digest]: found for digest, found in door.find_reported(_pad_digests(list(digests))).items()
    }


class Lookups:
    """Askers who come while others are answered wait for these and are answered together: the more there are, the less each costs."""

    def __init__(self, door: PublicDoor) -> None:
        self._door = door
        self._waiting: list[tuple[list[bytes], asyncio.Future[Mapping[bytes, ReportedSummary]]]] = []
        self._turns: set[asyncio.Task[None]] = set()

    async def find_reported(self, card: Card, asked: PastedIdentifier) -> ReportedSummary | None:
        """What several reported of an identifier; raises LedgerError where the database does not answer in time."""
        digest = digest_of(asked, card.numbers)
        answer: asyncio.Future[Mapping[bytes, ReportedSummary]] = asyncio.get_running_loop().create_future()
        self._waiting.append((_pad_digests([digest]), answer))
        if len(self._turns) < TURNS:
            turn = asyncio.create_task(self._answer_waiting())
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)
        # Whoever waits behind a question that hangs is told so, as whoever asked it alone would be.
        try:
            async with asyncio.timeout(PATIENCE):
                return (await answer).get(digest)
        except TimeoutError as problem:
            raise LedgerError("public.cannot-answer") from problem

    async def _answer_waiting(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            # Whoever went away or waited too long has no answer to come.
            digests = [digest for some, answer in asked if not answer.done() for digest in some]
            try:
                reported_by_digest = (
                    await to_thread.run_sync(self._door.find_reported, digests) if digests else {}
                )
            except WarroomError as problem:
                for _, answer in asked:
                    if not answer.done():
                        answer.set_exception(problem)
            else:
                for _, answer in asked:
                    if not answer.done():
                        answer.set_result(reported_by_digest)


def _pad_digests(digests: list[bytes]) -> list[bytes]:
    """As many digests whatever is asked for, so that neither the size of a question nor its time tells how many were. What fills
    it up lies beside what is asked for: eight places of a table that is not in memory would be eight waits for the disk.
    """
    beside = digests or [os.urandom(32)]
    return digests + [
        beside[at % len(beside)][:SAME] + os.urandom(32 - SAME) for at in range(MOST - len(digests))
    ]
