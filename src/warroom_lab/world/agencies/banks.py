"""Banks carry orders out: within minutes to an hour, each at its own pace; a few refuse, a few hold only half."""

from warroom_lab.world.agencies.draws import draw_lognormal, draw_uniform
from warroom_lab.world.drawing.columns import MINUTE
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.play.orders import CountryOrder

FASTEST, SLOWEST = 3, 60
"""Minutes: an hour was claimed in the centre's first week (P: domain 3.2); the least is assumed, 10 with the desk's look were claimed."""


class Banks:
    """The 21 banks of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.facts = seed, get_values("agencies")

    def compute_delay(self, order: CountryOrder, bank: int) -> int:
        """Microseconds until the bank has acted."""
        pace = 0.75 + 0.5 * draw_uniform(self.seed, 2, bank)
        # By what is ordered and not by when or in which play: the same order meets
        # the same bank in every policy.
        names = (self.seed, 3, order.kind, order.subject, *order.reports)
        minutes = draw_lognormal(self.facts["bank_minutes"] * pace, self.facts["bank_sigma"], *names)
        return int(min(max(minutes, FASTEST), SLOWEST) * MINUTE)

    def is_order_refused(self, order: CountryOrder) -> bool:
        """Whether it will not act: wrong papers, nobody there."""
        return draw_uniform(self.seed, 4, order.subject, *order.reports) < float(self.facts["refusals"])

    def is_order_halved(self, order: CountryOrder) -> bool:
        """Whether it binds only half of what it was asked for."""
        return draw_uniform(self.seed, 5, order.subject, *order.reports) < float(self.facts["partial"])
