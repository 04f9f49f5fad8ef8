"""The desk that sends orders on: so many account orders a day, the most urgent first, each after an officer's look.

Amounts are held by banks, each by its own officers and all at once; whole accounts are blocked by order of one centre. Banks'
own suspicions wait for other staff of theirs, and entries in the registry for those who keep it. All work beside each other.
"""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from warroom_lab.world.agencies.draws import draw_lognormal
from warroom_lab.world.drawing.columns import DAY, MINUTE
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.orders import CountryOrder

STAFFS: Mapping[str, tuple[str, ...]] = {
    "hold_orders_a_day": ("hold",),
    "block_orders_a_day": ("block",),
    "bank_orders_a_day": ("freeze", "intake"),
    "listing_orders_a_day": ("listing",),
}
"""How many orders nationwide are dealt with a day, and which. A country's banks are one staff: its share of any one bank's
officers would be less than one officer, whom no bank of a nation has. A listing is no suspension: while both waited for one staff,
listings went first and nearly nobody was suspended (decision 60)."""
Queue = list[tuple[float, int, int, str]]


@dataclass
class Staff:
    """Who deals with some kinds of orders, so many a day; a day's staff that was not needed is there for a rush.

    `queue` keeps what was withdrawn until it comes up; `waiting` is how many were not.
    """

    kinds: tuple[str, ...]
    daily: float
    left: float
    waiting: int = 0
    queue: Queue = field(default_factory=list)


class OrderDesk:
    """Orders wait here until there is somebody to send them.

    Releases and what goes to others than banks pass without waiting: the staff that is short is for accounts.
    """

    def __init__(self, size: Size, seed: int, start: int) -> None:
        facts = get_values("agencies")
        self.seed, self.facts, self.counted = seed, facts, start
        self.free: Queue = []
        daily = {name: max(facts["least_orders_a_day"], facts[name] * size.crime) for name in STAFFS}
        self.staffs = [Staff(kinds, float(daily[name]), float(daily[name])) for name, kinds in STAFFS.items()]
        self.waiting: dict[str, CountryOrder] = {}
        self.taken = 0

    def queue_order(self, order: CountryOrder, now: int) -> None:
        """Onto the queue: the highest priority first, then the oldest."""
        again = order.order_id in self.waiting
        self.waiting[order.order_id] = order
        self.taken += 1
        # A queue each: what needs none of a short staff must not stand behind what waits for it.
        staff = self._find_staff(order)
        if staff is not None and not again:
            staff.waiting += 1
        heapq.heappush(
            self.free if staff is None else staff.queue, (-order.priority, now, self.taken, order.order_id)
        )

    def withdraw_order(self, order_id: str) -> None:
        """Take back an order that still waits."""
        order = self.waiting.pop(order_id, None)
        staff = self._find_staff(order) if order is not None else None
        if staff is not None:
            staff.waiting -= 1

    def send_due_orders(self, now: int) -> list[tuple[int, CountryOrder]]:
        """Orders that are dealt with now, and when each leaves the desk."""
        for staff in self.staffs:
            staff.left = min(staff.daily, staff.left + (now - self.counted) * staff.daily / DAY)
        self.counted = now
        out = self._take_from_queue(self.free, now, None)
        return out + [
            due_order for staff in self.staffs for due_order in self._take_from_queue(staff.queue, now, staff)
        ]

    def get_daily_capacity(self, kind: str) -> float:
        """How many orders a day those can deal with who deal with this kind; for any number where nobody has to."""
        return next((staff.daily for staff in self.staffs if kind in staff.kinds), math.inf)

    def _find_staff(self, order: CountryOrder) -> Staff | None:
        """Who deals with an order; None where nobody has to."""
        return next((staff for staff in self.staffs if order.kind in staff.kinds), None)

    def _take_from_queue(self, queue: Queue, now: int, staff: Staff | None) -> list[tuple[int, CountryOrder]]:
        """What leaves one queue now, as far as the day's staff goes."""
        out = []
        while queue:
            # None where it was withdrawn: the heap is left as it is and its entry dropped when it comes up.
            order = self.waiting.get(queue[0][3])
            if order is not None and staff is not None:
                # Almost one: thousands of small additions to a float may miss a
                # whole order by their rounding.
                if staff.left < 0.999_999:
                    break
                staff.left -= 1
                staff.waiting -= 1
            heapq.heappop(queue)
            if order is not None:
                del self.waiting[order.order_id]
                out.append((now + self.draw_approval_time(order), order))
        return out

    def next_free(self) -> int | None:
        """When the next waiting order can be dealt with, None where none waits."""
        # A microsecond more, since rounding down would wake the desk just before its next order.
        waits = [
            int(max(0.0, 1 - staff.left) * DAY / staff.daily) + 1 for staff in self.staffs if staff.waiting
        ]
        return self.counted + min(waits) if waits else None

    def draw_approval_time(self, order: CountryOrder) -> int:
        """Microseconds of an officer's look at an order."""
        minutes = draw_lognormal(
            self.facts["approval_minutes"], 0.6, self.seed, 1, order.kind, order.subject, *order.reports
        )
        return int(minutes * MINUTE)
