"""The way of the money: for each victim's payment the steps through accounts and out, planned before anything is played.

A chain is planned level by level, all cases at once. What is held, and what a gang learns, changes it while it is
played; what is not touched stays as planned in every twin of a seed.
"""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.crime.cases import VictimPayments
from warroom_lab.world.crime.columns import (
    BAIT_REFUND,
    COLLECT,
    LAYER,
    SPEND,
    VICTIM_PAY,
    Chain,
    CrimeCases,
    Mules,
)
from warroom_lab.world.crime.exits import CORPORATE, Exits
from warroom_lab.world.crime.picking import Picker, Pools
from warroom_lab.world.crime.splitting import split_layer_sums
from warroom_lab.world.drawing.columns import BAHT, DAY, HOUR, MINUTE, SECOND, TRANSFER, Array, ColumnTable
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

DEEPEST = 8
WAKES = 6 * HOUR
"""Local time before which nobody pays who is no handler at work (A)."""
UP_WITHIN = 3 * HOUR
"""From then on, until everybody is up (A)."""


@dataclass
class ChainLevel(ColumnTable):
    """Payments of one level. `payee`: a row of mules where money goes on from there, else an account."""

    case: Array
    parent: Array
    hop: Array
    after: Array
    arrives: Array
    amount: Array
    typology: Array
    payee: Array
    channel: Array
    exit: Array  # int8, the exit that was decided, -1 not yet
    tiers: Array  # int8, accounts still to pass, the payee's included; 0: out, or gathered


def plan_chain(nation: Nation, cases: CrimeCases, payments: VictimPayments, mules: Mules) -> Chain:
    """Every planned payment of every case: victims' payments first, then level by level."""
    planner = _Planner(nation, cases, mules)
    levels = [planner.plan_roots(payments)]
    offset, children = 0, []
    while len(levels[-1]) and len(levels) <= DEEPEST:
        lower = planner.plan_next_level(levels[-1], len(levels), payments.bait if len(levels) == 1 else None)
        children.append(np.bincount(lower.parent, minlength=len(levels[-1])))
        lower.parent = lower.parent + offset
        offset += len(levels[-1])
        levels.append(lower)
    children.append(np.zeros(len(levels[-1]), np.int64))
    return _join_levels(ChainLevel.concat_parts(levels), np.concatenate(children), len(levels[0]))


def _join_levels(all_levels: ChainLevel, children: Array, roots: int) -> Chain:
    case = all_levels.case.astype(np.int32)
    sizes = np.bincount(case)
    number = np.empty(len(case), np.int32)
    # Counted within each case, in the order of levels: numbers of one case do not
    # depend on how many others there are.
    number[np.argsort(case, kind="stable")] = np.arange(len(case)) - np.repeat(
        np.cumsum(sizes) - sizes, sizes
    )
    return Chain(
        case,
        all_levels.parent.astype(np.int32),
        (roots + np.cumsum(children) - children).astype(np.int32),
        children.astype(np.int16),
        number,
        all_levels.hop,
        all_levels.after,
        all_levels.amount,
        all_levels.typology,
        all_levels.payee.astype(np.int32),
        all_levels.channel,
        hash_to_uniform(case.astype(np.int64) << 24 | number, 30),
    )


