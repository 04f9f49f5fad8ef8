"""Practice in September 2025: on a report every account that received any of the money is blocked whole.

Banks asked each other along the trail and blocked what they found, honest sellers too; who was found innocent got the
account back after three to seven days (the world answers appeals). Reports are taken as they come, the newest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from warroom.evaluation.cases import Case, Cases
from warroom.evaluation.policy import Followed, Heard, Orders, Room
from warroom.money.trace.trail import Trail
from warroom.world.drawing.columns import DAY, HOUR
from warroom.world.play.orders import Order

BLOCK = 90 * DAY
"""A block stays until it is lifted."""


@dataclass
class Practice2025:
    """Blocks whole accounts along the whole trail of each report, each account once."""

    name: ClassVar[str] = "practice-2025"
    # Pro rata, since a share of every payment out of a mule's account is then the victim's: the trail reaches
    # as many accounts as were blocked.
    cases: Cases = field(default_factory=lambda: Cases("pro-rata"))
    blocked: set[int] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    count: int = 0

    def wakes(self, now: int) -> int:
        return now + HOUR

    def decide(self, room: Room, heard: Heard) -> Orders:
        self.cases.hear(room, heard)
        give: list[Order] = []
        for case in list(self.cases.open.values()):
            if case.names and case.report not in self.done:
                self.done.add(case.report)
                trail = self.cases.follow(case, room)
                if trail is not None:
                    give += self._blocks(case, trail, room)
        return Orders(give)

    def _blocks(self, case: Case, trail: Trail, room: Room) -> Iterator[Order]:
        for place, account in enumerate(self._received(trail, room)):
            if account in self.blocked:
                continue
            self.blocked.add(account)
            self.count += 1
            yield Order(
                order_id=f"P{self.count:06d}",
                kind="block",
                time=room.now,
                subject=account,
                until=room.now + BLOCK,
                # The newest report first, and within it from the beginning of the trail on.
                priority=room.now / DAY - place * 1e-6,
                reports=(case.report,),
            )

    def _received(self, trail: Trail, room: Room) -> list[int]:
        """Every account that any of the money reached, in the order in which it did; shops too, not the victim."""
        reached = [(on.first_arrival, on.account) for on in trail.accounts if not on.victim]
        reached += [(end.first_arrival, end.account) for end in trail.ends if end.kind == "spent"]
        numbers = [
            self.cases.number(room.records, account) for _, account in sorted(reached, key=lambda r: r[0])
        ]
        return [number for number in dict.fromkeys(numbers) if number >= 0]

    def followed(self, room: Room) -> Followed:
        return self.cases.found(room)
