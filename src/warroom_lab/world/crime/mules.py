"""The market of accounts: who sells, is tricked, robbed of papers or forced, for how long, at what price.

Seven in ten accounts are ordinary ones whose holders go on living from them; three in ten are newly opened. Names and
papers of companies count as corporate. A person hands over all accounts at once, to one handler.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from warroom_lab.world.crime.columns import (
    CORPORATE,
    FORCED,
    HANDLER,
    STOLEN_ID,
    Mules,
    Persons,
    Syndicates,
)
from warroom_lab.world.crime.syndicates import FIRST_PHONE
from warroom_lab.world.drawing.columns import (
    BAHT,
    BANKS,
    COMPANY,
    DAY,
    HOUR,
    PERSON,
    AccountColumns,
    Array,
    HolderColumns,
)
from warroom_lab.world.drawing.params import get_number, get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

BEFORE = 6
"""Days before day 0 since which accounts are in use, so that the first day is like the others."""


@dataclass
class MuleMarket:
    """Mules with the holders and accounts that exist only for crime, numbered on from the nation's."""

    holders: HolderColumns
    accounts: AccountColumns
    mules: Mules


def count_live_accounts(nation: Nation, syndicates: Syndicates) -> Array:
    """How many accounts each syndicate works at one time, at least ten."""
    live: Array = np.maximum(
        10, np.rint(get_values("mules", nation.scenario)["live"] * nation.size.crime * syndicates.weight)
    ).astype(np.int64)
    return live


def plan_market(nation: Nation, syndicates: Syndicates, persons: Persons) -> MuleMarket:
    """All accounts that are in a syndicate's hands at some time, and a reserve that is bought only when needed."""
    rng = make_generator(nation.seed, "crime", "market")
    facts = get_values("mules", nation.scenario)
    sellers = _Sellers(nation, syndicates, persons, rng, facts)
    account, holders, accounts = _open_accounts(nation, sellers, rng)
    kind = sellers.type[sellers.seller_of_account]
    start = sellers.start[sellers.seller_of_account] + (rng.random(len(kind)) * 6 * HOUR).astype(np.int64)
    days = facts["shortest_days"] + rng.random(len(kind)) * (facts["longest_days"] - facts["shortest_days"])
    controlled = (rng.random(len(kind)) < facts["controlled"]) | (kind == FORCED)
    phoned = rng.random(len(kind)) < facts["phones"]
    price = facts["price"] * BAHT * np.exp(0.5 * rng.standard_normal(len(kind)))
    price *= np.where(kind == CORPORATE, facts["corporate_price"], 1.0)
    mules = Mules(
        account,
        sellers.holder[sellers.seller_of_account],
        sellers.syndicate[sellers.seller_of_account],
        sellers.handler[sellers.seller_of_account],
        kind,
        sellers.knowledge[sellers.seller_of_account],
        start,
        start + (days * DAY).astype(np.int64),
        # One telephone an account, as banks bind them; the others are worked from afar, on the holder's own.
        np.where(controlled & phoned, FIRST_PHONE + np.arange(len(kind)), -1).astype(np.int32),
        controlled,
        rng.random(len(kind)) < facts["careful"],
        rng.random(len(kind)) < facts["small_line"],
        (rng.random(len(kind)) < 0.12) & (kind != STOLEN_ID),
        sellers.reserve[sellers.seller_of_account],
        price.astype(np.int64),
    )
    return MuleMarket(
        holders, accounts, mules.select_rows(np.lexsort((mules.account, mules.start, mules.syndicate)))
    )


