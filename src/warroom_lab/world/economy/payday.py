"""What people do with pay that just came: put aside, give to who keeps the family's money, fill wallets, pay what is due."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, CASH, MINUTE, Array, Transfers
from warroom_lab.world.drawing.mixing import uniform
from warroom_lab.world.drawing.params import values
from warroom_lab.world.economy.base import Day, flow
from warroom_lab.world.economy.errands import later
from warroom_lab.world.economy.peers import counterparts

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


def after_pay(day: Day, staff: Array, came: Array, satang: Array) -> list[Transfers]:
    """What goes on of this pay, by `life` of params.toml: each habit is a person's own, the same every pay-day."""
    rates = values("life")
    return [_habit(day, place, name, rates[name], staff, came, satang) for place, name in enumerate(WAYS)]


def _habit(
    day: Day, place: int, name: str, share: float, staff: Array, came: Array, satang: Array
) -> Transfers:
    to, low, high, purpose = WAYS[name]
    mine = np.flatnonzero(uniform(staff, 150 + place) < share)
    rng, who = day.rng(name), staff[mine]
    part = low + (high - low) * uniform(who, 160 + place)
    paid = np.rint(satang[mine] * part / (100 * BAHT)) * 100 * BAHT
    # Most look when the bank's message comes; some at the end of the day.
    wait = np.exp(rng.standard_normal(len(who)) * 1.6) * 90 * MINUTE
    payee, channel = counterparts(day, rng, who, {to: 1.0})
    made = flow(day, who, payee, np.maximum(paid, 20 * BAHT), later(rng, came[mine], wait), purpose=purpose)
    made.channel = channel[who != payee]
    made.device[made.channel == CASH] = -1
    return made
