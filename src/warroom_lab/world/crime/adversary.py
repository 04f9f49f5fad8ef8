"""How a gang answers measures: faster, smaller, through other doors, banks and accounts, some days after it hurts.

What it does at once, dropping an account whose payment failed, is no adaptation and happens always. Changes come only
when a gang lost a share of what it took; the strategy `fixed` knows none, to set beside.
"""

from collections.abc import Callable, Sequence

import numpy as np

from warroom_lab.world.crime.columns import (
    ABROAD_OUT,
    CASH_OUT,
    CRYPTO_OUT,
    GOODS_OUT,
    CrimeCases,
    Syndicates,
)
from warroom_lab.world.crime.exits import OWN_MACHINE, Exits
from warroom_lab.world.crime.strategies import Strategy
from warroom_lab.world.drawing.columns import ABROAD, CARD, CASH, CRYPTO, DAY, GOODS
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

CHANGES = ("faster", "smaller", "exits", "banks", "faster", "smaller")
WINDOW = 3 * DAY
MOST_SHUNNED = 6
"""Banks a gang keeps away from at most, of 21 (A)."""
LOSSES_TO_SHUN = 5
Doors = dict[int, list[int]]
WAYS = (CRYPTO_OUT, CASH_OUT, GOODS_OUT, ABROAD_OUT)
CHANNELS = {CRYPTO_OUT: CRYPTO, CASH_OUT: CASH, GOODS_OUT: GOODS, ABROAD_OUT: ABROAD}
STRAIGHT = ((CRYPTO_OUT, CRYPTO), (CRYPTO_OUT, CRYPTO), (GOODS_OUT, CARD), (ABROAD_OUT, ABROAD))
"""Coins twice as often as cards and abroad: where accounts were hard to have, a quarter of losses went in coins at once
(A, after Singapore 2024)."""
WATCHED = 7 * DAY
"""For how long a gang keeps away from a way out at which it lost money (A)."""


