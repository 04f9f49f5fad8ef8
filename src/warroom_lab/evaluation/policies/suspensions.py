"""Suspensions: for seven days a bank lets a whole account stand still, or what comes in wait, on its own suspicion.

The decree of March 2023 allows it. Whom a suspicion is enough against is each policy's own rule: a signal alone, and then the account
stands still; or what is on a reported trail and looks like a mule's as well, and then what comes in waits and the holder goes on living.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from warroom_lab.evaluation.policies.by_signal import BySignal
from warroom_lab.evaluation.policy import PolicyRoom, SignalLook, Suspects
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.orders import CountryOrder

FIRST = 1e9
"""Before anything else in a queue: a release needs nobody's time."""


def make_suspensions(size: Size) -> BySignal:
    """The suspensions of a country of this size, by as many of its banks' staff as there are."""
    days, chance = get_number("agencies", "freeze_days"), get_number("agencies", "freeze_chance")
    daily = get_number("agencies", "bank_orders_a_day") * size.crime
    return BySignal("freeze", "F", chance, int(days * DAY), daily, size.density, "share")


@dataclass
class OnTrails:
    """Suspensions of what comes to accounts as a rule names them on a trail, each once while its own stands, and releases of those it clears.

    An account that is no mule's by one look may be by the next: who was named is looked at again until cleared or suspended.
    `named`: account -> the report; `standing`: account -> the suspension's order and its end. How many a day banks' staff gets to, the desk says.
    """

    named: dict[int, str] = field(default_factory=dict)
    standing: dict[int, tuple[str, int]] = field(default_factory=dict)
    count: int = 0
    _look: SignalLook | None = None
    _share: dict[int, float] = field(default_factory=dict)

    def make_orders(self, room: PolicyRoom, look: SignalLook, suspects: Suspects) -> list[CountryOrder]:
        """Suspensions at once of whom the last look finds as likely as every bank's suspicion takes."""
        let_go = list(self._iter_releases(room, suspects))
        new = {account: report for account, report in suspects.named if self._may_suspend(account, room)}
        self.named |= new
        if look is not self._look:
            self._look, new = look, dict(self.named)
            self._share = dict(zip(look.accounts.tolist(), look.share.tolist(), strict=True))
        least = get_number("agencies", "freeze_chance")
        likely = [suspect for suspect in new.items() if self._share.get(suspect[0], 0.0) >= least]
        return [*let_go, *(self._make_suspension(room, *suspect) for suspect in likely)]

    def _may_suspend(self, account: int, room: PolicyRoom) -> bool:
        return account >= 0 and self.standing.get(account, ("", 0))[1] <= room.now

    def _iter_releases(self, room: PolicyRoom, suspects: Suspects) -> Iterator[CountryOrder]:
        # In one order: a play made again must give the same.
        for account in sorted(suspects.cleared):
            self.named.pop(account, None)
            if account in self.standing:
                lifts, _ = self.standing.pop(account)
                yield CountryOrder(
                    f"{lifts}-released", "release", room.now, account, priority=FIRST, lifts=lifts
                )

    def _make_suspension(self, room: PolicyRoom, account: int, report: str) -> CountryOrder:
        # Not a second time on the same grounds: only a trail that is followed again names it again.
        del self.named[account]
        self.count += 1
        order, until = f"S{self.count:06d}", room.now + int(get_number("agencies", "freeze_days") * DAY)
        self.standing[account] = order, until
        return CountryOrder(
            order, "intake", room.now, account, until=until, priority=room.now / DAY, reports=(report,)
        )
