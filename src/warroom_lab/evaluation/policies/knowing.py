"""No policy: a player who knows each mule at its first stolen baht and has its bank suspend the account.

The banks' staff, the desk and the delays are everybody's: in the middle an account stands still some 13 minutes after the first stolen
baht came to it. No policy knows as much so soon, so this is how much acting on accounts could hold of what is stolen.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from warroom_lab.evaluation.policies.nothing import Nothing
from warroom_lab.evaluation.policy import FollowedTrails, Orders, PolicyRoom, RoomNews
from warroom_lab.world.drawing.columns import DAY, MINUTE
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.play.orders import CountryOrder

TICK = 2 * MINUTE
"""How often it looks."""


@dataclass
class Knowing(Nothing):
    """Suspends every account that took stolen money, once, the newest first."""

    name: ClassVar[str] = "knows-mules"
    known: set[int] = field(default_factory=set)

    def get_wake_time(self, now: int) -> int:
        return now + TICK

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        used = room.truth.map_first_uses()
        new = sorted(account for account in used if account not in self.known)
        self.known.update(new)
        until = room.now + int(get_number("agencies", "freeze_days") * DAY)
        return Orders(
            [
                CountryOrder(
                    f"K{account:08d}", "freeze", room.now, account, until=until, priority=used[account] / DAY
                )
                for account in new
            ]
        )

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return FollowedTrails(why_not="it knows mules and follows no money")
