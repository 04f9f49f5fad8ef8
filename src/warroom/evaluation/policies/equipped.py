"""A rule with tools in its hands: whom to hold is the rule's, whom to warn payers of is everybody's alike."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from warroom.evaluation.policies.warnings import Warnings
from warroom.evaluation.policy import NOTHING, Followed, Heard, Orders, Policy, Room
from warroom.evaluation.tools import Tool
from warroom.world.drawing.sizes import Size

NO_HOLDS = "the policy was given no holds"


@dataclass
class Equipped:
    """`rule` with `tools` on a country of this size."""

    rule: Policy
    tools: Collection[Tool]
    size: Size
    warnings: Warnings = field(init=False)

    def __post_init__(self) -> None:
        self.warnings = Warnings.of(self.size)

    @property
    def name(self) -> str:
        return self.rule.name

    def wakes(self, now: int) -> int:
        wakes = self.rule.wakes(now)
        return min(wakes, max(now, self.warnings.next)) if "warnings" in self.tools else wakes

    def decide(self, room: Room, heard: Heard) -> Orders:
        orders = self.rule.decide(room, heard) if "holds" in self.tools else NOTHING
        if "warnings" not in self.tools:
            return orders
        return Orders([*self.warnings.orders(room), *orders.give], orders.take_back)

    def followed(self, room: Room) -> Followed:
        found = self.rule.followed(room) if "holds" in self.tools else Followed(why_not=NO_HOLDS)
        return replace(found, looks=tuple(self.warnings.looks))
