"""Practice since 15 September 2025: the disputed amount alone, in three rounds along the trail, the newest report first.

Banks pass the disputed amount on along the trail and each holds what of it lies with it; whoever is held asks and is
answered in 4 to 12 hours (P: Bank of Thailand, 15 September 2025; the world answers). Nobody weighs what speaks for a
holder, and after the third round nobody looks again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from warroom.evaluation.cases import Case, Cases
from warroom.evaluation.policies.queue import HOLD
from warroom.evaluation.policy import Followed, Heard, Orders, Room
from warroom.money.trace.trail import Trail
from warroom.world.drawing.columns import DAY, HOUR
from warroom.world.play.orders import Order

ROUNDS = (0, HOUR, 4 * HOUR)
"""When a report is followed: at once and twice more (three rounds are published, the hours between them assumed)."""
LEAST = 100_00
"""Satang (100 baht): what a trail itself leaves unfollowed."""


@dataclass
class Practice2026:
    """Holds, on every account where a trail says that some of a victim's money still lies, so much of it."""

    name: ClassVar[str] = "practice-2026"
    # As the war room follows: what differs must be what is done with a trail.
    cases: Cases = field(default_factory=lambda: Cases("lifo"))
    since: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    asked: dict[tuple[int, str], int] = field(default_factory=dict)
    count: int = 0

    def wakes(self, now: int) -> int:
        due = [at + ROUNDS[self.done[name]] for name, at in self.since.items() if self._goes_on(name)]
        return min([now + HOUR, *(max(now, moment) for moment in due)])

    def _goes_on(self, name: str) -> bool:
        return name in self.cases.open and self.done[name] < len(ROUNDS)

    def decide(self, room: Room, heard: Heard) -> Orders:
        self.cases.hear(room, heard)
        give: list[Order] = []
        for case in list(self.cases.open.values()):
            if not case.names:
                continue
            began = self.since.setdefault(case.report, room.now)
            turn = self.done.setdefault(case.report, 0)
            if turn < len(ROUNDS) and room.now >= began + ROUNDS[turn]:
                self.done[case.report] = turn + 1
                trail = self.cases.follow(case, room)
                give += self._holds(case, trail, room) if trail is not None else ()
        return Orders(give)

    def _holds(self, case: Case, trail: Trail, room: Room) -> Iterator[Order]:
        on_trail = [on for on in trail.accounts if not on.victim]
        for place, on in enumerate(sorted(on_trail, key=lambda on: on.first_arrival)):
            account = self.cases.number(room.records, on.account)
            key = account, case.report
            amount = min(on.still_there, on.balance) - self.asked.get(key, 0)
            if account < 0 or amount < LEAST:
                continue
            self.asked[key] = self.asked.get(key, 0) + amount
            self.count += 1
            yield Order(
                order_id=f"D{self.count:06d}",
                kind="hold",
                time=room.now,
                subject=account,
                amount=amount,
                until=room.now + HOLD,
                # The newest report first, and within it from the beginning of the trail on.
                priority=room.now / DAY - place * 1e-6,
                reports=(case.report,),
            )

    def followed(self, room: Room) -> Followed:
        return self.cases.found(room)
