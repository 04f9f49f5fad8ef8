"""A country founded, and one play of it: crime goes on, reports come in, orders are obeyed through queues."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from warroom.world.crime import Report, Underworld
from warroom.world.money import Accounts, Array, Holders, Transfers
from warroom.world.orders import Answer, Order
from warroom.world.sizes import Size
from warroom.world.truth import Truth

if TYPE_CHECKING:
    from warroom.world.nation import Nation
    from warroom.world.sides import Sides


@dataclass
class Country:
    """Everything planned, nothing played. `holders` and `accounts` are the nation's and crime's, joined; `opening` with savings."""

    nation: "Nation"
    underworld: Underworld
    sides: "Sides"
    holders: Holders
    accounts: Accounts

    def day(self, number: int) -> Transfers:
        """Ordinary life of one day; kept, because all policies of a seed share it."""
        raise NotImplementedError


@dataclass
class News:
    """What reached the war room's partners since the last call; `transfers` are crime's alone, `received` their arrival."""

    transfers: Transfers
    received: Array
    reports: list[Report] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def found(size: Size, seed: int, start: int | None = None) -> Country:
    """The country of this size and seed; `start`: local midnight of its first day, microseconds UTC."""
    raise NotImplementedError


class Run:
    """One play of a country. Times in microseconds UTC."""

    now: int
    truth: Truth

    def __init__(self, country: Country, *, adapts: bool = True) -> None:
        raise NotImplementedError

    def next_news(self, limit: int) -> int:
        """The next moment at which a report or an answer may reach the desk, at most `limit`."""
        raise NotImplementedError

    def advance(self, until: int) -> News:
        """Play on to `until`; what came in since the last call."""
        raise NotImplementedError

    def obey(self, orders: Sequence[Order]) -> None:
        """Put the orders on the desk's queue: the highest priority is served first."""
        raise NotImplementedError

    def withdraw(self, order_ids: Sequence[str]) -> None:
        """Take back what the desk has not yet sent on."""
        raise NotImplementedError
