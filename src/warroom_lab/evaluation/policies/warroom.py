"""The war room as this program works it: records as received, trails by `money`, exact amounts, innocents spared, and silence.

It lists nobody: the program has no such step, and gangs leave a listed account, so that nothing more can be held in it. Where its tools
have suspensions, what comes to an account on a trail waits, and not the account. It sees nothing that had not been received: its records are the room's, each trace is as of now.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from warroom.money.trace.holds import estimate_amount_after, is_outweighed
from warroom.money.trail import BankAccount, HoldProposal, Trail
from warroom_lab.evaluation.cases import FollowedCase, FollowedCases
from warroom_lab.evaluation.policies.queue import HoldQueue, WantedHold
from warroom_lab.evaluation.policy import FollowedTrails, Orders, PolicyRoom, RoomNews, Suspects
from warroom_lab.evaluation.shares import SignalName
from warroom_lab.world.drawing.columns import MINUTE
from warroom_lab.world.play.orders import CountryOrder

FRESH = 120 * MINUTE
"""A trail is followed again before an order rests on it, unless that was done so recently; at once where a payment
received since then left an account with money of the case."""
LEAST = 200_000
"""Satang (2,000 baht): a smaller sum is not worth a holder's trouble. From 500 on, twice as many innocents were held for hardly more money."""


class HoldCandidate(NamedTuple):
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
    lists_suspects: ClassVar[bool] = False
    signal: ClassVar[SignalName] = "model"
    weighs_innocence: bool = True
    queue: HoldQueue = field(default_factory=lambda: HoldQueue("W"))
    cases: FollowedCases = field(default_factory=lambda: FollowedCases("lifo"))
    _asked: dict[str, list[HoldCandidate]] = field(default_factory=dict)
    _let_go: list[CountryOrder] = field(default_factory=list)
    _named: list[tuple[int, str]] = field(default_factory=list)
    _spared: set[int] = field(default_factory=set)

    def get_wake_time(self, now: int) -> int:
        return now + self.queue.tick

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        self.cases.update_cases(room, heard)
        self.queue.record_answers(room, heard.answers)
        for case in [case for case in self.cases.open.values() if case.stale and case.names]:
            self._trace_case(case, room)
        # Between hearing and ordering: an order must rest on a trail of now, but only the few that would be
        # given next are worth following again.
        orders = self.queue.make_orders(room, (), self._refresh_trails(room))
        let_go, self._let_go = self._let_go, []
        return Orders([*let_go, *orders.give], orders.take_back)

    def _refresh_trails(self, room: PolicyRoom) -> list[WantedHold]:
        """Follow again what new orders would rest on where that is no fresh trail; what is wanted then."""
        wanted = list(self._iter_wanted_holds())
        old = {each.report for each in self.queue.rank_free_holds(wanted) if self._is_old(each.report, room)}
        for report in sorted(old):
            self._trace_case(self.cases.open[report], room)
        return list(self._iter_wanted_holds()) if old else wanted

    def _is_old(self, report: str, room: PolicyRoom) -> bool:
        return room.now - self.cases.open[report].traced > FRESH

    def _iter_wanted_holds(self) -> Iterator[WantedHold]:
        """What the trails still ask for, beside what is held already or was asked for in vain."""
        for report, asked in self._asked.items():
            if report not in self.cases.open:
                continue
            for asked_hold in asked:
                # What is held there for anybody counts: two victims' holds cannot bind the same baht.
                free = asked_hold.balance - self.queue.sum_held_on_account(asked_hold.account)
                left = min(
                    asked_hold.amount - self.queue.sum_handled_for_report(asked_hold.account, report), free
                )
                if left >= LEAST:
                    value = estimate_amount_after(left, asked_hold.minutes, self.queue.wait)
                    yield WantedHold(asked_hold.account, report, left, value)

    def _trace_case(self, case: FollowedCase, room: PolicyRoom) -> None:
        trail = self.cases.trace_case(case, room)
        self._asked[case.report] = list(self._iter_hold_candidates(trail, room)) if trail is not None else []
        if trail is None:
            return
        spared: set[int] = set()
        if self.weighs_innocence:
            spared = {
                self.cases.find_account_number(room.records, account)
                for account in _iter_spared_accounts(trail)
            }
            self._let_go += self.queue.make_release_orders(room, case.report, spared)
        reached = [
            self.cases.find_account_number(room.records, on.account) for on in trail.accounts if not on.victim
        ]
        named = [account for account in reached if account not in spared]
        self._named += [(account, case.report) for account in named]
        self._spared |= spared

    def take_suspects(self) -> Suspects:
        """All on a trail but those for whom something speaks; who is cleared leaves the list."""
        named, self._named = self._named, []
        spared, self._spared = self._spared, set()
        return Suspects([each for each in named if each[0] not in spared], spared)

    def _iter_hold_candidates(self, trail: Trail, room: PolicyRoom) -> Iterator[HoldCandidate]:
        balance = {on.account: on.balance for on in trail.accounts}
        for proposal in self._iter_proposals(trail):
            lies = balance[proposal.account]
            # What is held lessens it and adds nothing: a smaller sum never becomes one to order.
            if min(proposal.amount, lies) >= LEAST:
                account = self.cases.find_account_number(room.records, proposal.account)
                yield HoldCandidate(account, proposal.amount, lies, proposal.minutes_to_exit)

    def _iter_proposals(self, trail: Trail) -> Iterator[HoldProposal]:
        yield from (hold for hold in trail.holds if not (self.weighs_innocence and is_outweighed(hold)))
        if not self.weighs_innocence:
            still = {on.account: min(on.still_there, on.balance) for on in trail.accounts if not on.victim}
            for proposal in trail.not_held:
                amount = still.get(proposal.account, 0)
                yield HoldProposal(
                    proposal.account, amount, proposal.rank, proposal.minutes_to_exit, proposal.reasons, ()
                )

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return self.cases.collect_followed_trails(room)


def _iter_spared_accounts(trail: Trail) -> Iterator[BankAccount]:
    """Accounts that are on the trail and would not be held now, because of what is known of their holders by now.

    One that a trail no longer shows is not among them: what is held there could not leave, so that it was other money.
    """
    yield from (hold.account for hold in trail.holds if is_outweighed(hold))
    yield from (hold.account for hold in trail.not_held if hold.reasons[0].code == "not_held_innocent")
