"""Accounts that payers are warned of: since when and until when, and whose bank shows it. A warning binds nothing.

Not every bank shows warnings: a payer whose bank does not pays as if there were none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from warroom_lab.world.agencies.draws import uniform
from warroom_lab.world.drawing.columns import BANKS
from warroom_lab.world.drawing.params import number
from warroom_lab.world.play.orders import Order
from warroom_lab.world.population.nation import Nation

FOREVER = 1 << 62


@dataclass(slots=True)
class Standing:
    """One warning as it was carried out, from `start` to before `end` (microseconds UTC)."""

    order: Order
    start: int
    end: int


class Warned:
    """All warnings of one play. `shown`: by bank, whether its customers see them."""

    def __init__(self, nation: Nation) -> None:
        coverage = number("warnings", "coverage")
        self.shown = [uniform(nation.seed, 15, bank) < coverage for bank in range(len(BANKS))]
        self.given: dict[str, Standing] = {}
        self.of: dict[int, list[Standing]] = {}

    def begin(self, order: Order, time: int) -> None:
        """Payers are warned of the order's subject from now on, until its end where it has one."""
        made = Standing(order, time, order.until or FOREVER)
        self.given[order.order_id] = made
        self.of.setdefault(order.subject, []).append(made)

    def end(self, order_id: str, time: int) -> Standing | None:
        """End a warning before its time; None where none of this order stands."""
        made = self.given.get(order_id)
        if made is None or made.end <= time:
            return None
        made.end = time
        return made

    def since(self, account: int, time: int) -> int:
        """Since when payers have been warned of an account at a moment; -1 where they are not."""
        made = self.of.get(account)
        if made is None:
            return -1
        return min((each.start for each in made if each.start <= time < each.end), default=-1)

    def first(self) -> Iterator[tuple[int, int]]:
        """(account, when it was first warned of)."""
        return ((account, made[0].start) for account, made in self.of.items())