class _Sellers:
    """One row a person or company whose accounts are used; `of`: the seller of each account."""

    def __init__(
        self,
        nation: Nation,
        syndicates: Syndicates,
        persons: Persons,
        rng: np.random.Generator,
        facts: dict[str, Any],
    ) -> None:
        live = count_live_accounts(nation, syndicates)
        life = (facts["shortest_days"] + facts["longest_days"]) / 2
        usual = live * (nation.size.days + BEFORE) / life
        extra = live * facts["reserve"] * nation.size.days / life
        accounts_each = facts["accounts_each"]
        shares = np.array(facts["types"])
        natural = float(shares[:CORPORATE].sum())
        counts = np.stack([usual, extra], axis=1)
        people = np.ceil(counts * natural / accounts_each).astype(np.int64)
        firms = np.ceil(counts * (1 - natural)).astype(np.int64)
        number = people + firms
        syndicate = np.repeat(np.arange(len(syndicates), dtype=np.int32), number.sum(axis=1))
        self.reserve = np.repeat(np.tile([False, True], len(syndicates)), number.ravel())
        firm = np.repeat(np.tile([False, True], number.size), np.stack([people, firms], axis=2).ravel())
        self.type = rng.choice(CORPORATE, len(firm), p=shares[:CORPORATE] / natural).astype(np.uint8)
        self.type[firm] = CORPORATE
        self.holder, keep = self._draw_people(nation, persons, firm, rng)
        self.type, self.reserve, self.syndicate = self.type[keep], self.reserve[keep], syndicate[keep]
        self.holder = self.holder[keep]
        span = (nation.size.days + BEFORE) * DAY
        self.start = nation.start - BEFORE * DAY + (rng.random(len(keep)) * span).astype(np.int64)
        self.knowledge = _draw_knowledge(self.type, rng)
        self.handler = _draw_handlers(persons, self.syndicate, rng)
        self.seller_of_account = np.zeros(0, np.int64)

    def _draw_people(
        self, nation: Nation, persons: Persons, firm: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """Draw the persons, most of them with several accounts, and which sellers there are people for."""
        busy = np.zeros(len(nation.holders), bool)
        busy[persons.holder] = True
        grown = (nation.holders.kind == PERSON) & (nation.holders.age >= 1) & ~busy
        several = np.bincount(nation.accounts.holder, minlength=len(grown))[: len(grown)] > 1
        # People with several accounts come first: a seller hands over all at once, and the market wants them.
        rank = rng.random(len(grown)) * np.where(several, 0.1, 1.0)
        pool = np.flatnonzero(grown)
        wanted = int((~firm).sum())
        # Half of the grown-ups at most: with a high density there would else be nobody
        # left to be a victim or a shop.
        drawn = pool[np.argsort(rank[pool], kind="stable")][: min(wanted, len(pool) // 2)]
        holder = np.full(len(firm), -1, np.int32)
        place = np.flatnonzero(~firm)
        place = np.sort(rng.permutation(place)[: len(drawn)])
        holder[place] = rng.permutation(drawn)
        return holder, np.flatnonzero(firm | (holder >= 0))


def _draw_knowledge(kind: Array, rng: np.random.Generator) -> Array:
    """0 knew, 1 suspected, 2 did not know, by type (A: no survey of mules was found)."""
    draw = rng.random(len(kind))
    knew = np.choose(kind, [0.7, 0.0, 0.0, 1.0, 0.8])
    guessed = np.choose(kind, [1.0, 0.4, 0.0, 1.0, 0.9])
    return np.where(draw < knew, 0, np.where(draw < guessed, 1, 2)).astype(np.uint8)


def _draw_handlers(persons: Persons, syndicate: Array, rng: np.random.Generator) -> Array:
    rows = np.flatnonzero(persons.role == HANDLER)
    first = np.searchsorted(persons.syndicate[rows], syndicate, side="left")
    last = np.searchsorted(persons.syndicate[rows], syndicate, side="right")
    return rows[first + (rng.random(len(syndicate)) * (last - first)).astype(np.int64)].astype(np.int32)


def _open_accounts(
    nation: Nation, sellers: _Sellers, rng: np.random.Generator
) -> tuple[Array, HolderColumns, AccountColumns]:
    """The account of each mule row: those people have, and those opened for the purpose."""
    firm = sellers.type == CORPORATE
    order = np.argsort(nation.accounts.holder, kind="stable")
    owner = nation.accounts.holder[order]
    first = np.searchsorted(owner, sellers.holder, side="left")
    have = np.where(firm, 0, np.searchsorted(owner, sellers.holder, side="right") - first)
    facts = get_values("mules", nation.scenario)
    # Companies' accounts are all new, so persons open what is missing to the published share.
    share = max(0.0, facts["newly_opened"] - float(np.mean(facts["types"][CORPORATE])))
    persons = int((~firm).sum())
    mean_new = have.sum() * share / (1 - facts["newly_opened"]) / max(1, persons)
    new = np.where(firm, 1, rng.poisson(mean_new, len(firm)))
    old_of = np.repeat(np.arange(len(firm)), have)
    old = order[np.repeat(first, have) + _count_within_runs(have)]
    there = nation.accounts.opened[old] < sellers.start[old_of]
    old_of, old = old_of[there], old[there]
    new_of = np.repeat(np.arange(len(firm)), new)
    sellers.holder = sellers.holder.copy()
    sellers.holder[firm] = len(nation.holders) + np.arange(int(firm.sum()))
    fresh = len(nation.accounts) + np.arange(len(new_of))
    firms = _make_companies(nation, sellers, firm, rng)
    sellers.seller_of_account = np.concatenate([old_of, new_of])
    return (
        np.concatenate([old, fresh]).astype(np.int32),
        firms,
        _make_accounts(nation, sellers, new_of, firm, firms.since, rng),
    )


def _make_companies(
    nation: Nation, sellers: _Sellers, firm: Array, rng: np.random.Generator
) -> HolderColumns:
    count = int(firm.sum())
    provinces = nation.holders.province[rng.integers(0, len(nation.holders), count)]
    since = sellers.start[firm] - ((10 + rng.random(count) * 290) * DAY).astype(np.int64)
    # Ordinary companies' accounts are all there on day 0, and so are these.
    late = np.flatnonzero(since > nation.start - 6 * DAY)
    since[late] = nation.start - ((6 + 60 * rng.random(len(late))) * DAY).astype(np.int64)
    kind, age = np.full(count, COMPANY, np.uint8), np.full(count, -1, np.int8)
    return HolderColumns(kind, age, provinces.astype(np.int16), since)


def _make_accounts(
    nation: Nation, sellers: _Sellers, of: Array, firm: Array, since: Array, rng: np.random.Generator
) -> AccountColumns:
    """New accounts: opened some days or months before first use, and lived from for the look of it.

    A company's is opened between its founding (`since`, of companies alone) and its first use, before day 0.
    """
    company = firm[of]
    shares = 1 / (np.arange(len(BANKS)) + 1.6)
    bank = rng.choice(len(BANKS), len(of), p=shares / shares.sum()).astype(np.uint8)
    aged = 3 + get_number("mules", "aged_days", nation.scenario) * rng.random(len(of)) ** 1.5
    opened = sellers.start[of] - (aged * DAY).astype(np.int64)
    opened = np.maximum(opened, np.append(nation.holders.since, since)[sellers.holder[of]] + HOUR)
    began = since[(np.cumsum(firm) - 1)[of[company]]]
    latest = np.minimum(sellers.start[of[company]], nation.start) - DAY
    opened[company] = began + (rng.random(len(began)) * (latest - began)).astype(np.int64)
    opening = (
        np.rint(np.where(company, 30_000, 3_000) * np.exp(rng.standard_normal(len(of)))).astype(np.int64)
        * BAHT
    )
    return AccountColumns(
        bank,
        sellers.holder[of],
        np.where(company, 3, 0).astype(np.uint8),
        np.where(company, 3, np.where(rng.random(len(of)) < 0.35, 0, 1)).astype(np.uint8),
        opened,
        opening,
    )


def _count_within_runs(counts: Array) -> Array:
    """0, 1, ... inside each run of `counts`."""
    ends = np.cumsum(counts)
    place: Array = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
    return place
