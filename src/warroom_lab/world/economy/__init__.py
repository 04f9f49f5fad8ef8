"""The ordinary economy, a family of processes a module: what everybody pays everybody, day by day.

A process is a function of the country and the day; `fillers` are given how many payments are left for them, so that a
country has as many as its size says. What a process draws comes from a stream of its own name and day.
"""

import numpy as np

from warroom_lab.world.drawing.columns import Array, TransferColumns
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.economy import errands, friends, homes, outlays, shopping, wages
from warroom_lab.world.economy.base import EconomyDay, Filler, Process
from warroom_lab.world.population.nation import Nation

PURPOSES = (
    "",
    "SALA",
    "RENT",
    "UBIL",
    "GDDS",
    "SCVE",
    "CHAR",
    "SAVG",
    "LOAN",
    "STDY",
    "ALLW",
    "GOVT",
    "OTHR",
)
"""What payments say they are for, in four letters of ISO 20022's external code list; most say nothing (0)."""

PROCESSES: dict[str, Process] = {
    "payroll": wages.make_payroll_payments,
    "riders": wages.make_rider_payments,
    "foremen": wages.make_foreman_payments,
    "rent": homes.make_rent_payments,
    "bills": homes.make_bill_payments,
    "family": homes.make_family_payments,
    "helped": homes.make_old_parent_payments,
    "counters": homes.make_counter_payments,
    "instalments": homes.make_instalment_payments,
    "own accounts": homes.make_own_account_payments,
    "cash": homes.make_cash_payments,
    "state": homes.make_state_payments,
    "settlements": shopping.make_settlement_payments,
    "gold and phones": shopping.make_gold_and_phone_payments,
    "supplies": shopping.make_supply_payments,
    "refunds": shopping.make_refund_payments,
    "sidelines": shopping.make_sideline_payments,
    "split payments": shopping.make_split_payments,
    "share circles": friends.make_share_circle_payments,
    "group orders": friends.make_group_order_payments,
    "donations": friends.make_donation_payments,
    "tickets": friends.make_ticket_payments,
    "coins": friends.make_coin_payments,
    "travel": friends.make_travel_payments,
    "remittance": friends.make_remittance_payments,
    "new companies": friends.make_new_company_payments,
    **errands.PROCESSES,
    **outlays.PROCESSES,
    "daily limits": outlays.make_daily_limit_payments,
}
FILLERS: dict[str, Filler] = {
    "retail": shopping.make_retail_payments,
    "friends": friends.make_friend_payments,
    "cards": shopping.make_card_payments,
    "online": shopping.make_online_payments,
    "games": shopping.make_game_payments,
}
MOST_KEPT = 4_000_000
"""Ordinary transfers that are kept in memory at most; a larger country makes its days again when asked."""
WEEK = np.array([0.98, 0.96, 0.97, 0.99, 1.1, 1.06, 0.94])
"""How the fillers lie over the days of the week, Monday first (A)."""


def make_day(nation: Nation, number: int) -> TransferColumns:
    """One day of ordinary life, in order of (time, uid): a function of seed and day alone."""
    rows = TransferColumns.concat_parts(list(make_payments_by_process(nation, number).values()))
    rows = rows.select_rows(np.argsort(rows.time, kind="stable"))
    rows.uid = (number << 40) + np.arange(len(rows), dtype=np.int64)
    return rows


def get_day(nation: Nation, number: int) -> TransferColumns:
    """The same, made once where the country is small enough to keep its days; nobody may change it."""
    if number not in nation.kept:
        made = make_day(nation, number)
        if nation.size.transfers > MOST_KEPT:
            return made
        nation.kept[number] = made
    return nation.kept[number]


def make_payments_by_process(nation: Nation, number: int) -> dict[str, TransferColumns]:
    """The payments of a day by the process they come from, before they have numbers."""
    today = EconomyDay(nation, number)
    # Where they were counted before, they are there: taken out, since a day is mostly made once.
    made = nation.counted.pop(number, None) or _run_processes(today)
    shares = get_values("fillers")
    for name, filler in FILLERS.items():
        made[name] = filler(today, round(float(nation.traits["fill"][number]) * shares[name]))
    return made


def count_filler_payments(nation: Nation) -> Array:
    """How many payments a day are left to the fillers, so that all days together have what the size says."""
    days, keeps = (
        [EconomyDay(nation, number) for number in range(nation.size.days)],
        nation.size.transfers <= MOST_KEPT,
    )
    fixed = 0
    for today in days:
        made = _run_processes(today)
        fixed += sum(map(len, made.values()))
        if keeps:
            nation.counted[today.number] = made
    rhythm = np.array([WEEK[today.weekday] for today in days])
    payment_counts: Array = (
        np.maximum(nation.size.transfers - fixed, 0.2 * nation.size.transfers) * rhythm / rhythm.sum()
    )
    return payment_counts


def _run_processes(today: EconomyDay) -> dict[str, TransferColumns]:
    return {name: process(today) for name, process in PROCESSES.items()}
