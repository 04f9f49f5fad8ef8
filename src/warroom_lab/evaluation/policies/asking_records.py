"""The tool `records`: a bank is asked for an account's records where a trail ends on records that do not reach to the money.

Anyone who follows trails asks by the same rule and waits as long. What a rule makes of the records is its own: the war room follows
again at once, practice in its next round.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from warroom import clock
from warroom_lab.evaluation.cases import FollowedCase, FollowedCases
from warroom_lab.evaluation.policy import Ask, PolicyRoom, TrailRule
from warroom_lab.world.drawing.columns import MINUTE
from warroom_lab.world.drawing.params import get_number

LEAST = 200_000
"""Satang (2,000 baht) that must lie there by the records: the war room's own least sum, below which nobody would hold."""


@dataclass
class AskingRecords:
    """Who was asked for which account's records, and by when the answer comes."""

    due: dict[int, int] = field(default_factory=dict)

    def make_requests(self, room: PolicyRoom, rule: TrailRule) -> list[Ask]:
        """What to ask now: of trails that were followed now, each account once until its answer is there."""
        accounts = dict.fromkeys(
            account
            for case in _iter_cases_traced_now(rule, room)
            for account in _iter_late_ends(case, rule.cases, room)  # type: ignore[attr-defined]
            if self.due.get(account, 0) <= room.now
        )
        # Hours as assumed, the same for every bank: nothing is published of requests, and holds are answered faster.
        until = room.now + int(get_number("agencies", "records_minutes") * MINUTE)
        self.due |= dict.fromkeys(accounts, until)
        return [Ask(account, until) for account in accounts]

    def get_wake_time(self, now: int) -> int:
        """When the next answer comes; far off where none is waited for."""
        return min((at for at in self.due.values() if at > now), default=1 << 62)


def _iter_cases_traced_now(rule: TrailRule, room: PolicyRoom) -> Iterator[FollowedCase]:
    cases: FollowedCases | None = getattr(rule, "cases", None)
    for case in cases.open.values() if cases is not None else ():
        if case.trail is not None and case.traced == room.now:
            yield case


def _iter_late_ends(case: FollowedCase, cases: FollowedCases, room: PolicyRoom) -> Iterator[int]:
    """The accounts of a trail where money lies that came no earlier than the newest of their bank's records."""
    assert case.trail is not None
    assert room.ends is not None
    for on in case.trail.accounts:
        if on.victim or on.still_there < LEAST:
            continue
        account = cases.find_account_number(room.records, on.account)
        arrived_at = clock.to_micros(on.latest_arrival or on.first_arrival)
        if account >= 0 and room.ends.find_record_end(account, room.now) <= arrived_at:
            yield account
