"""Who stands on the other side of a payment: of each kind of counterpart, one for each of some accounts."""

from collections.abc import Callable, Mapping

import numpy as np

from warroom_lab.world.drawing.columns import ABROAD, BATCH, CARD, CASH, CRYPTO, GOODS, QR, TRANSFER, Array
from warroom_lab.world.economy.base import (
    EconomyDay,
    choose_local_places,
    choose_neighbours,
    draw_among,
    draw_habits,
    find_persons_behind,
)

Peer = Callable[[EconomyDay, np.random.Generator, Array], Array]
Mix = Mapping[str, float]


def choose_counterparts(
    day: EconomyDay, rng: np.random.Generator, account: Array, mix: Mix
) -> tuple[Array, Array]:
    """(account, channel) of a counterpart for each account, of the kinds in these proportions."""
    ends = np.cumsum(list(mix.values()))
    kind = np.searchsorted(ends, rng.random(len(account)) * ends[-1], side="right")
    other, channel = np.zeros(len(account), np.int64), np.zeros(len(account), np.uint8)
    for place, name in enumerate(mix):
        rows = np.flatnonzero(kind == place)
        choose, how = KINDS[name]
        other[rows], channel[rows] = choose(day, rng, account[rows]), how
    return other, channel


def _make_role_choice(name: str) -> Peer:
    return lambda day, rng, account: draw_among(rng, day.get_role_accounts(name), len(account))


def _make_visited_choice(name: str) -> Peer:
    return lambda day, rng, account: draw_among(rng, day.nation.traits[name], len(account))


def _choose_acquaintances(day: EconomyDay, rng: np.random.Generator, account: Array) -> Array:
    """One of the few that a person always pays; the same people as in `friends`."""
    return choose_neighbours(
        find_persons_behind(day, account), draw_habits(rng, len(account), 8), day.people, 100
    )


def _choose_neighbourhood(day: EconomyDay, rng: np.random.Generator, account: Array) -> Array:
    """Somebody of the neighbourhood, met before or not."""
    return choose_neighbours(
        find_persons_behind(day, account), rng.integers(0, 48, len(account)), day.people, 86
    )


def _choose_shops(day: EconomyDay, rng: np.random.Generator, account: Array) -> Array:
    shops = day.nation.traits["shop_tickets"]
    return choose_local_places(
        find_persons_behind(day, account), draw_habits(rng, len(account), 24), day.people, shops, 80
    )


def _choose_own_accounts(day: EconomyDay, rng: np.random.Generator, account: Array) -> Array:
    """The holder's other account; who has one alone uses that of somebody at home."""
    other = day.nation.traits["other_account"][account]
    there = (other >= 0) & (day.nation.accounts.opened[np.maximum(other, 0)] < day.start)
    return np.where(there, other, _choose_family(day, rng, account))


def _choose_family(day: EconomyDay, rng: np.random.Generator, account: Array) -> Array:
    """Who keeps the money of the family; the child who pays for old parents, too."""
    return choose_neighbours(find_persons_behind(day, account), np.full(len(account), 61), day.people, 68)


def _choose_cash_machines(day: EconomyDay, rng: np.random.Generator, account: Array) -> Array:
    machines: Array = day.get_role_accounts("atms")[day.nation.accounts.bank[account]]
    return machines


def _choose_gold_or_phone_shops(day: EconomyDay, rng: np.random.Generator, account: Array) -> Array:
    """A shop of gold or telephones."""
    gold = rng.random(len(account)) < 0.5
    return np.where(
        gold,
        draw_among(rng, day.get_role_accounts("gold_shops"), len(account)),
        draw_among(rng, day.get_role_accounts("phone_shops"), len(account)),
    )


KINDS: dict[str, tuple[Peer, int]] = {
    "known": (_choose_acquaintances, TRANSFER),
    "near": (_choose_neighbourhood, TRANSFER),
    "stranger": (_make_visited_choice("tickets"), TRANSFER),
    "own": (_choose_own_accounts, TRANSFER),
    "home": (_choose_family, TRANSFER),
    "shop": (_choose_shops, QR),
    "seller": (_make_visited_choice("sideline_tickets"), TRANSFER),
    "store": (_make_visited_choice("seller_tickets"), TRANSFER),
    "wholesaler": (_make_role_choice("wholesalers"), TRANSFER),
    "company": (_make_role_choice("companies"), TRANSFER),
    "clinic": (_make_role_choice("companies"), QR),
    "lender": (_make_role_choice("lenders"), TRANSFER),
    "biller": (_make_role_choice("billers"), TRANSFER),
    "wallet": (_make_role_choice("platforms"), QR),
    "platform": (_make_role_choice("platforms"), BATCH),
    "card": (_make_role_choice("acquirers"), CARD),
    "card company": (_make_role_choice("acquirers"), TRANSFER),
    "exchange": (_make_role_choice("exchanges"), CRYPTO),
    "trader": (_make_role_choice("crypto_traders"), TRANSFER),
    "cash": (_choose_cash_machines, CASH),
    "counter": (_choose_gold_or_phone_shops, GOODS),
    "abroad": (_make_role_choice("abroad"), ABROAD),
    "agency": (_make_role_choice("agencies"), BATCH),
    "agent": (_make_role_choice("betting_agents"), TRANSFER),
}
"""Each kind of counterpart: how it is chosen, and the channel through which money goes there and comes from there."""
