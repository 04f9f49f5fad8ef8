"""What lies in each account at the beginning: enough for ordinary life, to the satang, and some savings more."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, Array, TransferColumns
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.economy import get_day
from warroom_lab.world.population.nation import Nation


def compute_openings(nation: Nation) -> Array:
    """The opening balance of every account, in satang: the least that keeps it from going negative, and savings."""
    return compute_least_openings(nation) + _draw_savings(nation)


def compute_least_openings(nation: Nation) -> Array:
    """The least that must lie in every account so that no payment of ordinary life makes it negative."""
    accounts = len(nation.accounts)
    balance, least = np.zeros(accounts, np.int64), np.zeros(accounts, np.int64)
    for number in range(nation.size.days):
        within = compute_dips(get_day(nation, number), balance)
        np.minimum(least, within, out=least)
    return -least


def compute_dips(transfers: TransferColumns, balance: Array) -> Array:
    """How low each account falls while these transfers happen; `balance` is moved on to what it is after them.

    At equal times what goes out is taken first: the least can only be too careful.
    """
    rows = len(transfers)
    account = np.empty(2 * rows, np.int32)
    account[0::2], account[1::2] = transfers.payer, transfers.payee
    change = np.empty(2 * rows, np.int64)
    change[0::2], change[1::2] = -transfers.amount, transfers.amount
    order = np.argsort(account, kind="stable")
    account, sums = account[order], np.cumsum(change[order])
    first = np.flatnonzero(np.diff(account, prepend=-1))
    touched = account[first]
    # One running sum over all accounts, and each account's own by taking off what stood
    # before it: no loop over accounts.
    before = np.concatenate([[0], sums])[first]
    low = balance.copy()
    low[touched] += np.minimum.reduceat(sums, first) - before if rows else 0
    last = np.append(first[1:], 2 * rows) - 1
    balance[touched] += sums[last] - before if rows else 0
    return np.minimum(low, balance)


def _draw_savings(nation: Nation) -> Array:
    """Months of income for persons; what a small business keeps for others."""
    rng = make_generator(nation.seed, "people", "savings")
    accounts = nation.accounts
    months = np.exp(rng.standard_normal(len(accounts), np.float32) * np.float32(1.3))
    months *= np.float32(get_values("people")["savings_months"])
    people = nation.size.people
    income = np.full(len(nation.holders), 20_000, np.float32)
    income[:people] = nation.traits["income"]
    savings: Array = np.rint(income[accounts.holder] * months).astype(np.int64) * BAHT
    return savings
