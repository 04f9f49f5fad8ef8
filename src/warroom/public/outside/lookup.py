"""Lookup of reported identifiers, in queries of one size, so that neither size nor time reveals what is asked."""

import asyncio
import os
from collections.abc import Mapping, Sequence

from anyio import to_thread

from warroom.errors import LedgerError, WarroomError
from warroom.public.outside.card import Card
from warroom.public.outside.door import PATIENCE, PublicDoor, ReportedSummary
from warroom.public.outside.identifiers import MOST, PastedIdentifier, digest_of

SAME = 24
"""Leading bytes that padding shares with a real digest, so that it is on the same pages of the index."""
TURNS = 3
"""Queries at the same time; the pool has more connections, which reports can use. Chosen, not measured."""
TOGETHER = 32
"""Requests combined in one query, at most. Chosen, not measured."""


def find_reported(
    door: PublicDoor, card: Card, asked: Sequence[PastedIdentifier]
) -> dict[PastedIdentifier, ReportedSummary]:
    """Summaries of those among the first `MOST` identifiers that several people reported."""
    digests = {digest_of(one, card.numbers): one for one in asked[:MOST]}
    return {
        digests[digest]: found for digest, found in door.find_reported(_pad_digests(list(digests))).items()
    }


class Lookups:
    """Batches lookups: requests that come during a query are combined in the next one, so the cost for each falls with load."""

    def __init__(self, door: PublicDoor) -> None:
        self._door = door
        self._waiting: list[tuple[list[bytes], asyncio.Future[Mapping[bytes, ReportedSummary]]]] = []
        self._turns: set[asyncio.Task[None]] = set()

    async def find_reported(self, card: Card, asked: PastedIdentifier) -> ReportedSummary | None:
        """The summary of an identifier, None for none; raises LedgerError where the database does not answer in time."""
        digest = digest_of(asked, card.numbers)
        answer: asyncio.Future[Mapping[bytes, ReportedSummary]] = asyncio.get_running_loop().create_future()
        self._waiting.append((_pad_digests([digest]), answer))
        if len(self._turns) < TURNS:
            turn = asyncio.create_task(self._answer_waiting())
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)
        # Bounded here too: a request that waits behind a hanging query gets the same error as one that runs
        # it.
        try:
            async with asyncio.timeout(PATIENCE):
                return (await answer).get(digest)
        except TimeoutError as problem:
            raise LedgerError("public.cannot-answer") from problem

    async def _answer_waiting(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            # Requests that were cancelled or timed out are skipped.
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
    """Pad to a fixed number of digests, so that neither the size nor the time of a query reveals how many were asked. Padding
    shares its first bytes with a real digest: eight random places of a table on disk would cost eight reads.
    """
    beside = digests or [os.urandom(32)]
    return digests + [
        beside[at % len(beside)][:SAME] + os.urandom(32 - SAME) for at in range(MOST - len(digests))
    ]
