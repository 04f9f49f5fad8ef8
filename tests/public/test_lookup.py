"""Many who ask at once are answered together, each what is theirs; one whose database is gone is told so."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from warroom.errors import LedgerError
from warroom.ledger.ledger import Ledger
from warroom.public.outside import lookup
from warroom.public.outside.card import Card
from warroom.public.outside.door import PublicDoor, ReportedSummary
from warroom.public.outside.identifiers import MOST, PastedIdentifier, digest_of, number_of
from warroom.public.outside.lookup import Lookups, find_reported

HUNDRED = [number_of(f"08{at:08d}") for at in range(100)]
KNOWN = set(HUNDRED[::3])


@pytest.fixture
def door(ledger: Ledger, card: Card) -> PublicDoor:
    """The public process's own, to a table in which every third number stands."""
    with ledger.open_session() as session:
        rows = [{"digest": digest_of(one, card.numbers)} for one in KNOWN]
        session.execute(text("INSERT INTO outside_reported VALUES (:digest, 30, '', now())"), rows)
    return PublicDoor(card.database)


def test_a_crowd_is_answered_each_what_is_theirs(door: PublicDoor, card: Card) -> None:
    """Also where some of them went away before they were answered."""
    lookups = Lookups(door)

    async def crowd() -> list[ReportedSummary | BaseException | None]:
        asking = [asyncio.create_task(lookups.find_reported(card, one)) for one in HUNDRED]
        await asyncio.sleep(0)
        for gone in asking[::10]:
            gone.cancel()
        return await asyncio.gather(*asking, return_exceptions=True)

    door.open()
    try:
        answers = asyncio.run(crowd())
    finally:
        door.close()
    for at, (one, answer) in enumerate(zip(HUNDRED, answers, strict=True)):
        if at % 10 == 0:
            assert isinstance(answer, asyncio.CancelledError)
        else:
            assert answer == (ReportedSummary(30, "") if one in KNOWN else None)


def test_everyone_is_told_where_the_database_does_not_answer(card: Card) -> None:
    """And anyone who asks later is asked for again."""
    door = PublicDoor(card.database)
    lookups = Lookups(door)

    async def crowd() -> Sequence[object]:
        first = await asyncio.gather(
            *(lookups.find_reported(card, one) for one in HUNDRED[:20]), return_exceptions=True
        )
        door.open()
        return [*first, await lookups.find_reported(card, HUNDRED[0])]

    try:
        *told, later = asyncio.run(crowd())
    finally:
        door.close()
    assert all(isinstance(one, LedgerError) for one in told)
    assert later is None


def test_nobody_waits_for_ever_behind_a_question_that_hangs(
    ledger: Ledger, door: PublicDoor, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "PATIENCE", 0.3)
    lookups = Lookups(door)

    async def crowd() -> Sequence[object]:
        with ledger.open_session() as session:
            session.execute(text("LOCK TABLE outside_reported IN ACCESS EXCLUSIVE MODE"))
            told = await asyncio.gather(
                *(lookups.find_reported(card, one) for one in HUNDRED), return_exceptions=True
            )
        monkeypatch.setattr(lookup, "PATIENCE", 60)
        return [*told, await lookups.find_reported(card, HUNDRED[0])]

    door.open()
    try:
        *told, later = asyncio.run(crowd())
    finally:
        door.close()
    assert all(isinstance(one, LedgerError) for one in told)
    assert later == ReportedSummary(30, "")


@pytest.mark.parametrize("asked", [[], HUNDRED[:1], HUNDRED[:3], HUNDRED[:8], HUNDRED[:9]])
def test_every_question_is_of_one_size(asked: list[PastedIdentifier], door: PublicDoor, card: Card) -> None:
    """Whatever is asked for: nothing tells how many numbers a message has."""
    sizes: list[int] = []
    plain = door.find_reported

    def counted(digests: Sequence[bytes]) -> dict[bytes, ReportedSummary]:
        sizes.append(len(set(digests)))
        return plain(digests)

    door.open()
    try:
        door.find_reported = counted  # type: ignore[method-assign]
        found = find_reported(door, card, asked)
    finally:
        door.close()
    assert sizes == [MOST]
    assert set(found) == KNOWN & set(asked[:MOST])
