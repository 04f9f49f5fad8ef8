"""Large and small sums that leave without anything before them: deposits, instruments, daily limits, accessories.

Each happens as often as `life` of params.toml says, 0 switches it off; shapes are assumed (A).
"""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, CASH, GOODS, TransferColumns
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.economy.base import (
    EconomyDay,
    Process,
    choose_neighbours,
    draw_among,
    draw_moments,
    draw_sums,
    make_transfers,
    round_sums,
)
from warroom_lab.world.economy.errands import count_people_or_accounts, get_account_pool
from warroom_lab.world.economy.peers import Mix, choose_counterparts

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


def make_outlay_payments(day: EconomyDay, name: str) -> TransferColumns:
    """All payments of a kind on a day, some of them just under the sum that asks for a face."""
    who, mix, baht, sigma, least, most, hours = OUTLAYS[name]
    rng = day.make_process_generator(name)
    among = get_account_pool(day, who)
    payer = draw_among(
        rng, among, rng.poisson(get_values("life")[name] * count_people_or_accounts(day, who, among))
    )
    payee, channel = choose_counterparts(day, rng, payer, mix)
    satang = round_sums(draw_sums(rng, len(payer), baht, sigma, least, most), rng, 0.2)
    below = (satang > LIMIT * BAHT) & (rng.random(len(payer)) < 0.35)
    satang = np.where(below, (LIMIT - rng.integers(0, 1_000, len(payer))) * BAHT, satang)
    made = make_transfers(day, payer, payee, satang, draw_moments(rng, len(payer), hours))
    made.channel = channel[payer != payee]
    made.purpose[made.channel == GOODS] = GOODS_PURPOSE
    made.device[made.channel == CASH] = -1
    return made


def make_daily_limit_payments(day: EconomyDay) -> TransferColumns:
    """More than a customer may pay a day, to one payee on some days running: a used car, a plot, a builder."""
    rng, persons = day.make_process_generator("daily limits"), np.arange(day.people)
    share = min(1.0, get_values("life")["daily limits"] * EVERY / SPELL)
    mine = persons[hash_to_uniform(persons, 140) < share]
    turn = day.number + (hash_to_uniform(mine, 141) * EVERY).astype(np.int64)
    mine, spell = mine[turn % EVERY < SPELL], turn[turn % EVERY < SPELL] // EVERY
    payee = choose_neighbours(mine, 50 + spell % 8, day.people, 142)
    satang = (
        LIMIT - (hash_to_uniform(mine, 143) * 1_000).astype(np.int64) * (hash_to_uniform(mine, 144) < 0.6)
    ) * BAHT
    return make_transfers(day, mine, payee, satang, draw_moments(rng, len(mine), "evening"))


def _make_process(name: str) -> Process:
    return lambda day: make_outlay_payments(day, name)


PROCESSES: dict[str, Process] = {name: _make_process(name) for name in OUTLAYS}
