"""Suspensions: a bank lets a whole account stand still for seven days on its own suspicion, before anybody has reported.

The decree of March 2023 allows it. Whom a suspicion is enough against is each policy's own rule: a signal alone, or what is on a
reported trail and looks like a mule's as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from warroom_lab.evaluation.policies.by_signal import BySignal
from warroom_lab.evaluation.policy import Look, Room, Suspects
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.orders import Order

FIRST = 1e9
"""Before anything else in a queue: a release needs nobody's time."""


def suspensions(size: Size) -> BySignal:
    """The suspensions of a country of this size, by as many of its banks' staff as there are."""
    days, chance = number("agencies", "freeze_days"), number("agencies", "freeze_chance")
    daily = number("agencies", "bank_orders_a_day") * size.crime
    return BySignal("freeze", "F", chance, int(days * DAY), daily, size.density)


@dataclass
class OnTrails:
    """Suspensions of accounts as a rule names them on a trail, each once while its own stands, and releases of those it clears.

    An account that is no mule's by one look may be by the next: who was named is looked at again until cleared or suspended.
    `named`: account -> the report; `standing`: account -> the suspension's order and its end. How many a day banks' staff gets to, the desk says.
    """

    named: dict[int, str] = field(default_factory=dict)
    standing: dict[int, tuple[str, int]] = field(default_factory=dict)
    count: int = 0
    _look: Look | None = None
    _chance: dict[int, float] = field(default_factory=dict)

    def orders(self, room: Room, look: Look, suspects: Suspects) -> list[Order]:
        """Suspensions at once of whom the last look finds as likely as every bank's suspicion takes."""
        let_go = list(self._releases(room, suspects))
        new = {account: report for account, report in suspects.named if self._may(account, room)}
        self.named |= new
        if look is not self._look:
            self._look, new = look, dict(self.named)
            self._chance = dict(zip(look.accounts.tolist(), look.chance.tolist(), strict=True))
        least = number("agencies", "freeze_chance")
        likely = [each for each in new.items() if self._chance.get(each[0], 0.0) >= least]
        return [*let_go, *(self._suspended(room, *each) for each in likely)]

    def _may(self, account: int, room: Room) -> bool:
        return account >= 0 and self.standing.get(account, ("", 0))[1] <= room.now

    def _releases(self, room: Room, suspects: Suspects) -> Iterator[Order]:
        # In one order: a play made again must give the same.
        for account in sorted(suspects.cleared):
            self.named.pop(account, None)
            if account in self.standing:
                lifts, _ = self.standing.pop(account)
                yield Order(f"{lifts}-released", "release", room.now, account, priority=FIRST, lifts=lifts)

    def _suspended(self, room: Room, account: int, report: str) -> Order:
        # Not a second time on the same grounds: only a trail that is followed again names it anew.
        del self.named[account]
        self.count += 1
        order, until = f"S{self.count:06d}", room.now + int(number("agencies", "freeze_days") * DAY)
        self.standing[account] = order, until
        return Order(
            order, "freeze", room.now, account, until=until, priority=room.now / DAY, reports=(report,)
        )
