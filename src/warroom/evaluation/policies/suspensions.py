"""Suspensions: a bank lets a whole account stand still for seven days on its own suspicion, before anybody has reported.

The decree of March 2023 allows it. Whom a suspicion is enough against is each policy's own rule.
"""

from warroom.evaluation.policies.by_signal import BySignal
from warroom.world.drawing.columns import DAY
from warroom.world.drawing.params import number
from warroom.world.drawing.sizes import Size


def suspensions(size: Size) -> BySignal:
    """The suspensions of a country of this size, by as many of its banks' staff as there are."""
    days, chance = number("agencies", "freeze_days"), number("agencies", "freeze_chance")
    daily = number("agencies", "bank_orders_a_day") * size.crime
    return BySignal("freeze", "F", chance, int(days * DAY), daily, size.density)
