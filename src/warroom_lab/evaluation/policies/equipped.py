"""A rule with tools in its hands: signals, staff and delays are everybody's alike, whom they are used on is the rule's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from warroom.errors import WorldError
from warroom_lab.evaluation.policies.asking_records import AskingRecords
from warroom_lab.evaluation.policies.by_signal import BySignal, Looks
from warroom_lab.evaluation.policies.refusals import Refusals
from warroom_lab.evaluation.policies.suspensions import OnTrails, suspensions
from warroom_lab.evaluation.policies.warnings import warnings
from warroom_lab.evaluation.policy import NOTHING, Followed, Heard, Orders, Room, Rule
from warroom_lab.evaluation.tools import BY_SIGNAL, ON_TRAILS, Tool
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.orders import Order

NO_HOLDS = "the policy was given no holds"
NEEDED: Mapping[str, Tool] = {"hold": "holds", "block": "holds", "release": "holds", "warning": "warnings"}
"""Which tool a kind of order needs; for any other kind there is none."""


@dataclass
class Equipped:
    """`rule` with `tools` on a country of this size."""

    rule: Rule
    tools: Collection[Tool]
    size: Size
    warnings: BySignal = field(init=False)
    suspensions: BySignal = field(init=False)
    looks: Looks = field(default_factory=Looks)
    refusals: Refusals = field(default_factory=Refusals)
    on_trails: OnTrails = field(default_factory=OnTrails)
    asking: AskingRecords = field(default_factory=AskingRecords)

    def __post_init__(self) -> None:
        self.warnings, self.suspensions = warnings(self.size), suspensions(self.size)

    @property
    def name(self) -> str:
        return self.rule.name

    def wakes(self, now: int) -> int:
        wakes = min(self.rule.wakes(now), self.asking.wakes(now))
        return min(wakes, max(now, self.looks.next)) if BY_SIGNAL & set(self.tools) else wakes

    def decide(self, room: Room, heard: Heard) -> Orders:
        ordered = self.rule.decide(room, heard) if ON_TRAILS & set(self.tools) else NOTHING
        more = [*self._by_signal(room), *self._on_trails(room)]
        ordered = self._kept(ordered) if "holds" in self.tools else NOTHING
        asked = self.asking.asks(room, self.rule) if "records" in self.tools else ()
        return Orders([*more, *ordered.give], ordered.take_back, asked)

    def _by_signal(self, room: Room) -> list[Order]:
        look = self.looks.due(room) if BY_SIGNAL & set(self.tools) else None
        if look is None:
            return []
        warned = self.warnings.orders(room, look) if "warnings" in self.tools else []
        if "suspensions" not in self.tools or self.rule.suspects_on_trails:
            return warned
        return [*warned, *self.suspensions.orders(room, look)]

    def _on_trails(self, room: Room) -> list[Order]:
        # Asked in any case, so that what a rule named is not kept until the end.
        suspects = self.rule.suspects()
        refused = self.refusals.orders(room, suspects) if "refusals" in self.tools else []
        if "suspensions" not in self.tools or not self.rule.suspects_on_trails:
            return refused
        return [*refused, *self.on_trails.orders(room, self.looks.made[-1], suspects)]

    def _kept(self, orders: Orders) -> Orders:
        """The rule's orders; raises WorldError for one that its tools lack, which would make two policies unlike."""
        for order in orders.give:
            if NEEDED.get(order.kind) not in self.tools:
                tools = ", ".join(sorted(self.tools))
                raise WorldError("world.tool-lacking", policy=self.name, kind=order.kind, tools=tools)
        return orders

    def followed(self, room: Room) -> Followed:
        found = self.rule.followed(room) if ON_TRAILS & set(self.tools) else Followed(why_not=NO_HOLDS)
        return replace(found, looks=tuple(self.looks.made), tools=frozenset(self.tools))
