"""What passed through a signalled account in two days, and how long the money stayed."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from warroom.money.trail import BankAccount
from warroom.signals.signal import Signal
from warroom.units import Satang

if TYPE_CHECKING:
    from warroom.money.index.source import IndexSource

SPAN = timedelta(hours=48)
# A signal's facts are of its last seven days (`signals/facts`). Where nothing came in the last two, those around the last coming are shown.
LATELY, AFTER = timedelta(days=7), timedelta(hours=24)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class PassedThrough:
    """What moved on an account in the 48 hours before `until`: satang above zero came, below went, oldest first. `until` is the
    moment of the signal, or a day after money last came where that is longer ago.

    `held_minutes`: how long the money that came stayed, in the median of its baht, each leaving in the order in which it came;
    None where half of it or more is still there.
    """

    until: datetime
    moves: tuple[tuple[datetime, int], ...]
    received: Satang
    sent: Satang
    held_minutes: float | None


def list_passed_through(source: "IndexSource", signals: Sequence[Signal]) -> list[PassedThrough]:
    """What passed through the account of each signal, up to the moment the signal is of."""
    # Imported here: the kernels take a second to load, and most readers of signals need none.
    from warroom.money.trace.account import list_amounts_since

    passed = []
    for signal in signals:
        account = BankAccount(signal.subject.bank, signal.subject.number)
        moves = list_amounts_since(source, account, signal.as_of - LATELY, signal.as_of)
        passed.append(build_passed_through(moves, signal.as_of))
    return passed


def build_passed_through(moves: tuple[tuple[datetime, int], ...], until: datetime) -> PassedThrough:
    """The 48 hours that say most of these movements, oldest first, and their sums."""
    last_received_at = max((at for at, amount in moves if amount > 0), default=until)
    if last_received_at < until - SPAN:
        until = last_received_at + AFTER
    moves = tuple((at, amount) for at, amount in moves if until - SPAN <= at <= until)
    return PassedThrough(
        until,
        moves,
        sum(amount for _, amount in moves if amount > 0),
        -sum(amount for _, amount in moves if amount < 0),
        compute_held_minutes(moves),
    )


def compute_held_minutes(moves: Sequence[tuple[datetime, int]]) -> float | None:
    """The median, over baht, of the minutes from coming to leaving, first in first out; None without an answer.

    What went out before anything came is of an earlier balance, and counts for nothing.
    """
    waiting: deque[tuple[datetime, int]] = deque()
    stays: list[tuple[float, int]] = []
    for at, amount in moves:
        if amount > 0:
            waiting.append((at, amount))
            continue
        left = -amount
        while left > 0 and waiting:
            came_at, received = waiting.popleft()
            part = min(left, received)
            stays.append(((at - came_at) / MINUTE, part))
            left -= part
            if received > part:
                waiting.appendleft((came_at, received - part))
    half = sum(amount for _, amount in moves if amount > 0) / 2
    reached = 0
    for minutes, part in sorted(stays):
        reached += part
        if reached > half:
            return minutes
    return None
