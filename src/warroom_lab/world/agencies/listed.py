"""The central registry of fraud: who is listed, since when and until when. Banks refuse what is paid to any account of theirs.

It is about persons: anyone who lists one account lists every account of its holder at every bank. What already lies there may
leave as before.
"""

from dataclasses import dataclass

from warroom_lab.world.agencies.draws import draw_lognormal
from warroom_lab.world.drawing.columns import HOUR, Array
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.play.orders import CountryOrder

FOREVER = 1 << 62


@dataclass(slots=True)
class FraudListing:
    """One listing as it was carried out, from `start` to before `end` (microseconds UTC); `ended`: expired, released or appeal,
    nothing while it stands."""

    order: CountryOrder
    holder: int
    start: int
    end: int
    ended: str = ""


def compute_listing_delay(seed: int, order: CountryOrder) -> int:
    """Microseconds until a listing stands at every bank."""
    hours = get_values("agencies")["listing_hours"]
    return int(draw_lognormal(hours, 0.6, seed, 22, order.subject, *order.reports) * HOUR)


class FraudRegistry:
    """All listings of one play. `holders`: by account, whose it is."""

    def __init__(self, holders: Array) -> None:
        self._holders = holders
        self.by_order: dict[str, FraudListing] = {}
        self.by_holder: dict[int, list[FraudListing]] = {}

    def get_holder(self, account: int) -> int:
        """Whose an account is."""
        return int(self._holders[account])

    def begin_listing(self, order: CountryOrder, time: int) -> None:
        """Everything paid to the holder of the order's subject is refused from now on, until its end where it has one."""
        made = FraudListing(order, self.get_holder(order.subject), time, order.until or FOREVER)
        self.by_order[order.order_id] = made
        self.by_holder.setdefault(made.holder, []).append(made)

    def end_listing(self, order_id: str, time: int, why: str) -> FraudListing | None:
        """End a listing before its time; None where none of this order stands."""
        made = self.by_order.get(order_id)
        if made is None or made.ended or made.end <= time:
            return None
        made.end, made.ended = time, why
        return made

    def is_payment_refused(self, account: int, time: int) -> bool:
        """Whether a payment to an account is refused at a moment."""
        # Most plays list nobody, and a play asks millions of times.
        if not self.by_holder:
            return False
        made = self.by_holder.get(int(self._holders[account]), ())
        return any(each.start <= time < each.end for each in made)
