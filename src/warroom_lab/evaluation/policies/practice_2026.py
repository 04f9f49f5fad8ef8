"""Practice since 15 September 2025: the disputed amount alone, in three rounds along the trail, the newest report first.

Banks pass the disputed amount on along the trail and each holds what of it lies with it, each with its own officers; anyone who
is held asks and is answered in 4 to 12 hours (P: Bank of Thailand, 15 September 2025; the world answers). Nobody weighs what
speaks for a holder, and after the third round nobody looks again. The least sum is that of a trail: amounts of 100 to 500 baht were
held (P: Bank of Thailand, September 2025).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from warroom.money.trail import Method, Trail
from warroom_lab.evaluation.cases import FollowedCase
from warroom_lab.evaluation.policies.practice import PracticePolicy
from warroom_lab.evaluation.policies.queue import HOLD
from warroom_lab.evaluation.policy import PolicyRoom
from warroom_lab.evaluation.shares import SignalName
from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.play.orders import OrderKind

LEAST = 100_00
"""Satang (100 baht): what a trail itself leaves unfollowed."""


@dataclass
class Practice2026(PracticePolicy):
    """Holds, on every account where a trail says that some of a victim's money still lies, so much of it."""

    name: ClassVar[str] = "practice-2026"
    # As the war room follows: what differs must be what is done with a trail.
    method: ClassVar[Method] = "lifo"
    # Assumed. Published are three rounds a day in which banks look at what may be let go, and nothing of how often
    # they look whether more has come.
    rounds: ClassVar[tuple[int, ...]] = (0, HOUR, 4 * HOUR)
    kind: ClassVar[OrderKind] = "hold"
    letter: ClassVar[str] = "D"
    lasts: ClassVar[int] = HOLD
    asked: dict[tuple[int, str], int] = field(default_factory=dict)

    def _iter_wanted_holds(
        self, case: FollowedCase, trail: Trail, room: PolicyRoom
    ) -> Iterator[tuple[int, int, int]]:
        on_trail = [on for on in trail.accounts if not on.victim]
        for place, on in enumerate(sorted(on_trail, key=lambda on: on.first_arrival)):
            account = self.cases.find_account_number(room.records, on.account)
            key = account, case.report
            amount = min(on.still_there, on.balance) - self.asked.get(key, 0)
            if account >= 0 and amount >= LEAST:
                self.asked[key] = self.asked.get(key, 0) + amount
                yield place, account, amount


class PracticeRule(Practice2026):
    """The same with a plain rule as the banks' suspicion, where `practice-2026` is lent this program's model."""

    name: ClassVar[str] = "practice-rule-1"
    signal: ClassVar[SignalName] = "rule"
