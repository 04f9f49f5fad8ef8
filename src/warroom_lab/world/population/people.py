"""Who lives in the country: persons, companies, shops and agencies, and the accounts they hold.

Persons are numbered by where they live, so neighbours have near numbers; the main account of person n is account n.
"""

from dataclasses import dataclass

import numpy as np

from warroom.sites.provinces import SHARES
from warroom_lab.world.drawing.columns import (
    AGENCY,
    BANKS,
    COMPANY,
    DAY,
    PERSON,
    SHOP,
    AccountColumns,
    Array,
    HolderColumns,
)
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator

AGES = ("7-14", "15-19", "20-29", "30-39", "40-49", "50-59", "60-64", "65-74", "75+")
"""Age bands; holders' `age` is a position in this list, -1 for no person."""

AGE_SHARES = np.array([0.06, 0.07, 0.16, 0.17, 0.18, 0.17, 0.06, 0.09, 0.04])
"""Of those who hold an account (A)."""

TYPES = ("savings", "current", "wallet", "business", "public")
"""What banks call an account; accounts' `type` is a position in this list."""

TIERS = ("basic", "standard", "high", "business")
"""Classes of customers by how well the bank knows them; accounts' `tier` is a position in this list."""

LIMITS = ("50,000 a day", "200,000 a day", "2,000,000 a day", "by contract")
"""What each tier may pay: 50k, 200k and more by how a customer is known (P, Aug 2025: domain 3.5)."""

BANK_SHARES = 1 / (np.arange(len(BANKS)) + 1.6)
BANK_SHARES /= BANK_SHARES.sum()
"""The share of accounts each of the 21 banks keeps: a few large ones, many small (A)."""

YEAR = 365 * DAY
YOUNG_COMPANIES = 0.25
"""Share of companies in their first year, beside those founded to buy and sell (A: many are founded, few last)."""
NEW_DAYS = 60
"""Days over which new_accounts of params.toml are opened."""


@dataclass
class HolderGroup:
    """Holders of one kind that share a role: how many they are, and their kind."""

    role: str
    kind: int
    count: int


def list_bodies(people: int) -> list[HolderGroup]:
    """The companies, shops and agencies of a country, in the order of their numbers."""
    shares = get_values("people")

    def count_share(share: float, least: int) -> int:
        return max(least, round(people * share))

    return [
        HolderGroup("shops", SHOP, count_share(shares["shops"], 40)),
        HolderGroup("gold_shops", SHOP, count_share(2e-4, 3)),
        HolderGroup("phone_shops", SHOP, count_share(2.5e-4, 3)),
        HolderGroup("stores_online", SHOP, count_share(1e-3, 6)),
        HolderGroup("tour_operators", COMPANY, count_share(1e-4, 2)),
        HolderGroup("companies", COMPANY, count_share(shares["companies"], 12)),
        HolderGroup("companies_new", COMPANY, count_share(5e-4, 4)),
        HolderGroup("wholesalers", COMPANY, count_share(4e-4, 4)),
        HolderGroup("casinos", COMPANY, count_share(4e-6, 2)),
        HolderGroup("platforms", COMPANY, 4),
        HolderGroup("lenders", COMPANY, count_share(1e-5, 3)),
        HolderGroup("billers", COMPANY, count_share(4e-6, 8)),
        HolderGroup("exchanges", COMPANY, 4),
        HolderGroup("abroad", COMPANY, 4),
        HolderGroup("atms", COMPANY, len(BANKS)),
        HolderGroup("acquirers", COMPANY, 5),
        HolderGroup("charities", AGENCY, count_share(2e-4, 4)),
        HolderGroup("agencies", AGENCY, count_share(5e-5, 4)),
    ]