class Adversary:
    """The gangs' decisions in one play. `power`: what sites, sims and pages leave of a gang, by (syndicate, time, case)."""

    def __init__(
        self,
        nation: Nation,
        syndicates: Syndicates,
        cases: CrimeCases,
        power: Callable[[int, int, int], float],
        strategy: Strategy,
    ) -> None:
        count = len(syndicates)
        self.facts, self.strategy, self.power = get_values("adversary"), strategy, power
        self.seed, self.exits = nation.seed, Exits(nation)
        self.syndicate = cases.syndicate.tolist()
        self.changes: list[list[tuple[int, str]]] = [[] for _ in range(count)]
        self.taken: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        self.hurts: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        self.burns: list[dict[int, int]] = [{} for _ in range(count)]
        self.shut: dict[tuple[int, int], int] = {}
        # Drawn beforehand, from the seed: in twins a gang changes in the same ways, only at other times.
        order = make_generator(nation.seed, "adversary", "order")
        self.orders = [[CHANGES[place] for place in order.permutation(len(CHANGES))] for _ in range(count)]
        self.delays = self._draw_delays(count)

    def _draw_delays(self, count: int) -> list[list[int]]:
        draw = make_generator(self.seed, "adversary", "delays").standard_normal((count, 2 * len(CHANGES)))
        days = self.facts["delay_days"] * np.exp(0.5 * draw)
        return [[int(day * DAY) for day in row] for row in days]

    # What a gang sees

    def record_taking(self, syndicate: int, time: int, amount: int) -> None:
        """A victim paid."""
        self.taken[syndicate].append((time, amount))

    def record_loss(self, syndicate: int, time: int, amount: int) -> None:
        """Stolen money was held: when it is enough of three days' takings, the gang will change."""
        self.hurts[syndicate].append((time, amount))
        made = self.changes[syndicate]
        # One change at a time: while the last is being prepared, further losses say nothing new.
        if not self.strategy.changes or len(made) >= len(CHANGES) or (made and made[-1][0] > time):
            return
        # Against what was taken in the same three days: a large gang bears what would drive a small one out.
        lost = _sum_recent(self.hurts[syndicate], time)
        if lost > self.facts["pain"] * max(1, _sum_recent(self.taken[syndicate], time)):
            made.append((time + self.delays[syndicate][len(made)], self.orders[syndicate][len(made)]))

    def record_missed_payment(self, syndicate: int, time: int, amount: int) -> None:
        """A victim would have paid, but no account was left, or the payer's bank warned of it."""
        self.record_loss(syndicate, time, amount)

    def record_lost_account(self, syndicate: int, bank: int, time: int) -> None:
        """An account at a bank was lost."""
        self.burns[syndicate][bank] = self.burns[syndicate].get(bank, 0) + 1

    def record_watched_way(self, way: int, syndicate: int, time: int) -> None:
        """A way out was seen to be watched: money was held behind it, or one step before it."""
        if self.strategy.notices:
            self.shut[syndicate, way] = time + WATCHED

    # What a gang does

    def get_capacity(self, case: int, time: int) -> float:
        """What is left of the power to begin this case."""
        return self.power(self.syndicate[case], time, case)

    def count_changes(self, syndicate: int, time: int, what: str) -> int:
        """How often the gang has changed in this way by now."""
        made = self.changes[syndicate]
        return sum(when <= time and kind == what for when, kind in made) if made else 0

    def compute_pace(self, syndicate: int, time: int) -> float:
        """Delays between arrival and departure, as a share of those before any change."""
        if not self.changes[syndicate]:
            return 1.0
        return float(self.facts["faster"] ** self.count_changes(syndicate, time, "faster"))

    def is_sum_split(self, syndicate: int, time: int, draw: float, amount: int) -> bool:
        """Whether a layering sum is halved."""
        if 0 < self.strategy.largest < amount:
            return True
        if not self.changes[syndicate]:
            return False
        return draw < float(self.facts["smaller"]) * min(1, self.count_changes(syndicate, time, "smaller"))

    def is_bank_shunned(self, syndicate: int, time: int, bank: int) -> bool:
        """Whether the gang keeps away from a bank where it lost the most accounts."""
        if not self.changes[syndicate] or not self.count_changes(syndicate, time, "banks"):
            return False
        losses = self.burns[syndicate]
        if losses.get(bank, 0) < LOSSES_TO_SHUN:
            return False
        return bank in sorted(losses, key=lambda each: (-losses[each], each))[:MOST_SHUNNED]

    def is_way_watched(self, syndicate: int, time: int, way: int) -> bool:
        """Whether the gang saw in the last days that a way out is watched."""
        return self.shut.get((syndicate, way), 0) > time

    def choose_exit(
        self,
        syndicate: int,
        time: int,
        draw: float,
        way: int,
        payee: int,
        channel: int,
        amount: int,
        doors: Doors,
    ) -> tuple[int, int, int]:
        """(typology, payee, channel) of an exit: the planned one, or another where that is watched."""
        if (
            not self.is_way_watched(syndicate, time, way)
            or not self.count_changes(syndicate, time, "exits")
            or draw >= self.facts["exit_shift"]
        ):
            return way, payee, channel
        other = [
            exit_way
            for exit_way in WAYS
            if not self.is_way_watched(syndicate, time, exit_way)
            and (exit_way != CASH_OUT or _may_use_machine(amount))
        ]
        if not other:
            return way, payee, channel
        new = other[int(draw * 997) % len(other)]
        return new, _pick_account(doors[new], draw), CHANNELS[new]

    def choose_sweep_exit(
        self, syndicate: int, time: int, draw: float, amount: int, doors: Doors
    ) -> tuple[int, int, int]:
        """(typology, payee, channel) of what leaves a collector's account; cash only in sums a machine gives."""
        way = (CRYPTO_OUT, CASH_OUT, GOODS_OUT, ABROAD_OUT, ABROAD_OUT)[
            int(self.exits.choose_exits(np.array([draw]))[0])
        ]
        # Other sums leave as coins.
        if way == CASH_OUT and not _may_use_machine(amount):
            way = CRYPTO_OUT
        return self.choose_exit(
            syndicate, time, draw, way, _pick_account(doors[way], draw), CHANNELS[way], amount, doors
        )

    def choose_straight_exit(self, draw: float, doors: Doors) -> tuple[int, int, int] | None:
        """(way out, payee, channel) where this case's victim pays it without any account of a gang's between."""
        if draw >= self.strategy.straight:
            return None
        way, channel = STRAIGHT[int(draw * 991) % len(STRAIGHT)]
        return way, _pick_account(doors[way], draw), channel

    def build_doors(self, nation: Nation) -> Doors:
        """Accounts behind each way out."""
        roles = nation.roles
        shops = np.concatenate([roles["gold_shops"], roles["phone_shops"]])
        return {
            CRYPTO_OUT: roles["exchanges"].tolist(),
            CASH_OUT: [OWN_MACHINE],
            GOODS_OUT: shops.tolist(),
            ABROAD_OUT: roles["abroad"].tolist(),
        }


def _may_use_machine(amount: int) -> bool:
    """Machines give whole hundreds, and at most 200,000 baht."""
    return amount % 10_000 == 0 and amount <= 20_000_000


def _pick_account(accounts: Sequence[int], draw: float) -> int:
    return accounts[int(draw * 7919) % len(accounts)]


def _sum_recent(entries: list[tuple[int, int]], time: int) -> int:
    """The sum of the last three days; entries come in order of time, so older ones are passed over from the end."""
    total = 0
    for when, amount in reversed(entries):
        if when < time - WINDOW:
            break
        total += amount
    return total
