"""A rule with tools in its hands: signals, staff and delays are everybody's alike, whom they are used on is the rule's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from warroom.errors import WorldError
from warroom_lab.evaluation.policies.asking_records import AskingRecords
from warroom_lab.evaluation.policies.by_signal import BySignal, Looks
from warroom_lab.evaluation.policies.refusals import Refusals
from warroom_lab.evaluation.policies.suspensions import OnTrails, make_suspensions
from warroom_lab.evaluation.policies.warnings import make_warnings
from warroom_lab.evaluation.policy import NOTHING, FollowedTrails, Orders, PolicyRoom, RoomNews, TrailRule
from warroom_lab.evaluation.tools import BY_SIGNAL, ON_TRAILS, Tool
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.orders import CountryOrder

NO_HOLDS = "the policy was given no holds"
NEEDED: Mapping[str, Tool] = {"hold": "holds", "block": "holds", "release": "holds", "warning": "warnings"}
"""Which tool a kind of order needs; for any other kind there is none."""


@dataclass
class Equipped:
    """`rule` with `tools` on a country of this size."""

    rule: TrailRule
    tools: Collection[Tool]
    size: Size
    warnings: BySignal = field(init=False)
    suspensions: BySignal = field(init=False)
    looks: Looks = field(init=False)
    refusals: Refusals = field(default_factory=Refusals)
    on_trails: OnTrails = field(default_factory=OnTrails)
    asking: AskingRecords = field(default_factory=AskingRecords)

    def __post_init__(self) -> None:
        self.warnings, self.suspensions = (
            make_warnings(self.size, self.rule.signal),
            make_suspensions(self.size),
        )
        self.looks = Looks(self.rule.signal)

    @property
    def name(self) -> str:
        return self.rule.name

    def get_wake_time(self, now: int) -> int:
        wakes = min(self.rule.get_wake_time(now), self.asking.get_wake_time(now))
        return min(wakes, max(now, self.looks.next)) if BY_SIGNAL & set(self.tools) else wakes

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        ordered = self.rule.decide_orders(room, heard) if ON_TRAILS & set(self.tools) else NOTHING
        more = [*self._make_signal_orders(room), *self._make_trail_orders(room)]
        ordered = self._check_orders(ordered) if "holds" in self.tools else NOTHING
        asked = self.asking.make_requests(room, self.rule) if "records" in self.tools else ()
        return Orders([*more, *ordered.give], ordered.take_back, asked)

    def _make_signal_orders(self, room: PolicyRoom) -> list[CountryOrder]:
        look = self.looks.find_due_look(room) if BY_SIGNAL & set(self.tools) else None
        if look is None:
            return []
        warned = self.warnings.make_orders(room, look) if "warnings" in self.tools else []
        if "suspensions" not in self.tools or self.rule.suspects_on_trails:
            return warned
        return [*warned, *self.suspensions.make_orders(room, look)]

    def _make_trail_orders(self, room: PolicyRoom) -> list[CountryOrder]:
        # Asked in any case, so that what a rule named is not kept until the end.
        suspects = self.rule.take_suspects()
        may_list = "refusals" in self.tools and self.rule.lists_suspects
        refused = self.refusals.make_orders(room, suspects) if may_list else []
        if "suspensions" not in self.tools or not self.rule.suspects_on_trails:
            return refused
        return [*refused, *self.on_trails.make_orders(room, self.looks.made[-1], suspects)]

    def _check_orders(self, orders: Orders) -> Orders:
        """The rule's orders; raises WorldError for one that its tools lack, which would make two policies unlike."""
        for order in orders.give:
            if NEEDED.get(order.kind) not in self.tools:
                tools = ", ".join(sorted(self.tools))
                raise WorldError("world.tool-lacking", policy=self.name, kind=order.kind, tools=tools)
        return orders

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        found = (
            self.rule.collect_followed_trails(room)
            if ON_TRAILS & set(self.tools)
            else FollowedTrails(why_not=NO_HOLDS)
        )
        return replace(found, looks=tuple(self.looks.made), tools=frozenset(self.tools))
