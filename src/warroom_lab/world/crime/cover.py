"""Small ordinary payments from and to newly opened accounts, so that they look lived from."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.crime.columns import Mules
from warroom_lab.world.crime.exits import Exits
from warroom_lab.world.drawing.columns import BAHT, DAY, HOUR, TRANSFER, AccountColumns, Array, ColumnTable
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

LIVED = 30 * DAY
"""For how long before its first use a new account is lived from, at most (A)."""
COMPANY_TYPE = 3


@dataclass
class Covers(ColumnTable):
    """One row a payment, by time; an account never pays more than its opening balance."""

    time: Array  # int64
    mule: Array  # int32, row of mules
    payer: Array  # int32, account
    payee: Array  # int32, account
    amount: Array  # int64 satang
    channel: Array  # uint8


def plan_covers(nation: Nation, mules: Mules, accounts: AccountColumns) -> Covers:
    """What each new account pays and is paid between its opening and its last use, inside the days."""
    rng = make_generator(nation.seed, "crime", "cover")
    new = np.flatnonzero(mules.account >= len(nation.accounts))
    covers = Covers.concat_parts(
        [
            _draw_paid_covers(nation, mules, accounts, new, rng),
            _draw_received_covers(nation, mules, accounts, new, rng),
        ]
    )
    inside = (covers.time >= nation.start) & (covers.time < nation.start + nation.size.days * DAY)
    rows = np.flatnonzero(inside & (covers.amount >= BAHT) & (covers.payer != covers.payee))
    return covers.select_rows(rows[np.argsort(covers.time[rows], kind="stable")])


def _draw_paid_covers(
    nation: Nation, mules: Mules, accounts: AccountColumns, new: Array, rng: np.random.Generator
) -> Covers:
    count = rng.integers(4, 30, len(new))
    row = np.repeat(new, count)
    opening = accounts.opening[mules.account[row] - len(nation.accounts)]
    share = np.exp(rng.standard_normal(len(row)))
    share *= (
        0.9 / np.bincount(np.repeat(np.arange(len(new)), count), share)[np.repeat(np.arange(len(new)), count)]
    )
    payee, channel = Exits(nation).choose_spending(len(row), rng)
    whole = (opening * share).astype(np.int64) // BAHT * BAHT
    return _make_covers(nation, mules, accounts, row, mules.account[row], payee, whole, channel, rng)


def _draw_received_covers(
    nation: Nation, mules: Mules, accounts: AccountColumns, new: Array, rng: np.random.Generator
) -> Covers:
    """From the holder's own account, from people nearby and far, and a company's from other companies."""
    row = np.repeat(new, rng.integers(2, 14, len(new)))
    people, draw = nation.size.people, rng.random(len(row))
    holder = mules.holder[row]
    firms = nation.roles["companies"][rng.integers(0, len(nation.roles["companies"]), len(row))]
    near = (holder + 1 + rng.integers(0, 60, len(row))) % people
    payer = np.select([draw < 0.3, draw < 0.6], [holder, near], rng.integers(0, people, len(row)))
    firm = accounts.type[mules.account[row] - len(nation.accounts)] == COMPANY_TYPE
    payer = np.where(firm & (draw < 0.5), firms, np.where(payer >= people, near, payer))
    baht = np.where(firm, 9_000, 1_500) * np.exp(1.2 * rng.standard_normal(len(row)))
    whole = (np.clip(baht, 20, 300_000) // 10).astype(np.int64) * 10 * BAHT
    channel = np.full(len(row), TRANSFER, np.uint8)
    return _make_covers(nation, mules, accounts, row, payer, mules.account[row], whole, channel, rng)


def _make_covers(
    nation: Nation, mules: Mules, accounts: AccountColumns, row: Array, payer: Array, payee: Array, amount: Array,
    channel: Array, rng: np.random.Generator,
) -> Covers:  # fmt: skip
    opened = accounts.opened[mules.account[row] - len(nation.accounts)]
    first = np.maximum(mules.start[row] - LIVED, opened + HOUR)
    time = first + (rng.random(len(row)) * (mules.end[row] - first)).astype(np.int64)
    return Covers(time, row.astype(np.int32), payer.astype(np.int32), payee.astype(np.int32), amount, channel)
