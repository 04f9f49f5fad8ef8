"""Refusals: holders of accounts on a trail are listed in the central registry, and banks refuse what is paid to any of theirs.

It is about persons and needs a report (Central Fraud Registry, since August 2024; incoming payments refused since 2025).
Whom a rule names on a trail, and whom it takes off the list, is its own.
"""

from dataclasses import dataclass, field

from warroom_lab.evaluation.policy import PolicyRoom, Suspects
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.play.orders import CountryOrder

FIRST = 1e9
"""Before anything else in a queue: it needs nobody's time."""


@dataclass
class Refusals:
    """Listings, each account once while its own stands. `standing`: account -> the listing's order and its end."""

    standing: dict[int, tuple[str, int]] = field(default_factory=dict)
    count: int = 0

    def make_orders(self, room: PolicyRoom, suspects: Suspects) -> list[CountryOrder]:
        """Listings of accounts that are newly named, and releases of those that are cleared."""
        cleared = [account for account in suspects.cleared if account in self.standing]
        let_go = [self._make_release(room, account) for account in cleared]
        return [
            *let_go,
            *(self._make_listing(room, *named) for named in suspects.named if self._is_new(room, *named)),
        ]

    def _is_new(self, room: PolicyRoom, account: int, report: str) -> bool:
        return account >= 0 and self.standing.get(account, ("", 0))[1] <= room.now

    def _make_listing(self, room: PolicyRoom, account: int, report: str) -> CountryOrder:
        self.count += 1
        until = room.now + int(get_number("agencies", "listing_days") * DAY)
        order = CountryOrder(
            f"L{self.count:06d}",
            "listing",
            room.now,
            account,
            until=until,
            priority=room.now / DAY,
            reports=(report,),
        )
        self.standing[account] = order.order_id, until
        return order

    def _make_release(self, room: PolicyRoom, account: int) -> CountryOrder:
        lifts, _ = self.standing.pop(account)
        return CountryOrder(f"{lifts}-released", "release", room.now, account, priority=FIRST, lifts=lifts)
