"""How money moved before, as episodes: from one movement of traced money on an account to the next, a lot lay there, and at
its end a share of it left, or more came, or nobody looked any longer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.money.forecast.facts import CHANNEL_OF, MINUTE, NO_CHANNEL, UNKNOWN, Floats, MoneyFacts
from warroom.money.index.account_index import Index
from warroom.money.index.transfer_graph import pack_graph
from warroom.money.trace.history import balances_at
from warroom.money.trace.holds import STRONG
from warroom.money.trail import BankAccount, TracedAccount, Trail

FOLLOWED = timedelta(days=7)
"""A trail follows money for so long: what moves later is not seen, and is not taken for staying."""
Move = tuple[int, int, int]
"""When (microseconds), satang that came (above zero) or went, and by which channel it came."""
Balance = Callable[[BankAccount, int], int]
"""Satang on an account just after a moment (microseconds)."""


@dataclass(frozen=True)
class Episodes:
    """One row an episode. `start`, `end`: minutes since the newest of the money came; `left`: the share of it that left
    at the end; `weight`: its part of all that ever came to the account; `began`: whether it began with an arrival."""

    facts: MoneyFacts
    start: Floats
    end: Floats
    left: Floats
    weight: Floats
    began: Floats

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def from_rows(cls, rows: Sequence[tuple[float, ...]]) -> "Episodes":
        columns = list(zip(*rows, strict=True)) if rows else [()] * 14
        facts = MoneyFacts.from_columns(*columns[:9])
        return cls(facts, *(np.asarray(column, np.float64) for column in columns[9:]))


def list_episodes(
    trail: Trail, case: int, balance: Balance, held: Mapping[BankAccount, int] | None = None
) -> list[tuple[float, ...]]:
    """The episodes of a trail that was followed to the end of the records, rows for `Episodes.from_rows`.

    `held`: from when (microseconds) a bank bound money on an account: what cannot leave says nothing of when it would
    have. Accounts that nobody would hold (shops, agencies, the victim's own) are left out.
    """
    moves = map_moves_by_account(trail)
    episode_rows: list[tuple[float, ...]] = []
    for on in trail.accounts:
        if _is_counted(on):
            stop = min(trail.as_of, trail.started_at + FOLLOWED)
            until = min(clock.to_micros(stop), (held or {}).get(on.account, clock.to_micros(stop)))
            episode_rows += _list_account_episodes(on, moves[on.account], case, balance, until)
    return episode_rows


def make_balance_lookup(index: Index, as_of: int) -> Balance:
    """What lay on an account, as an index knows it."""
    world = pack_graph(index.build_graph_as_of(as_of))

    def find_balance(account: BankAccount, at: int) -> int:
        number = index.account_ids(pa.array([account.bank]), pa.array([account.number]))
        return int(balances_at(world, number, at + 1)[0]) if number[0] >= 0 else 0

    return find_balance


def _is_counted(on: TracedAccount) -> bool:
    return not on.victim and not any(reason.code in STRONG for reason in on.innocent_evidence)


def _list_account_episodes(
    on: TracedAccount, moves: Sequence[Move], case: int, balance: Balance, stop: int
) -> Iterator[tuple[float, ...]]:
    opened = UNKNOWN if on.opened_at is None else clock.to_micros(on.opened_at)
    lies = arrived_satang = passed = latest = 0
    channel = NO_CHANNEL
    for (at, signed, way), (following, next_signed, _) in zip(moves, [*moves[1:], (stop, 0, 0)], strict=True):
        if signed > 0:
            latest, channel, arrived_satang = at, way, arrived_satang + signed
        else:
            passed -= signed
        lies = max(lies + signed, 0)
        end = min(following, stop)
        if lies <= 0 or end < at or at >= stop:
            continue
        left = min(-next_signed, lies) / lies if next_signed < 0 and following <= stop else 0.0
        facts = (case, lies, on.hops, channel, latest, opened, at, passed / max(arrived_satang, 1))
        share = min(1.0, lies / max(balance(on.account, at), 1))
        times = (at - latest) / MINUTE, (end - latest) / MINUTE
        yield (*facts, share, *times, left, lies / on.tainted_in, float(signed > 0))


def map_moves_by_account(trail: Trail) -> dict[BankAccount, list[Move]]:
    """By account when traced money came and went, arrivals first at equal times."""
    moves_by_account: dict[BankAccount, list[Move]] = defaultdict(list)
    for step in trail.steps:
        at = clock.to_micros(step.time)
        if step.end is None:
            moves_by_account[step.payee].append((at, step.traced, CHANNEL_OF.get(step.channel, NO_CHANNEL)))
        moves_by_account[step.payer].append((at, -step.traced, NO_CHANNEL))
    for moves in moves_by_account.values():
        moves.sort(key=lambda move: (move[0], -move[1]))
    return moves_by_account
