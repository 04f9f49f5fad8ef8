"""Money with a purpose: somebody is paid, and pays it on because of it, in minutes or hours.

Most of what looks like a mule's account is this: wages that are put aside, goods bought for a sale just made, what was
collected for somebody, a loan taken to pay another. Each errand happens as often as `life` of params.toml says, 0
switches it off; its shape is assumed (A) and stands here. All of an errand lies within a day: nothing is carried over.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import (
    BATCH,
    CASH,
    DAY,
    GOODS,
    HOUR,
    MINUTE,
    SECOND,
    Array,
    TransferColumns,
)
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.economy.base import (
    EconomyDay,
    Process,
    draw_among,
    draw_moments,
    draw_sums,
    make_no_payments,
    make_transfers,
    round_sums,
)
from warroom_lab.world.economy.peers import Mix, choose_counterparts

GOODS_PURPOSE = 4
FACE = 50_000
"""Baht from which a face is scanned, and the most that a customer of the lowest class pays a day (P: domain 3.5)."""
UNDER = 0.4
"""Share of larger sums that are paid in parts just under it (A)."""
MOST_PARTS = 12
SMALL = 5_000_00
AT_ONCE = 0.8
"""Of the others, who sends a part of it at once, less than half (A)."""
LEAST = 10_00
SLOW = 240
"""Minutes, median, of what is not paid on at once (A)."""


@dataclass(frozen=True, slots=True)
class Errand:
    """`who` does it: a role, or `tickets` for anybody as often as active. `comes` from whom, in `into` payments of a
    lognormal sum (`baht`, `sigma`, at most `most`); `passed` is the share that `goes` on, to whom, a lognormal time
    (`minutes`, `spread`) after the last payment came, in one part or more (`parts`: their probabilities). Of sums below
    5,000 baht the share `prompt` goes on like that, of larger ones `large`: they are slept over, except by who trades.
    """

    who: str
    comes: Mix
    goes: Mix
    baht: float
    sigma: float
    most: float = 200_000
    into: tuple[int, int] = (1, 1)
    within: float = 2.0
    passed: tuple[float, float] = (0.7, 1.0)
    prompt: float = 0.8
    large: float = 0.02
    minutes: float = 8.0
    spread: float = 1.2
    parts: tuple[float, ...] = (0.75, 0.15, 0.1)
    hours: str = "evening"
    odd: float = 0.15


def make_errand_payments(day: EconomyDay, name: str, errand: Errand) -> TransferColumns:
    """All errands of a kind on a day: what comes, and what goes on."""
    rng, among = day.make_process_generator(name), get_account_pool(day, errand.who)
    who = draw_among(
        rng, among, rng.poisson(get_values("life")[name] * count_people_or_accounts(day, errand.who, among))
    )
    who = who[day.nation.accounts.opened[who] < day.start]
    if not len(who):
        return make_no_payments(day)
    begins = draw_moments(rng, len(who), errand.hours)
    owner, arrived_at, satang = _draw_incoming_payments(rng, who, begins, errand)
    source, channel = choose_counterparts(day, rng, who[owner], errand.comes)
    into = _make_payments(day, source, who[owner], satang, arrived_at, channel)
    total = np.bincount(owner, satang, len(who))
    last = np.maximum.reduceat(arrived_at, np.searchsorted(owner, np.arange(len(who))))
    return TransferColumns.concat_parts([into, _make_outgoing_payments(day, rng, who, last, total, errand)])


def get_account_pool(day: EconomyDay, who: str) -> Array:
    """The accounts of a role, or of anybody, each as often as active."""
    return day.nation.traits["tickets"] if who == "tickets" else day.get_role_accounts(who)


def count_people_or_accounts(day: EconomyDay, who: str, among: Array) -> int:
    """Rates are a person a day for what anybody does, and a day for each account of a role."""
    return day.people if who == "tickets" else len(among)


def _draw_incoming_payments(
    rng: np.random.Generator, who: Array, begins: Array, errand: Errand
) -> tuple[Array, Array, Array]:
    """(position in `who`, moment, satang) of each payment that comes."""
    count = rng.integers(errand.into[0], errand.into[1] + 1, len(who))
    owner = np.repeat(np.arange(len(who)), count)
    spread = np.minimum(errand.within * HOUR, DAY - begins)[owner]
    arrived_at = begins[owner] + (rng.random(len(owner)) * spread * (count[owner] > 1)).astype(np.int64)
    return (
        owner,
        arrived_at,
        round_sums(draw_sums(rng, len(owner), errand.baht, errand.sigma, 20, errand.most), rng, errand.odd),
    )


def _make_outgoing_payments(
    day: EconomyDay, rng: np.random.Generator, who: Array, arrived_at: Array, total: Array, errand: Errand
) -> TransferColumns:
    low, high = errand.passed
    share = np.where(rng.random(len(who)) < 0.3, high, low + (high - low) * rng.random(len(who)))
    # Of a large sum some leaves at once, mostly, and the rest when it has been slept over or somebody asks for it.
    prompt = rng.random(len(who)) < np.where(total < SMALL, errand.prompt, errand.large)
    some = ~prompt & (total >= SMALL) & (rng.random(len(who)) < AT_ONCE)
    at_once = np.where(prompt, 1.0, np.where(some, 0.1 + 0.38 * rng.random(len(who)), 0.0)) * share * total
    quick = np.exp(rng.standard_normal(len(who)) * errand.spread) * errand.minutes
    slow = np.exp(rng.standard_normal(len(who)) * 0.8) * SLOW
    return TransferColumns.concat_parts(
        [
            _send_in_parts(day, rng, who, arrived_at, at_once, quick, errand),
            _send_in_parts(day, rng, who, arrived_at, total * share - at_once, slow, errand),
        ]
    )


def _send_in_parts(
    day: EconomyDay,
    rng: np.random.Generator,
    who: Array,
    arrived_at: Array,
    satang: Array,
    minutes: Array,
    errand: Errand,
) -> TransferColumns:
    """These sums, in parts, so many minutes after the last payment came; nothing where there is nothing to send."""
    there = np.flatnonzero(satang >= LEAST)
    owner, part_satang = split_sums(rng, satang[there], errand.parts)
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    mine = there[owner]
    wait = minutes[mine] * MINUTE + rank * (20 + 100 * rng.random(len(owner))) * SECOND
    payee, channel = choose_counterparts(day, rng, who[mine], errand.goes)
    return _make_payments(
        day, who[mine], payee, part_satang, delay_within_day(rng, arrived_at[mine], wait), channel
    )


def delay_within_day(rng: np.random.Generator, came: Array, wait: Array) -> Array:
    """Moments so much later; what would be after midnight is done at some time before it."""
    room = DAY - 1 - came
    found: Array = came + np.where(wait < room, wait, rng.random(len(came)) * room)
    return found


def split_sums(rng: np.random.Generator, satang: Array, parts: tuple[float, ...]) -> tuple[Array, Array]:
    """(position of each part's sum, satang): in a few parts, or just under the sum that asks for a face."""
    baht = satang / 100
    under = (baht > FACE) & (rng.random(len(baht)) < UNDER)
    few = rng.choice(len(parts), len(baht), p=np.array(parts) / sum(parts)) + 1
    few = np.clip(np.minimum(few, baht // 400), 1, None)
    count = np.where(under, np.ceil(baht / (FACE - 400)), few).astype(np.int64).clip(1, MOST_PARTS)
    owner = np.repeat(np.arange(len(baht)), count)
    even = baht[owner] / count[owner] * np.where(count[owner] > 1, 0.6 + 0.8 * rng.random(len(owner)), 1.0)
    just = np.minimum(FACE - rng.integers(0, 1_000, len(owner)), baht[owner])
    exact = np.where(under[owner], just, even)
    step = np.select([exact < 200, exact < 2_000, exact < 20_000], [1.0, 10.0, 100.0], 500.0)
    step = np.where(under[owner] | (rng.random(len(owner)) < 0.35), 1.0, step)
    return owner, (np.maximum(np.floor(exact / step) * step, 1) * 100).astype(np.int64)


def _make_payments(
    day: EconomyDay, payer: Array, payee: Array, satang: Array, moment: Array, channel: Array
) -> TransferColumns:
    """Payments with their channels; what no telephone ordered names none."""
    made = make_transfers(day, payer, payee, satang, moment)
    made.channel = channel[payer != payee] if len(made) < len(payer) else channel
    made.purpose[made.channel == GOODS] = GOODS_PURPOSE
    made.device[np.isin(made.channel, (CASH, BATCH))] = -1
    return made


ERRANDS: dict[str, Errand] = {
    "topping up": Errand(
        "purses", {"own": 1.0},
        {"shop": 0.2, "stranger": 0.25, "known": 0.15, "store": 0.1, "biller": 0.08, "lender": 0.05, "cash": 0.1, "exchange": 0.04, "near": 0.04},
        200, 2.6, minutes=4, passed=(0.8, 1.0),
    ),
    "borrowing": Errand(
        "tickets", {"known": 0.4, "stranger": 0.3, "lender": 0.3},
        {"lender": 0.2, "stranger": 0.3, "known": 0.15, "biller": 0.05, "cash": 0.1, "exchange": 0.04, "shop": 0.06, "company": 0.1},
        300, 2.5, minutes=12, spread=1.4,
    ),
    "asked to buy": Errand(
        "tickets", {"known": 0.4, "stranger": 0.5, "company": 0.1},
        {"shop": 0.25, "store": 0.2, "stranger": 0.35, "counter": 0.06, "cash": 0.1, "seller": 0.04},
        150, 2.5, minutes=9,
    ),
    "reselling": Errand(
        "resellers", {"stranger": 0.9, "known": 0.1},
        {"stranger": 0.4, "wholesaler": 0.15, "store": 0.2, "seller": 0.1, "abroad": 0.04, "cash": 0.06, "counter": 0.05},
        1_600, 1.5, large=0.15, passed=(0.6, 0.97), hours="night",
    ),
    "couriers": Errand(
        "riders", {"stranger": 0.8, "cash": 0.2}, {"shop": 0.45, "platform": 0.15, "stranger": 0.4},
        420, 0.8, minutes=14, hours="shops",
    ),
    "shared bills": Errand(
        "tickets", {"known": 0.8, "near": 0.2}, {"shop": 0.85, "stranger": 0.15},
        60, 0.9, into=(1, 3), within=0.5, minutes=10, parts=(1.0,), hours="shops",
    ),
    "treasurers": Errand(
        "treasurers", {"known": 0.7, "near": 0.3},
        {"biller": 0.15, "clinic": 0.2, "lender": 0.2, "stranger": 0.25, "cash": 0.2},
        450, 1.4, into=(2, 6), within=3, minutes=15, spread=1.4,
    ),
    "lending": Errand(
        "lenders_informal", {"near": 0.8, "stranger": 0.2}, {"near": 0.5, "stranger": 0.4, "cash": 0.1},
        500, 1.2, into=(2, 10), within=6, minutes=20, spread=1.4, passed=(0.5, 1.0), parts=(0.4, 0.35, 0.25),
    ),
    "betting": Errand(
        "betting_agents", {"near": 0.6, "stranger": 0.4}, {"agent": 0.6, "stranger": 0.25, "cash": 0.1, "exchange": 0.05},
        250, 1.4, most=50_000, large=0.4, into=(5, 24), within=5, minutes=18, passed=(0.7, 0.95), parts=(0.7, 0.2, 0.1), hours="night",
    ),
    "brokers": Errand(
        "brokers", {"stranger": 0.9, "company": 0.1},
        {"stranger": 0.45, "company": 0.15, "counter": 0.15, "cash": 0.15, "abroad": 0.05, "exchange": 0.05},
        14_000, 1.3, most=900_000, large=0.4, minutes=10, parts=(0.5, 0.3, 0.2), hours="office",
    ),
    "coins for others": Errand(
        "peer_traders", {"stranger": 1.0}, {"exchange": 0.65, "trader": 0.1, "stranger": 0.25},
        5_000, 1.5, most=400_000, large=0.5, minutes=5, spread=1.0, passed=(0.95, 0.99), hours="night",
    ),
    "coins sold": Errand(
        "peer_traders", {"exchange": 0.7, "trader": 0.3}, {"stranger": 0.7, "own": 0.15, "cash": 0.15},
        7_000, 1.4, most=400_000, large=0.4, minutes=6, spread=1.0, passed=(0.9, 1.0), hours="night", parts=(0.5, 0.3, 0.2),
    ),
    "crops sold": Errand(
        "tickets", {"company": 0.5, "wholesaler": 0.5},
        {"lender": 0.25, "store": 0.15, "near": 0.25, "cash": 0.25, "own": 0.1},
        16_000, 1.0, minutes=30, spread=1.5, parts=(0.3, 0.3, 0.25, 0.15), hours="office",
    ),
    "windfalls": Errand(
        "tickets", {"stranger": 0.5, "company": 0.3, "known": 0.2},
        {"own": 0.3, "lender": 0.15, "stranger": 0.25, "known": 0.15, "cash": 0.1, "abroad": 0.05},
        40_000, 1.2, most=3_000_000, minutes=40, spread=1.5, passed=(0.4, 1.0), parts=(0.3, 0.3, 0.2, 0.2), hours="office",
    ),
    "sickness": Errand(
        "tickets", {"known": 0.8, "near": 0.2}, {"clinic": 0.8, "cash": 0.2},
        1_800, 1.1, into=(1, 4), within=3, minutes=15, spread=1.2, hours="office",
    ),
    "odd jobs": Errand(
        "tickets", {"company": 0.4, "stranger": 0.4, "near": 0.2},
        {"own": 0.15, "home": 0.2, "known": 0.15, "stranger": 0.15, "cash": 0.25, "lender": 0.1},
        13_000, 0.5, prompt=0.3, minutes=40, spread=1.5, passed=(0.6, 1.0), parts=(1.0,), hours="office",
    ),
    "tax refunds": Errand(
        "tickets", {"agency": 1.0}, {"card": 0.2, "lender": 0.3, "own": 0.3, "known": 0.2},
        4_500, 0.9, minutes=45, spread=1.4, hours="office", odd=1.0,
    ),
    "sent on abroad": Errand(
        "tickets", {"known": 0.4, "company": 0.3, "exchange": 0.3}, {"abroad": 0.8, "exchange": 0.2},
        30_000, 1.1, most=900_000, minutes=20, spread=1.3,
    ),
}  # fmt: skip
"""By name: who does what for whom. Nobody counted these lives; proportions follow what is told of them (A)."""


def _make_process(name: str, errand: Errand) -> Process:
    return lambda day: make_errand_payments(day, name, errand)


PROCESSES: Mapping[str, Process] = {name: _make_process(name, errand) for name, errand in ERRANDS.items()}
