"""Small ordinary payments from newly opened accounts, so that they look lived from."""

from dataclasses import dataclass

import numpy as np

from warroom.world.crime.columns import Mules
from warroom.world.crime.exits import Exits
from warroom.world.drawing.columns import BAHT, DAY, HOUR, Accounts, Array, Columns
from warroom.world.drawing.streams import stream
from warroom.world.population.nation import Nation


@dataclass
class Covers(Columns):
    """One row a payment, by time; an account never pays more than its opening balance."""

    time: Array  # int64
    mule: Array  # int32, row of mules
    payee: Array  # int32, account
    amount: Array  # int64 satang
    channel: Array  # uint8


def covers_of(nation: Nation, mules: Mules, accounts: Accounts) -> Covers:
    """A few purchases from each new account between its opening and its last use, inside the days."""
    rng = stream(nation.seed, "crime", "cover")
    new = np.flatnonzero(mules.account >= len(nation.accounts))
    count = rng.integers(2, 12, len(new))
    row = np.repeat(new, count)
    opening = accounts.opening[mules.account[row] - len(nation.accounts)]
    amount = (opening / np.repeat(count, count) * (0.2 + 0.7 * rng.random(len(row)))).astype(np.int64)
    opened = accounts.opened[mules.account[row] - len(nation.accounts)]
    first = np.maximum(mules.start[row] - 20 * DAY, opened + HOUR)
    time = first + (rng.random(len(row)) * (mules.end[row] - first)).astype(np.int64)
    payee, channel = Exits(nation).spending(len(row), rng)
    inside = (time >= nation.start) & (time < nation.start + nation.size.days * DAY) & (amount >= BAHT)
    rows = np.flatnonzero(inside)
    rows = rows[np.argsort(time[rows], kind="stable")]
    whole = amount[rows] // BAHT * BAHT
    return Covers(time[rows], row[rows].astype(np.int32), payee[rows].astype(np.int32), whole, channel[rows])
