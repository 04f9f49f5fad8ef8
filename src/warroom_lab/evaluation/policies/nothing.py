"""Nobody acts: what crime costs by itself."""

from typing import ClassVar

from warroom_lab.evaluation.policy import NOTHING, FollowedTrails, Orders, PolicyRoom, RoomNews, Suspects
from warroom_lab.evaluation.shares import SignalName
from warroom_lab.world.drawing.columns import DAY


class Nothing:
    """No order is ever given."""

    name: ClassVar[str] = "none"
    suspects_on_trails: ClassVar[bool] = True
    lists_suspects: ClassVar[bool] = False
    signal: ClassVar[SignalName] = "model"

    def get_wake_time(self, now: int) -> int:
        return now + DAY

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        return NOTHING

    def take_suspects(self) -> Suspects:
        return Suspects()

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return FollowedTrails(why_not="nobody followed any money")
