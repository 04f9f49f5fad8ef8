"""Whom measures harm beside those they are for, and what victims really get back.

Honest payers who were warned or refused, sales that blocked shops lost, and the little that is returned, late. Nothing here
is seen by anybody who plays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from warroom_lab.world.agencies.draws import draw_lognormal, draw_uniform
from warroom_lab.world.agencies.warned import AccountWarnings
from warroom_lab.world.drawing import mixing
from warroom_lab.world.drawing.columns import BAHT, BATCH, CARD, HOUR, QR, TRANSFER, Array, TransferColumns
from warroom_lab.world.drawing.params import get_number, get_values
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
class WaitingSpan:
    """Microseconds from `start` to before `end` in which what came to an account waited, by one order."""

    order_id: str
    account: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReturnedMoney:
    """Satang that reach their victims, by case, and the median of the days from hold to pay-out; None where nothing does."""

    cases: dict[int, int]
    days: float | None

    @property
    def satang(self) -> int:
        """All that is returned."""
        return sum(self.cases.values())


def measure_warned_honest(country: Country, warned: AccountWarnings, now: int, payees: Array) -> WarnedHonest:
    """What warnings cost honest payers until `now`. `payees`: by account, whether payments to it are counted.

    "Before" is since the first day: what was paid earlier is not known.
    """
    rows = _first_payments(country, warned, now)
    rows = rows.select_rows(np.flatnonzero(payees[rows.payee]))
    stood = np.zeros(len(rows), bool)
    for account, made in warned.by_account.items():
        low, high = np.searchsorted(rows.payee, [account, account + 1])
        times = rows.time[low:high]
        for warning in made:
            first, last = np.searchsorted(times, [warning.start, min(warning.end, now + 1)])
            stood[low + first : low + last] = True
    shown = np.array(warned.shown)[country.accounts.bank[rows.payer]]
    rows = rows.select_rows(np.flatnonzero(stood & shown))
    # The payment's own draw: it is given up in every twin in which it is warned.
    abandoned = mixing.hash_to_uniform(rows.uid, 56) < get_number("warnings", "abandoned")
    return WarnedHonest(
        len(rows),
        float(rows.amount.sum()) / BAHT,
        int(abandoned.sum()),
        float(rows.amount[abandoned].sum()) / BAHT,
        len(np.unique(rows.payee)),
    )


def _first_payments(country: Country, warned: AccountWarnings, now: int) -> TransferColumns:
    """The first payment of each payer to each account that was ever warned of, by payee and time."""
    asked = np.zeros(len(country.accounts), bool)
    asked[[account for account in warned.by_account if 0 <= account < len(asked)]] = True
    parts = []
    for day_number in range(country.nation.size.days):
        day = country.get_day(day_number)
        parts.append(day.select_rows(np.flatnonzero(asked[day.payee] & (day.payee >= 0) & (day.payer >= 0))))
    rows = TransferColumns.concat_parts(parts)
    rows = rows.select_rows(np.lexsort((rows.time, rows.payer, rows.payee)))
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (rows.payee[1:] != rows.payee[:-1]) | (rows.payer[1:] != rows.payer[:-1])
    rows = rows.select_rows(np.flatnonzero(fresh & (rows.time <= now)))
    return rows.select_rows(np.lexsort((rows.time, rows.payee)))


def find_unpaid_payments(
    country: Country, spans: Mapping[int, Sequence[tuple[int, int]]], now: int
) -> dict[int, Unpaid]:
    """By account: ordinary payments from accounts of this country by transfer, QR, card or in a batch while one of its `spans`
    (start, end) lasted, until `now`."""
    asked = np.zeros(len(country.accounts), bool)
    asked[list(spans)] = True
    if not asked.any():
        return {}
    unpaid_by_account: dict[int, Unpaid] = {}
    for day_number in range(country.nation.size.days):
        day = country.get_day(day_number)
        pays = (day.payee >= 0) & (day.payer >= 0) & (day.time <= now) & np.isin(day.channel, COMES)
        for row in np.flatnonzero(pays & asked[day.payee]).tolist():
            account, time = int(day.payee[row]), int(day.time[row])
            if any(start <= time < end for start, end in spans[account]):
                before = unpaid_by_account.get(account, Unpaid(0, 0))
                unpaid_by_account[account] = Unpaid(before.payments + 1, before.satang + int(day.amount[row]))
    return unpaid_by_account


def measure_waiting_hours(
    country: Country,
    spans: Sequence[WaitingSpan],
    more: Sequence[tuple[int, int, int]],
    compute_balance: Callable[[int, int], int],
) -> dict[str, float]:
    """By order: hours x share of the balance that waited, where what came in waited from its arrival to the span's end.

    `more`: (payee, moment, satang) of payments beside ordinary life's that no gang's work brought. The share is what waits by then
    over what lies there, at most 1.
    """
    payments: dict[int, list[tuple[int, int]]] = {span.account: [] for span in spans}
    asked = np.zeros(len(country.accounts), bool)
    asked[list(payments)] = True
    for day_number in range(country.nation.size.days if spans else 0):
        day = country.get_day(day_number)
        pays = (day.payee >= 0) & (day.payer >= 0) & np.isin(day.channel, COMES)
        for row in np.flatnonzero(pays & asked[day.payee]).tolist():
            payments[int(day.payee[row])].append((int(day.time[row]), int(day.amount[row])))
    for payee, time, satang in more:
        if payee in payments:
            payments[payee].append((time, satang))
    return {
        span.order_id: _sum_waiting_hours(span, sorted(payments[span.account]), compute_balance)
        for span in spans
    }


def _sum_waiting_hours(
    span: WaitingSpan, payments: Sequence[tuple[int, int]], compute_balance: Callable[[int, int], int]
) -> float:
    inside = [(time, satang) for time, satang in payments if span.start <= time < span.end]
    ends = [*(time for time, _ in inside[1:]), span.end][: len(inside)]
    waits, hours = 0, 0.0
    for (time, satang), until in zip(inside, ends, strict=True):
        waits += satang
        balance = compute_balance(span.account, time)
        # Who spends on as if nothing waited has less there than waits: then it is all of it.
        hours += (until - time) / HOUR * (min(1.0, waits / balance) if balance > 0 else 1.0)
    return hours


def draw_returned_money(seed: int, taken_over: Mapping[int, int]) -> ReturnedMoney:
    """Of `taken_over` (case -> satang), what is paid out; whether and when is the case's own draw."""
    facts = get_values("returns")
    paid = {
        case: amount
        for case, amount in taken_over.items()
        if amount and draw_uniform(seed, 20, case) < facts["share"]
    }
    days = [draw_lognormal(facts["days"], 0.5, seed, 21, case) for case in paid]
    return ReturnedMoney(paid, median(days) if days else None)