def make_holders(people: int, seed: int, start: int) -> tuple[HolderColumns, dict[str, Array]]:
    """All holders, and the holder numbers of each role; the persons come first, sorted by province."""
    rng = make_generator(seed, "people", "holders")
    groups = list_bodies(people)
    counts = np.array([people, *(group.count for group in groups)])
    kinds = np.array([PERSON, *(group.kind for group in groups)], np.uint8)
    total = int(counts.sum())
    age = np.full(total, -1, np.int8)
    age[:people] = rng.choice(len(AGES), people, p=AGE_SHARES / AGE_SHARES.sum())
    province = np.concatenate([_spread_provinces(int(count)) for count in counts])
    # The exponent draws towards today: more customers are recent than old (A).
    since = start - (rng.random(total) ** 1.5 * 18 * YEAR).astype(np.int64) - 90 * DAY
    ends = np.cumsum(counts)
    roles = {
        group.role: np.arange(end - group.count, end, dtype=np.int32)
        for group, end in zip(groups, ends[1:], strict=True)
    }
    firms = roles["companies"]
    young = firms[rng.random(len(firms)) < YOUNG_COMPANIES]
    since[young] = start - (rng.random(len(young)) * 360 * DAY).astype(np.int64) - 5 * DAY
    new = roles["companies_new"]
    since[new] = start - (rng.random(len(new)) * 300 * DAY).astype(np.int64) - 5 * DAY
    return HolderColumns(np.repeat(kinds, counts), age, province, since), roles


def make_accounts(holders: HolderColumns, people: int, seed: int, start: int, days: int) -> AccountColumns:
    """One account a holder, by the holder's number, then persons' second and third ones; nothing lies in them yet.

    As many are opened on each of the `days` as on a day before them: second and third ones, used from the next day.
    """
    rng = make_generator(seed, "people", "accounts")
    shares = get_values("people")
    draw = rng.random(people)
    more = (draw < shares["second_account"] + shares["third_account"]).astype(np.int8)
    more += draw < shares["third_account"]
    holder = np.concatenate([np.arange(len(holders)), np.repeat(np.arange(people), more)]).astype(np.int32)
    total = len(holder)
    bank = rng.choice(len(BANKS), total, p=BANK_SHARES).astype(np.uint8)
    _one_for_each_bank(bank, holders, people)
    known = start - holders.since[holder]
    opened = holders.since[holder] + (rng.random(total) * (known - DAY)).astype(np.int64)
    fresh = rng.random(total) < shares["new_accounts"]
    opened[fresh] = start - (rng.random(int(fresh.sum())) * NEW_DAYS * DAY).astype(np.int64)
    _open_late(opened[len(holders) :], total, seed, start, days)
    kind = holders.kind[holder]
    return AccountColumns(
        bank,
        holder,
        _draw_types(kind, rng),
        _draw_tiers(kind, holders.age[holder], rng),
        opened,
        np.zeros(total, np.int64),
    )


def _open_late(opened: Array, total: int, seed: int, start: int, days: int) -> None:
    """Some of these accounts are opened in the days, at the rate of all `total` accounts before them."""
    # A stream of its own: how many days are played must not change the accounts of before, whose draws
    # follow.
    rng = make_generator(seed, "people", "opened late")
    share = get_values("people")["new_accounts"] * days / NEW_DAYS * total / max(1, len(opened))
    late = np.flatnonzero(rng.random(len(opened)) < min(0.5, share))
    opened[late] = start + (rng.random(len(late)) * days * DAY).astype(np.int64)


def _spread_provinces(count: int) -> Array:
    """Provinces of `count` holders in rising order, by the provinces' shares."""
    # Rounded after summing, not before: the parts then add up to `count` whatever the shares.
    ends = np.rint(np.cumsum(SHARES) * count).astype(np.int64)
    return np.searchsorted(ends, np.arange(count), side="right").astype(np.int16)


def _one_for_each_bank(bank: Array, holders: HolderColumns, people: int) -> None:
    """Each bank has its own account for cash, and so at least that one."""
    before = people
    for group in list_bodies(people):
        if group.role == "atms":
            bank[before : before + group.count] = np.arange(group.count)
        before += group.count


def _draw_types(kind: Array, rng: np.random.Generator) -> Array:
    draw = rng.random(len(kind))
    persons = np.where(draw < 0.9, 0, np.where(draw < 0.93, 1, 2))
    return np.select(
        [kind == PERSON, kind == AGENCY, kind == SHOP], [persons, 4, np.where(draw < 0.6, 0, 3)], 3
    ).astype(np.uint8)


def _draw_tiers(kind: Array, age: Array, rng: np.random.Generator) -> Array:
    """The young, and those over 65, stay at the lowest (P: domain 3.5)."""
    draw = rng.random(len(kind))
    persons = np.where((age <= 0) | (age >= 7), 0, np.where(draw < 0.35, 0, np.where(draw < 0.9, 1, 2)))
    return np.where(kind == PERSON, persons, np.where((kind == SHOP) & (draw < 0.5), 1, 3)).astype(np.uint8)
