"""Large and small sums that leave without anything before them: deposits, instruments, daily limits, accessories.

Each happens as often as `life` of params.toml says, 0 switches it off; shapes are assumed (A).
"""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, CASH, GOODS, Transfers
from warroom_lab.world.drawing.mixing import uniform
from warroom_lab.world.drawing.params import values
from warroom_lab.world.economy.base import Day, Process, drawn, flow, moments, neighbours, rounded, sums
from warroom_lab.world.economy.errands import pool, weight
from warroom_lab.world.economy.peers import Mix, counterparts

GOODS_PURPOSE = 4
Outlay = tuple[str, Mix, float, float, float, float, str]
OUTLAYS: dict[str, Outlay] = {
    "large qr": ("tickets", {"shop": 0.7, "clinic": 0.3}, 9_000, 0.8, 3_000, 50_000, "shops"),
    "small goods": ("tickets", {"counter": 1.0}, 350, 0.8, 40, 3_000, "shops"),
    "large abroad": ("tickets", {"abroad": 1.0}, 60_000, 0.9, 5_000, 900_000, "night"),
    "large coins": ("tickets", {"exchange": 0.9, "trader": 0.1}, 14_000, 1.3, 500, 900_000, "night"),
    "firms buy": (
        "firms",
        {"shop": 0.5, "clinic": 0.05, "cash": 0.2, "counter": 0.12, "abroad": 0.1, "exchange": 0.03},
        1_500, 1.4, 20, 900_000, "office",
    ),
}  # fmt: skip
"""By name: who pays (a role, or `tickets` for anybody as often as active), whom, and a lognormal sum: baht, sigma, least, most; and the hours of it."""
LIMIT = 50_000
SPELL, EVERY = 3, 40
"""A sum above a day's limit is paid on three days running, by each such payer every forty days (A)."""


def outlay(day: Day, name: str) -> Transfers:
    """All payments of a kind on a day, some of them just under the sum that asks for a face."""
    who, mix, baht, sigma, least, most, hours = OUTLAYS[name]
    rng = day.rng(name)
    among = pool(day, who)
    payer = drawn(rng, among, rng.poisson(values("life")[name] * weight(day, who, among)))
    payee, channel = counterparts(day, rng, payer, mix)
    satang = rounded(sums(rng, len(payer), baht, sigma, least, most), rng, 0.2)
    below = (satang > LIMIT * BAHT) & (rng.random(len(payer)) < 0.35)
    satang = np.where(below, (LIMIT - rng.integers(0, 1_000, len(payer))) * BAHT, satang)
    made = flow(day, payer, payee, satang, moments(rng, len(payer), hours))
    made.channel = channel[payer != payee]
    made.purpose[made.channel == GOODS] = GOODS_PURPOSE
    made.device[made.channel == CASH] = -1
    return made


def daily_limits(day: Day) -> Transfers:
    """More than a customer may pay a day, to one payee on some days running: a used car, a plot, a builder."""
    rng, persons = day.rng("daily limits"), np.arange(day.people)
    share = min(1.0, values("life")["daily limits"] * EVERY / SPELL)
    mine = persons[uniform(persons, 140) < share]
    turn = day.number + (uniform(mine, 141) * EVERY).astype(np.int64)
    mine, spell = mine[turn % EVERY < SPELL], turn[turn % EVERY < SPELL] // EVERY
    payee = neighbours(mine, 50 + spell % 8, day.people, 142)
    satang = (LIMIT - (uniform(mine, 143) * 1_000).astype(np.int64) * (uniform(mine, 144) < 0.6)) * BAHT
    return flow(day, mine, payee, satang, moments(rng, len(mine), "evening"))


def _process(name: str) -> Process:
    return lambda day: outlay(day, name)


PROCESSES: dict[str, Process] = {name: _process(name) for name in OUTLAYS}
