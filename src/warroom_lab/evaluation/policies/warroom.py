"""The war room as this program works it: records as received, trails by `money`, exact amounts, innocents spared.

It sees nothing that had not been received: its records are the room's, each trace is as of now.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from warroom.money.trace.holds import outweighed, worth
from warroom.money.trail import Account, HoldProposal, Trail
from warroom_lab.evaluation.cases import Case, Cases
from warroom_lab.evaluation.policies.queue import Queue, Wanted
from warroom_lab.evaluation.policy import Followed, Heard, Orders, Room, Suspects
from warroom_lab.world.drawing.columns import MINUTE
from warroom_lab.world.play.orders import Order

FRESH = 120 * MINUTE
"""A trail is followed again before an order rests on it, unless that was done so recently; at once where a payment
received since then left an account with money of the case."""
LEAST = 200_000
"""Satang (2,000 baht): a smaller sum is not worth a holder's trouble. From 500 on, twice as many innocents were held for hardly more money."""


class Asked(NamedTuple):
    """Satang that a trail proposes to hold on an account, what lies there, the half-life of the money in minutes."""

    account: int
    amount: int
    balance: int
    minutes: float


@dataclass
class WarRoom:
    """Follows each report, holds what is still there in the order of what it is worth, lets go what is not supported.

    Trails are followed with the newest money leaving first: mules pass on what has just come, not their own savings.
    `weighs_innocence` off is for tests alone: it shows what the evidence for holders is worth.
    """

    name: ClassVar[str] = "warroom"
    suspects_on_trails: ClassVar[bool] = True
    weighs_innocence: bool = True
    queue: Queue = field(default_factory=lambda: Queue("W"))
    cases: Cases = field(default_factory=lambda: Cases("lifo"))
    _asked: dict[str, list[Asked]] = field(default_factory=dict)
    _let_go: list[Order] = field(default_factory=list)
    _named: list[tuple[int, str]] = field(default_factory=list)
    _spared: set[int] = field(default_factory=set)

    def wakes(self, now: int) -> int:
        return now + self.queue.tick

    def decide(self, room: Room, heard: Heard) -> Orders:
        self.cases.hear(room, heard)
        self.queue.hear(room, heard.answers)
        for case in [case for case in self.cases.open.values() if case.stale and case.names]:
            self._look(case, room)
        # Between hearing and ordering: an order must rest on a trail of now, but only the few that would be
        # given next are worth following again.
        orders = self.queue.orders(room, (), self._refresh(room))
        let_go, self._let_go = self._let_go, []
        return Orders([*let_go, *orders.give], orders.take_back)

    def _refresh(self, room: Room) -> list[Wanted]:
        """Follow again what new orders would rest on where that is no fresh trail; what is wanted then."""
        wanted = list(self._all())
        old = {each.report for each in self.queue.best(wanted) if self._is_old(each.report, room)}
        for report in sorted(old):
            self._look(self.cases.open[report], room)
        return list(self._all()) if old else wanted

    def _is_old(self, report: str, room: Room) -> bool:
        return room.now - self.cases.open[report].traced > FRESH

    def _all(self) -> Iterator[Wanted]:
        """What the trails still ask for, beside what is held already or was asked for in vain."""
        for report, asked in self._asked.items():
            if report not in self.cases.open:
                continue
            for each in asked:
                # What is held there for anybody counts: two victims' holds cannot bind the same baht.
                free = each.balance - self.queue.held_on(each.account)
                left = min(each.amount - self.queue.held_for(each.account, report), free)
                if left >= LEAST:
                    value = worth(left, each.minutes, self.queue.wait)
                    yield Wanted(each.account, report, left, value)

    def _look(self, case: Case, room: Room) -> None:
        trail = self.cases.follow(case, room)
        self._asked[case.report] = list(self._asks(trail, room)) if trail is not None else []
        if trail is None:
            return
        spared: set[int] = set()
        if self.weighs_innocence:
            spared = {self.cases.number(room.records, account) for account in _spared(trail)}
            self._let_go += self.queue.release(room, case.report, spared)
        reached = [self.cases.number(room.records, on.account) for on in trail.accounts if not on.victim]
        named = [account for account in reached if account not in spared]
        self._named += [(account, case.report) for account in named]
        self._spared |= spared

    def suspects(self) -> Suspects:
        """All on a trail but those for whom something speaks; who is cleared leaves the list."""
        named, self._named = self._named, []
        spared, self._spared = self._spared, set()
        return Suspects([each for each in named if each[0] not in spared], spared)

    def _asks(self, trail: Trail, room: Room) -> Iterator[Asked]:
        balance = {on.account: on.balance for on in trail.accounts}
        for proposal in self._proposals(trail):
            lies = balance[proposal.account]
            # What is held lessens it and adds nothing: a smaller sum never becomes one to order.
            if min(proposal.amount, lies) >= LEAST:
                account = self.cases.number(room.records, proposal.account)
                yield Asked(account, proposal.amount, lies, proposal.minutes_to_exit)

    def _proposals(self, trail: Trail) -> Iterator[HoldProposal]:
        yield from (hold for hold in trail.holds if not (self.weighs_innocence and outweighed(hold)))
        if not self.weighs_innocence:
            still = {on.account: min(on.still_there, on.balance) for on in trail.accounts if not on.victim}
            for proposal in trail.not_held:
                amount = still.get(proposal.account, 0)
                yield HoldProposal(
                    proposal.account, amount, proposal.rank, proposal.minutes_to_exit, proposal.reasons, ()
                )

    def followed(self, room: Room) -> Followed:
        return self.cases.found(room)


def _spared(trail: Trail) -> Iterator[Account]:
    """Accounts that are on the trail and would not be held now, because of what is known of their holders by now.

    One that a trail no longer shows is not among them: what is held there could not leave, so that it was other money.
    """
    yield from (hold.account for hold in trail.holds if outweighed(hold))
    yield from (hold.account for hold in trail.not_held if hold.reasons[0].code == "not_held_innocent")
