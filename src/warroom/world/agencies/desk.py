"""The desk that sends orders on: so many account orders a day, the most urgent first, each after an officer's look."""

import heapq

from warroom.world.agencies.draws import lognormal
from warroom.world.drawing.columns import DAY, MINUTE
from warroom.world.drawing.params import values
from warroom.world.drawing.sizes import Size
from warroom.world.play.orders import Order

ACCOUNT_KINDS = ("hold", "block")


class Desk:
    """Orders wait here until there is somebody to send them. A day's staff that was not needed is there for a rush.

    Releases and what goes to others than banks pass without waiting: the staff that is short is for accounts.
    """

    def __init__(self, size: Size, seed: int, start: int) -> None:
        facts = values("agencies")
        self.daily = max(facts["least_orders_a_day"], facts["account_orders_a_day"] * size.crime)
        self.seed, self.facts = seed, facts
        self.left, self.counted = float(self.daily), start
        self.queue: list[tuple[float, int, int, str]] = []
        self.free: list[tuple[float, int, int, str]] = []
        self.waiting: dict[str, Order] = {}
        self.taken = 0

    def put(self, order: Order, now: int) -> None:
        """Onto the queue: the highest priority first, then the oldest."""
        self.waiting[order.order_id] = order
        self.taken += 1
        # Two queues: what needs none of the short staff must not stand behind what waits for it.
        queue = self.queue if order.kind in ACCOUNT_KINDS else self.free
        heapq.heappush(queue, (-order.priority, now, self.taken, order.order_id))

    def withdraw(self, order_id: str) -> None:
        """Take back an order that still waits."""
        self.waiting.pop(order_id, None)

    def sent(self, now: int) -> list[tuple[int, Order]]:
        """Orders that are dealt with now, and when each leaves the desk."""
        self.left = min(float(self.daily), self.left + (now - self.counted) * self.daily / DAY)
        self.counted = now
        return [*self._passed(self.free, now), *self._passed(self.queue, now)]

    def _passed(self, queue: list[tuple[float, int, int, str]], now: int) -> list[tuple[int, Order]]:
        """What leaves one queue now, as far as the day's staff goes."""
        out = []
        while queue:
            # None where it was withdrawn: the heap is left as it is and its entry dropped when it comes up.
            order = self.waiting.get(queue[0][3])
            if order is not None and order.kind in ACCOUNT_KINDS:
                # Almost one: thousands of small additions to a float may miss a
                # whole order by their rounding.
                if self.left < 0.999_999:
                    break
                self.left -= 1
            heapq.heappop(queue)
            if order is not None:
                del self.waiting[order.order_id]
                out.append((now + self.look(order), order))
        return out

    def next_free(self) -> int | None:
        """When the next waiting order can be dealt with, None where none waits."""
        if not self.waiting:
            return None
        # A microsecond more, since rounding down would wake the desk just before its next order.
        return self.counted + int(max(0.0, 1 - self.left) * DAY / self.daily) + 1

    def look(self, order: Order) -> int:
        """Microseconds of an officer's look at an order."""
        minutes = lognormal(
            self.facts["approval_minutes"], 0.6, self.seed, 1, order.kind, order.subject, *order.reports
        )
        return int(minutes * MINUTE)
