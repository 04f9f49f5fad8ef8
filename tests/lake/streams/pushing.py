"""Short ways to push transfers into a home and see what became of them."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.lake.files import transfer
from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.stream_load import SendingOutcome
from warroom.lake.streams.front import PushFront
from warroom.lake.streams.journal import PushReceipt

BANK = "BANKA"


def lines_of(rows: Iterable[dict[str, Any]]) -> bytes:
    """Rows as a push of one object a line."""
    return "\n".join(map(json.dumps, rows)).encode()


def rows(*numbers: int, **other: Any) -> bytes:
    """A push of transfers with these numbers."""
    return lines_of(transfer(number, **other) for number in numbers)


def ago(**span: float) -> str:
    """A moment before now, as a bank writes it; negative ones are to come."""
    return (clock.get_now() - timedelta(**span)).isoformat()


class Pushing:
    """A bank that pushes, and the room that takes it in when told to."""

    def __init__(self, home: Home) -> None:
        self.lake = Lake.open(home)
        self.front = PushFront(self.lake)

    def push(self, key: str, body: bytes, source: str = BANK) -> PushReceipt:
        return self.front.accept_push(source, key, body).result(timeout=60)

    def became(self, receipt: PushReceipt, source: str = BANK) -> SendingOutcome:
        """What became of a push, once it is in the lake."""
        found = self.front.find_receipt(source, receipt.number)
        assert found is not None
        assert found[1] is not None, "it still waits"
        return found[1]

    def taken(self, key: str, body: bytes, source: str = BANK) -> SendingOutcome:
        """Push and take in at once."""
        receipt = self.push(key, body, source)
        self.front.drain_journal()
        return self.became(receipt, source)


@contextmanager
def pushing(home: Home) -> Iterator[Pushing]:
    room = Pushing(home)
    try:
        yield room
    finally:
        room.front.close()


def counts(outcome: SendingOutcome) -> tuple[int, int, int, int]:
    """Accepted, duplicates, corrections, quarantined."""
    return outcome.accepted, outcome.duplicates, outcome.corrections, outcome.quarantined
