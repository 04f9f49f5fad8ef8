"""Whom measures harm beside those they are for, and what victims really get back.

Honest payers who were warned or refused, sales that blocked shops lost, and the little that is returned, late. Nothing here
is seen by anybody who plays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from warroom_lab.world.agencies.draws import lognormal, uniform
from warroom_lab.world.agencies.warned import Warned
from warroom_lab.world.drawing import mixing
from warroom_lab.world.drawing.columns import BAHT, BATCH, CARD, QR, TRANSFER, Array, Transfers
from warroom_lab.world.drawing.params import number, values
from warroom_lab.world.population.country import Country

COMES = (TRANSFER, QR, CARD, BATCH)
"""Ways in which somebody else pays an account: cash is the holder's own."""


@dataclass(frozen=True, slots=True)
class WarnedHonest:
    """Ordinary payments to an account that was warned of, by payers who had not paid it before and whose bank shows
    warnings: how many, their baht, how many of them were given up, and to how many payees.
    """

    payments: int
    baht: float
    abandoned: int
    abandoned_baht: float
    payees: int


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Ordinary payments to one account that a measure kept from coming: how many, and their satang."""

    payments: int
    satang: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Satang that reach their victims, by case, and the median of the days from hold to pay-out; None where nothing does."""

    cases: dict[int, int]
    days: float | None

    @property
    def satang(self) -> int:
        """All that is returned."""
        return sum(self.cases.values())


def warned_honest(country: Country, warned: Warned, now: int, payees: Array) -> WarnedHonest:
    """What warnings cost honest payers until `now`. `payees`: by account, whether payments to it are counted.

    "Before" is since the first day: what was paid earlier is not known.
    """
    rows = _first_payments(country, warned, now)
    rows = rows.take(np.flatnonzero(payees[rows.payee]))
    stood = np.zeros(len(rows), bool)
    for account, made in warned.of.items():
        low, high = np.searchsorted(rows.payee, [account, account + 1])
        times = rows.time[low:high]
        for each in made:
            first, last = np.searchsorted(times, [each.start, min(each.end, now + 1)])
            stood[low + first : low + last] = True
    shown = np.array(warned.shown)[country.accounts.bank[rows.payer]]
    rows = rows.take(np.flatnonzero(stood & shown))
    # The payment's own draw: it is given up in every twin in which it is warned.
    abandoned = mixing.uniform(rows.uid, 56) < number("warnings", "abandoned")
    return WarnedHonest(
        len(rows),
        float(rows.amount.sum()) / BAHT,
        int(abandoned.sum()),
        float(rows.amount[abandoned].sum()) / BAHT,
        len(np.unique(rows.payee)),
    )


def _first_payments(country: Country, warned: Warned, now: int) -> Transfers:
    """The first payment of each payer to each account that was ever warned of, by payee and time."""
    asked = np.zeros(len(country.accounts), bool)
    asked[[account for account in warned.of if 0 <= account < len(asked)]] = True
    parts = []
    for each in range(country.nation.size.days):
        day = country.day(each)
        parts.append(day.take(np.flatnonzero(asked[day.payee] & (day.payee >= 0) & (day.payer >= 0))))
    rows = Transfers.joined(parts)
    rows = rows.take(np.lexsort((rows.time, rows.payer, rows.payee)))
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (rows.payee[1:] != rows.payee[:-1]) | (rows.payer[1:] != rows.payer[:-1])
    rows = rows.take(np.flatnonzero(fresh & (rows.time <= now)))
    return rows.take(np.lexsort((rows.time, rows.payee)))


def unpaid(country: Country, spans: Mapping[int, Sequence[tuple[int, int]]], now: int) -> dict[int, Unpaid]:
    """By account: ordinary payments from accounts of this country by transfer, QR, card or in a batch while one of its `spans`
    (start, end) lasted, until `now`."""
    asked = np.zeros(len(country.accounts), bool)
    asked[list(spans)] = True
    if not asked.any():
        return {}
    found: dict[int, Unpaid] = {}
    for each in range(country.nation.size.days):
        day = country.day(each)
        pays = (day.payee >= 0) & (day.payer >= 0) & (day.time <= now) & np.isin(day.channel, COMES)
        for row in np.flatnonzero(pays & asked[day.payee]).tolist():
            account, time = int(day.payee[row]), int(day.time[row])
            if any(start <= time < end for start, end in spans[account]):
                before = found.get(account, Unpaid(0, 0))
                found[account] = Unpaid(before.payments + 1, before.satang + int(day.amount[row]))
    return found


def returned(seed: int, taken_over: Mapping[int, int]) -> Returned:
    """Of `taken_over` (case -> satang), what is paid out; whether and when is the case's own draw."""
    facts = values("returns")
    paid = {
        case: amount
        for case, amount in taken_over.items()
        if amount and uniform(seed, 20, case) < facts["share"]
    }
    days = [lognormal(facts["days"], 0.5, seed, 21, case) for case in paid]
    return Returned(paid, median(days) if days else None)
