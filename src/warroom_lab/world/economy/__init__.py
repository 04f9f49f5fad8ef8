"""The ordinary economy, a family of processes a module: what everybody pays everybody, day by day.

A process is a function of the country and the day; `fillers` are given how many payments are left for them, so that a
country has as many as its size says. What a process draws comes from a stream of its own name and day.
"""

import numpy as np

from warroom_lab.world.drawing.columns import Array, Transfers
from warroom_lab.world.drawing.params import values
from warroom_lab.world.economy import errands, friends, homes, outlays, shopping, wages
from warroom_lab.world.economy.base import Day, Filler, Process
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
    "payroll": wages.payroll,
    "riders": wages.riders,
    "foremen": wages.foremen,
    "rent": homes.rent,
    "bills": homes.bills,
    "family": homes.family,
    "helped": homes.helped,
    "counters": homes.counters,
    "instalments": homes.instalments,
    "own accounts": homes.own_accounts,
    "cash": homes.cash,
    "state": homes.state,
    "settlements": shopping.settlements,
    "gold and phones": shopping.gold_and_phones,
    "supplies": shopping.supplies,
    "refunds": shopping.refunds,
    "sidelines": shopping.sidelines,
    "split payments": shopping.split_payments,
    "share circles": friends.share_circles,
    "group orders": friends.group_orders,
    "donations": friends.donations,
    "tickets": friends.tickets,
    "coins": friends.coins,
    "travel": friends.travel,
    "remittance": friends.remittance,
    "new companies": friends.new_companies,
    **errands.PROCESSES,
    **outlays.PROCESSES,
    "daily limits": outlays.daily_limits,
}
FILLERS: dict[str, Filler] = {
    "retail": shopping.retail,
    "friends": friends.person_to_person,
    "cards": shopping.cards,
    "online": shopping.online,
    "games": shopping.games,
}
MOST_KEPT = 4_000_000
"""Ordinary transfers that are kept in memory at most; a larger country makes its days again when asked."""
WEEK = np.array([0.98, 0.96, 0.97, 0.99, 1.1, 1.06, 0.94])
"""How the fillers lie over the days of the week, Monday first (A)."""


def day(nation: Nation, number: int) -> Transfers:
    """One day of ordinary life, in order of (time, uid): a function of seed and day alone."""
    rows = Transfers.joined(list(by_process(nation, number).values()))
    rows = rows.take(np.argsort(rows.time, kind="stable"))
    rows.uid = (number << 40) + np.arange(len(rows), dtype=np.int64)
    return rows


def kept(nation: Nation, number: int) -> Transfers:
    """The same, made once where the country is small enough to keep its days; nobody may change it."""
    if number not in nation.kept:
        made = day(nation, number)
        if nation.size.transfers > MOST_KEPT:
            return made
        nation.kept[number] = made
    return nation.kept[number]


def by_process(nation: Nation, number: int) -> dict[str, Transfers]:
    """The payments of a day by the process they come from, before they have numbers."""
    today = Day(nation, number)
    # Where they were counted before, they are there: taken out, since a day is mostly made once.
    made = nation.counted.pop(number, None) or _processes(today)
    shares = values("fillers")
    for name, filler in FILLERS.items():
        made[name] = filler(today, round(float(nation.traits["fill"][number]) * shares[name]))
    return made


def fill(nation: Nation) -> Array:
    """How many payments a day are left to the fillers, so that all days together have what the size says."""
    days, keeps = (
        [Day(nation, number) for number in range(nation.size.days)],
        nation.size.transfers <= MOST_KEPT,
    )
    fixed = 0
    for today in days:
        made = _processes(today)
        fixed += sum(map(len, made.values()))
        if keeps:
            nation.counted[today.number] = made
    rhythm = np.array([WEEK[today.weekday] for today in days])
    found: Array = (
        np.maximum(nation.size.transfers - fixed, 0.2 * nation.size.transfers) * rhythm / rhythm.sum()
    )
    return found


def _processes(today: Day) -> dict[str, Transfers]:
    return {name: process(today) for name, process in PROCESSES.items()}