class _Planner:
    def __init__(self, nation: Nation, cases: CrimeCases, mules: Mules) -> None:
        self.nation, self.cases, self.mules = nation, cases, mules
        self.facts = get_values("chain", nation.scenario)
        self.pick = Picker(mules)
        self.exits = Exits(nation)
        self.small = cases.whole_loss < self.facts["small_case"] * BAHT
        rng = make_generator(nation.seed, "crime", "chain")
        count = len(cases)
        self.salt = int(rng.integers(1 << 30))
        self.tiers = rng.choice(4, count, p=self.facts["hops"]) + 2
        # A small sum is not worth every step that a large one takes.
        self.tiers -= self.small & (rng.random(count) < 0.5)
        self.main = self.exits.choose_exits(rng.random(count))
        self.width = rng.choice(5, count, p=self.facts["fan_out"]) + 2

    def plan_roots(self, payments: VictimPayments) -> ChainLevel:
        """Victims' payments: most of one case go to one account, the others to a second."""
        rng = make_generator(self.nation.seed, "crime", "chain", 0)
        case, count = payments.case, len(payments.case)
        slot = (rng.random(count) < 0.35).astype(np.int64)
        tiers = self.tiers[case] - (rng.random(count) < 0.15) + (rng.random(count) < 0.15)
        return ChainLevel(
            case,
            np.full(count, -1),
            np.zeros(count, np.int8),
            payments.time,
            payments.time,
            payments.amount,
            np.full(count, VICTIM_PAY, np.uint8),
            self._pick_slot_account(self.pick.first, case, payments.time, 0, slot, np.full(count, -1)),
            np.full(count, TRANSFER, np.uint8),
            np.full(count, -1, np.int8),
            np.clip(tiers, 1, 5).astype(np.int8),
        )

    def plan_next_level(self, level: ChainLevel, depth: int, bait: Array | None) -> ChainLevel:
        """What leaves the accounts that a level's payments reached; `parent` is a row of that level."""
        rng = make_generator(self.nation.seed, "crime", "chain", depth)
        rows = np.flatnonzero(level.tiers > 0)
        at = level.select_rows(rows)
        dwell = self._draw_dwell(at.payee, rng)
        kept = self._draw_kept_amounts(at, rng)
        baited = (
            np.where(bait[rows], self._draw_bait(at, rng), 0)
            if bait is not None
            else np.zeros(len(rows), np.int64)
        )
        rest = at.amount - kept - baited
        decided = np.where(at.exit >= 0, at.exit, self._draw_exits(at, rng))
        last = at.tiers == 1
        firm = last & (decided == CORPORATE) & (at.exit < 0)
        gather = last & ~firm & (at.exit < 0) & (rng.random(len(rows)) < self.facts["collected"])
        out = last & ~firm & ~gather
        parts = [
            self._plan_layers(at, np.flatnonzero(~last), rest, dwell, depth, rng),
            self._plan_single_payments(
                at, np.flatnonzero(firm), rest, dwell, depth, self.pick.companies, rng
            ),
            self._plan_single_payments(
                at, np.flatnonzero(gather), rest, dwell, depth, self.pick.collectors, rng
            ),
            self._plan_exit_payments(at, np.flatnonzero(out), rest, dwell, decided, rng),
            self._plan_spending(at, np.flatnonzero(kept), kept, rng),
            self._plan_bait_refunds(at, np.flatnonzero(baited), baited, rng),
        ]
        lower = ChainLevel.concat_parts(parts)
        lower = lower.select_rows(np.flatnonzero(lower.amount > 0))
        lower.arrives = at.arrives[lower.parent] + lower.after
        lower.case = at.case[lower.parent]
        lower.hop = (at.hop[lower.parent] + 1).astype(np.int8)
        lower.parent = rows[lower.parent]
        # Children of one payment lie together and in order of time: `first` and
        # `children` are all that the play needs.
        return lower.select_rows(np.lexsort((lower.after, lower.parent)))

    def _draw_dwell(self, mule: Array, rng: np.random.Generator) -> Array:
        """How long money lies in each account: minutes where a handler works it, the published curve where not."""
        facts, draw = self.facts, rng.standard_normal(len(mule))
        quick = facts["controlled_minutes"] * np.exp(facts["controlled_sigma"] * draw)
        usual = facts["ordinary_minutes"] * np.exp(facts["ordinary_sigma"] * draw)
        minutes = np.where(self.mules.controlled[mule], quick, np.minimum(usual, 14 * 24 * 60))
        # Longer than the hour within which money counts as passed on, in every signal that anybody published.
        rested = 65 + facts["careful_minutes"] * np.exp(draw)
        minutes = np.where(self.mules.careful[mule], rested, minutes)
        micros: Array = (minutes * MINUTE).astype(np.int64) + 5 * SECOND
        return micros

    def _draw_rest(self, at: ChainLevel, parent: Array, later: Array, rng: np.random.Generator) -> Array:
        """How much longer what is not of the first half lies in accounts where it rests, in microseconds."""
        facts = self.facts
        rests = hash_to_uniform(at.payee[parent].astype(np.int64), 38) < facts["rests"]
        minutes = facts["rest_minutes"] * np.exp(rng.standard_normal(len(parent)))
        found: Array = np.where(rests & later, minutes * MINUTE, 0).astype(np.int64)
        return found

    def _compute_night_wait(self, at: ChainLevel, parent: Array, after: Array) -> Array:
        """How much longer it takes where it is night and the holder has to pay: until some time in the morning."""
        due = at.arrives[parent] + after - self.nation.start
        hour = due % DAY
        holders = ~self.mules.controlled[at.payee[parent]] & (hour < WAKES)
        # A draw of the account and the day: all that waited is paid when the holder gets up.
        draw = hash_to_uniform(at.payee[parent].astype(np.int64) << 16 | due // DAY, 39)
        up = WAKES + (draw * UP_WITHIN).astype(np.int64)
        return np.where(holders, up - hour + due % MINUTE, 0)

    def _draw_kept_amounts(self, at: ChainLevel, rng: np.random.Generator) -> Array:
        share = rng.random(len(at)) * self.facts["retained"] * (rng.random(len(at)) < self.facts["retaining"])
        kept = (at.amount * share).astype(np.int64) // BAHT * BAHT
        return np.where(kept >= 20 * BAHT, kept, 0)

    def _draw_bait(self, at: ChainLevel, rng: np.random.Generator) -> Array:
        wanted = (200 + (rng.random(len(at)) ** 2 * 1800).astype(np.int64)) * BAHT
        least: Array = np.minimum(wanted, at.amount // 3 // BAHT * BAHT)
        return least

    def _draw_exits(self, at: ChainLevel, rng: np.random.Generator) -> Array:
        own = self.exits.choose_exits(rng.random(len(at)))
        # Seven in ten leave by the case's main way: a gang has its habits, yet one case
        # seldom leaves by one door alone.
        return np.where(rng.random(len(at)) < 0.7, self.main[at.case], own)

    def _pick_slot_account(
        self, pools: Pools, case: Array, time: Array, depth: int, slot: Array, avoid: Array
    ) -> Array:
        """The account in a slot of one level of a case: the same one for payments that are near in time."""
        # By name and not drawn: payments of one case and level that are near in time meet in the same
        # accounts, as a handler uses those he has at hand.
        name = ((case.astype(np.int64) << 12) + (depth << 8) + slot) ^ (self.salt << 32)
        syndicate, small = self.cases.syndicate[case], self.small[case]
        picked = np.zeros(len(case), np.int64)
        for pool, rows in zip(pools, (np.flatnonzero(~small), np.flatnonzero(small)), strict=True):
            picked[rows] = pool.pick_rows(syndicate[rows], time[rows], name[rows], avoid[rows])
        return picked

    def _plan_layers(
        self, at: ChainLevel, rows: Array, rest: Array, dwell: Array, depth: int, rng: np.random.Generator
    ) -> ChainLevel:
        case = at.case[rows]
        under = np.where(self.mules.careful[at.payee[rows]], 0.0, self.facts["under_threshold"])
        count, parts = split_layer_sums(rest[rows], self.width[case], under, rng)
        parent, rank = _repeat_owners(rows, count)
        after = dwell[parent] + (rank * (20 + rng.random(len(parent)) * 100) * SECOND).astype(np.int64)
        after += self._draw_rest(at, parent, 2 * rank >= count[np.searchsorted(rows, parent)], rng)
        after += self._compute_night_wait(at, parent, after)
        slot = ((rank + rng.random(len(parent)) * 1.5).astype(np.int64)) % self.width[at.case[parent]]
        time = at.arrives[parent] + after
        payee = self._pick_slot_account(self.pick.any, at.case[parent], time, depth, slot, at.payee[parent])
        return _make_level(parent, after, parts, LAYER, payee, TRANSFER, -1, at.tiers[parent] - 1)

    def _plan_single_payments(
        self,
        at: ChainLevel,
        rows: Array,
        rest: Array,
        dwell: Array,
        depth: int,
        pool: Pools,
        rng: np.random.Generator,
    ) -> ChainLevel:
        """All of it to one account: a company's, from where it leaves later, or a collector's, who empties it."""
        slot = (rng.random(len(rows)) * 2).astype(np.int64) + 100
        after = dwell[rows] + self._compute_night_wait(at, rows, dwell[rows])
        payee = self._pick_slot_account(
            pool, at.case[rows], at.arrives[rows] + after, depth, slot, at.payee[rows]
        )
        firm = pool is self.pick.companies
        through = self.exits.choose_company_exits(rng.random(len(rows))) if firm else np.full(len(rows), -1)
        return _make_level(
            rows,
            after,
            rest[rows],
            LAYER if firm else COLLECT,
            payee,
            TRANSFER,
            through,
            1 if firm else 0,
        )

    def _plan_exit_payments(
        self, at: ChainLevel, rows: Array, rest: Array, dwell: Array, decided: Array, rng: np.random.Generator
    ) -> ChainLevel:
        owner, amount, typology, payee, channel = self.exits.split_into_payments(
            rest[rows], decided[rows], rng
        )
        parent = rows[owner]
        rank = np.arange(len(owner)) - np.searchsorted(owner, owner, side="left")
        after = dwell[parent] + (rank * (1 + rng.random(len(parent)) * 4) * MINUTE).astype(np.int64)
        parts = np.bincount(owner, minlength=1)[owner]
        after += self._draw_rest(at, parent, (parts > 1) & (2 * rank >= parts), rng)
        after += self._compute_night_wait(at, parent, after)
        return _make_level(parent, after, amount, typology, payee, channel, -1, 0)

    def _plan_spending(
        self, at: ChainLevel, rows: Array, kept: Array, rng: np.random.Generator
    ) -> ChainLevel:
        """What a mule keeps is spent like anyone's money: at shops, or sent to somebody who knows nothing."""
        payee, channel = self.exits.choose_spending(len(rows), rng)
        after = (8 * HOUR * np.exp(rng.standard_normal(len(rows)))).astype(np.int64)
        return _make_level(rows, after, kept[rows], SPEND, payee, channel, -1, 0)

    def _plan_bait_refunds(
        self, at: ChainLevel, rows: Array, baited: Array, rng: np.random.Generator
    ) -> ChainLevel:
        after = ((2 + rng.random(len(rows)) * 20) * MINUTE).astype(np.int64)
        return _make_level(
            rows, after, baited[rows], BAIT_REFUND, self.cases.account[at.case[rows]], TRANSFER, -1, 0
        )


def _repeat_owners(rows: Array, count: Array) -> tuple[Array, Array]:
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(rows, count), np.arange(total) - np.repeat(ends - count, count)


def _make_level(
    parent: Array,
    after: Array,
    amount: Array,
    typology: Array | int,
    payee: Array,
    channel: Array | int,
    leaves: Array | int,
    tiers: Array | int,
) -> ChainLevel:
    """Payments of which the rest is filled in from their parents."""
    count = len(parent)
    zeros = np.zeros(count, np.int64)

    def fill_array(value: Array | int, kind: type) -> Array:
        return np.broadcast_to(np.asarray(value, kind), (count,)).copy()

    return ChainLevel(
        zeros,
        parent,
        zeros.astype(np.int8),
        after,
        zeros,
        amount,
        fill_array(typology, np.uint8),
        payee.astype(np.int64),
        fill_array(channel, np.uint8),
        fill_array(leaves, np.int8),
        fill_array(tiers, np.int8),
    )
