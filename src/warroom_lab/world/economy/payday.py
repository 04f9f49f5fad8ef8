"""What people do with pay that just came: put aside, give to who keeps the family's money, fill wallets, pay what is due."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, CASH, MINUTE, Array, TransferColumns
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.economy.base import EconomyDay, make_transfers
from warroom_lab.world.economy.errands import delay_within_day
from warroom_lab.world.economy.peers import choose_counterparts

LOAN, SAVING = 8, 7
WAYS = {
    "swept to savings": ("own", 0.1, 0.5, SAVING),
    "given to the treasurer": ("home", 0.2, 0.6, 0),
    "wallets filled": ("wallet", 0.02, 0.1, 0),
    "cards paid": ("card company", 0.1, 0.4, 0),
    "loans paid": ("lender", 0.1, 0.3, LOAN),
    "debts paid": ("known", 0.05, 0.4, 0),
    "cash drawn": ("cash", 0.1, 0.5, 0),
}
"""By name: to whom, between which shares of the pay, and what for (A)."""


def make_payday_payments(day: EconomyDay, staff: Array, came: Array, satang: Array) -> list[TransferColumns]:
    """What goes on of this pay, by `life` of params.toml: each habit is a person's own, the same every pay-day."""
    rates = get_values("life")
    return [
        _make_habit_payments(day, place, name, rates[name], staff, came, satang)
        for place, name in enumerate(WAYS)
    ]


def _make_habit_payments(
    day: EconomyDay, place: int, name: str, share: float, staff: Array, arrived_at: Array, satang: Array
) -> TransferColumns:
    to, low, high, purpose = WAYS[name]
    mine = np.flatnonzero(hash_to_uniform(staff, 150 + place) < share)
    rng, who = day.make_process_generator(name), staff[mine]
    part = low + (high - low) * hash_to_uniform(who, 160 + place)
    paid = np.rint(satang[mine] * part / (100 * BAHT)) * 100 * BAHT
    # Most look when the bank's message comes; some at the end of the day.
    wait = np.exp(rng.standard_normal(len(who)) * 1.6) * 90 * MINUTE
    payee, channel = choose_counterparts(day, rng, who, {to: 1.0})
    made = make_transfers(
        day,
        who,
        payee,
        np.maximum(paid, 20 * BAHT),
        delay_within_day(rng, arrived_at[mine], wait),
        purpose=purpose,
    )
    made.channel = channel[who != payee]
    made.device[made.channel == CASH] = -1
    return made
