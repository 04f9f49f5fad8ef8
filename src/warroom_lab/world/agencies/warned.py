"""Accounts that payers are warned of: since when and until when, and whose bank shows it. A warning binds nothing.

Not every bank shows warnings: a payer whose bank does not pays as if there were none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from warroom_lab.world.agencies.draws import draw_uniform
from warroom_lab.world.drawing.columns import BANKS
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.population.nation import Nation

FOREVER = 1 << 62


@dataclass(slots=True)
class AccountWarning:
    """One warning as it was carried out, from `start` to before `end` (microseconds UTC)."""

    order: CountryOrder
    start: int
    end: int


class AccountWarnings:
    """All warnings of one play. `shown`: by bank, whether its customers see them."""

    def __init__(self, nation: Nation) -> None:
        coverage = get_number("warnings", "coverage")
        self.shown = [draw_uniform(nation.seed, 15, bank) < coverage for bank in range(len(BANKS))]
        self.by_order: dict[str, AccountWarning] = {}
        self.by_account: dict[int, list[AccountWarning]] = {}

    def begin_warning(self, order: CountryOrder, time: int) -> None:
        """Payers are warned of the order's subject from now on, until its end where it has one."""
        made = AccountWarning(order, time, order.until or FOREVER)
        self.by_order[order.order_id] = made
        self.by_account.setdefault(order.subject, []).append(made)

    def end_warning(self, order_id: str, time: int) -> AccountWarning | None:
        """End a warning before its time; None where none of this order stands."""
        made = self.by_order.get(order_id)
        if made is None or made.end <= time:
            return None
        made.end = time
        return made

    def find_warned_since(self, account: int, time: int) -> int:
        """Since when payers have been warned of an account at a moment; -1 where they are not."""
        made = self.by_account.get(account)
        if made is None:
            return -1
        return min((each.start for each in made if each.start <= time < each.end), default=-1)

    def iter_first_warnings(self) -> Iterator[tuple[int, int]]:
        """(account, when it was first warned of)."""
        return ((account, made[0].start) for account, made in self.by_account.items())
