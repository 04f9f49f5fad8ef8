"""Who stands on the other side of a payment: of each kind of counterpart, one for each of some accounts."""

from collections.abc import Callable, Mapping

import numpy as np

from warroom_lab.world.drawing.columns import ABROAD, BATCH, CARD, CASH, CRYPTO, GOODS, QR, TRANSFER, Array
from warroom_lab.world.economy.base import Day, drawn, habit, local, neighbours, person_behind

Peer = Callable[[Day, np.random.Generator, Array], Array]
Mix = Mapping[str, float]


def counterparts(day: Day, rng: np.random.Generator, account: Array, mix: Mix) -> tuple[Array, Array]:
    """(account, channel) of a counterpart for each account, of the kinds in these proportions."""
    ends = np.cumsum(list(mix.values()))
    kind = np.searchsorted(ends, rng.random(len(account)) * ends[-1], side="right")
    other, channel = np.zeros(len(account), np.int64), np.zeros(len(account), np.uint8)
    for place, name in enumerate(mix):
        rows = np.flatnonzero(kind == place)
        choose, how = KINDS[name]
        other[rows], channel[rows] = choose(day, rng, account[rows]), how
    return other, channel


def _role(name: str) -> Peer:
    return lambda day, rng, account: drawn(rng, day.role(name), len(account))


def _visited(name: str) -> Peer:
    return lambda day, rng, account: drawn(rng, day.nation.traits[name], len(account))


def _known(day: Day, rng: np.random.Generator, account: Array) -> Array:
    """One of the few that a person always pays; the same people as in `friends`."""
    return neighbours(person_behind(day, account), habit(rng, len(account), 8), day.people, 100)


def _near(day: Day, rng: np.random.Generator, account: Array) -> Array:
    """Somebody of the neighbourhood, met before or not."""
    return neighbours(person_behind(day, account), rng.integers(0, 48, len(account)), day.people, 86)


def _shop(day: Day, rng: np.random.Generator, account: Array) -> Array:
    shops = day.nation.traits["shop_tickets"]
    return local(person_behind(day, account), habit(rng, len(account), 24), day.people, shops, 80)


def _own(day: Day, rng: np.random.Generator, account: Array) -> Array:
    """The holder's other account; who has one alone uses that of somebody at home."""
    other = day.nation.traits["other_account"][account]
    there = (other >= 0) & (day.nation.accounts.opened[np.maximum(other, 0)] < day.start)
    return np.where(there, other, _home(day, rng, account))


def _home(day: Day, rng: np.random.Generator, account: Array) -> Array:
    """Who keeps the money of the family; the child who pays for old parents, too."""
    return neighbours(person_behind(day, account), np.full(len(account), 61), day.people, 68)


def _machine(day: Day, rng: np.random.Generator, account: Array) -> Array:
    machines: Array = day.role("atms")[day.nation.accounts.bank[account]]
    return machines


def _counter(day: Day, rng: np.random.Generator, account: Array) -> Array:
    """A shop of gold or telephones."""
    gold = rng.random(len(account)) < 0.5
    return np.where(
        gold,
        drawn(rng, day.role("gold_shops"), len(account)),
        drawn(rng, day.role("phone_shops"), len(account)),
    )


KINDS: dict[str, tuple[Peer, int]] = {
    "known": (_known, TRANSFER),
    "near": (_near, TRANSFER),
    "stranger": (_visited("tickets"), TRANSFER),
    "own": (_own, TRANSFER),
    "home": (_home, TRANSFER),
    "shop": (_shop, QR),
    "seller": (_visited("sideline_tickets"), TRANSFER),
    "store": (_visited("seller_tickets"), TRANSFER),
    "wholesaler": (_role("wholesalers"), TRANSFER),
    "company": (_role("companies"), TRANSFER),
    "clinic": (_role("companies"), QR),
    "lender": (_role("lenders"), TRANSFER),
    "biller": (_role("billers"), TRANSFER),
    "wallet": (_role("platforms"), QR),
    "platform": (_role("platforms"), BATCH),
    "card": (_role("acquirers"), CARD),
    "card company": (_role("acquirers"), TRANSFER),
    "exchange": (_role("exchanges"), CRYPTO),
    "trader": (_role("crypto_traders"), TRANSFER),
    "cash": (_machine, CASH),
    "counter": (_counter, GOODS),
    "abroad": (_role("abroad"), ABROAD),
    "agency": (_role("agencies"), BATCH),
    "agent": (_role("betting_agents"), TRANSFER),
}
"""Each kind of counterpart: how it is chosen, and the channel through which money goes there and comes from there."""
