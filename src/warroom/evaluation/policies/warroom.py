"""The war room as this program works it: records as received, trails by `money`, exact amounts, innocents spared.

It sees nothing that had not been received: its records are the room's, each trace is as of now.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from warroom.evaluation.cases import Case, Cases
from warroom.evaluation.policies.queue import AHEAD, Queue, Wanted
from warroom.evaluation.policy import Followed, Heard, Orders, Room
from warroom.money.holds import outweighed, worth
from warroom.money.trail import HoldProposal, Trail
from warroom.world.money import MINUTE

FRESH = 120 * MINUTE
"""A trail is followed again before an order rests on it, unless that was done so recently; at once where a payment
received since then left an account with money of the case."""


LEAST = 200_000
"""Satang (2,000 baht): a smaller sum does not take one of the desk's few orders, nor a holder's trouble."""
Asked = tuple[int, int, int, float]
"""An account, satang its trail proposes to hold there, its balance, and the half-life of what lies there in minutes."""


@dataclass
class WarRoom:
    """Follows each report, holds what is still there in the order of what it is worth, lets go what is not supported.

    Trails are followed with the newest money leaving first: mules pass on what has just come, not their own savings.
    `weighs_innocence` off is for tests alone: it shows what the evidence for holders is worth.
    """

    name: ClassVar[str] = "warroom"
    weighs_innocence: bool = True
    queue: Queue = field(default_factory=lambda: Queue("W"))
    cases: Cases = field(default_factory=lambda: Cases("lifo"))
    _asked: dict[str, list[Asked]] = field(default_factory=dict)

    def wakes(self, now: int) -> int:
        return now + self.queue.tick

    def decide(self, room: Room, heard: Heard) -> Orders:
        self.cases.hear(room, heard)
        self.queue.hear(room, heard.answers)
        for case in [case for case in self.cases.open.values() if case.stale and case.names]:
            self._look(case, room)
        self._refresh(room)
        return self.queue.orders(room, (), list(self._all()))

    def _refresh(self, room: Room) -> None:
        """Follow again what the next orders would rest on, until they rest on fresh trails."""
        for _ in range(AHEAD):
            best = self.queue.best(list(self._all()))
            old = [each for each in best if room.now - self.cases.open[each.report].traced > FRESH]
            if not old:
                return
            for report in sorted({each.report for each in old}):
                self._look(self.cases.open[report], room)

    def _all(self) -> Iterator[Wanted]:
        """What the trails still ask for, beside what is held already or was asked for in vain."""
        for report, asked in self._asked.items():
            if report not in self.cases.open:
                continue
            for account, amount, balance, minutes in asked:
                free = balance - self.queue.held_on(account)
                left = min(amount - self.queue.held_for(account, report), free)
                if left >= LEAST:
                    yield Wanted(account, report, left, worth(left, minutes, self.queue.wait))

    def _look(self, case: Case, room: Room) -> None:
        trail = self.cases.follow(case, room)
        self._asked[case.report] = list(self._asks(trail, room)) if trail is not None else []

    def _asks(self, trail: Trail, room: Room) -> Iterator[Asked]:
        balance = {on.account: on.balance for on in trail.accounts}
        for proposal in self._proposals(trail):
            account = self.cases.number(room.records, proposal.account)
            yield account, proposal.amount, balance[proposal.account], proposal.minutes_to_exit

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
        found = Followed()
        for case in self.cases.open.values():
            trail = self.cases.follow(case, room)
            steps = trail.steps if trail is not None else ()
            found.payments[case.report] = {step.record_id: step.traced for step in steps}
        return found
