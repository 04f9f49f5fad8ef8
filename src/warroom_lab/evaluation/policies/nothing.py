"""Nobody acts: what crime costs by itself."""

from typing import ClassVar

from warroom_lab.evaluation.policy import NOTHING, Followed, Heard, Orders, Room, Suspects
from warroom_lab.world.drawing.columns import DAY


class Nothing:
    """No order is ever given."""

    name: ClassVar[str] = "none"
    suspects_on_trails: ClassVar[bool] = True

    def wakes(self, now: int) -> int:
        return now + DAY

    def decide(self, room: Room, heard: Heard) -> Orders:
        return NOTHING

    def suspects(self) -> Suspects:
        return Suspects()

    def followed(self, room: Room) -> Followed:
        return Followed(why_not="nobody followed any money")
