"""Whom measures harm beside those they are for, and what victims really get back.

Honest payers who were warned, holders who are victims themselves and whose account was held, and the little that is
returned, late. Nothing here is seen by anybody who plays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from warroom.world.agencies.draws import lognormal, uniform
from warroom.world.agencies.warned import Warned
from warroom.world.drawing import mixing
from warroom.world.drawing.columns import BAHT, HOUR, Array, Transfers
from warroom.world.drawing.params import number, values
from warroom.world.population.country import Country


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
class VictimsHeld:
    """Accounts of holders who were tricked, robbed of their papers or forced, and the hours for which something stood
    on them: hours of two measures at once count once."""

    accounts: int
    hours: float


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


def victims_held(spans: Mapping[int, Sequence[tuple[int, int]]]) -> VictimsHeld:
    """Of holds on accounts whose holders are victims: account -> (start, end) of each."""
    hours = sum(_together(each) for each in spans.values()) / HOUR
    return VictimsHeld(len(spans), hours)


def _together(spans: Sequence[tuple[int, int]]) -> int:
    """How long at least one of the spans lasts."""
    total, reached = 0, 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


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
