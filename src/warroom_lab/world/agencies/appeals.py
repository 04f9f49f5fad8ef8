"""Holders who are held notice, appeal and are answered: in hours for a sum that is held or waits, in days for a whole account."""

from warroom_lab.world.agencies.draws import draw_lognormal, draw_uniform
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.play.orders import CountryOrder


def decide_appeal(seed: int, order: CountryOrder, time: int, *, innocent: bool) -> int | None:
    """When an appeal lifts the measure carried out at `time`; None where nobody appeals or the appeal fails.

    Appeals are decided by what is true, with a share of errors either way.
    """
    facts, names = get_values("agencies"), (seed, order.kind, order.subject)
    of_a_sum = order.kind in ("hold", "intake")
    if draw_uniform(6, *names) >= facts["appeals"]:
        return None
    if (draw_uniform(7, *names) < facts["appeal_error"]) == innocent:
        return None
    noticed = draw_lognormal(facts["notice_hours"], 0.8, 8, *names) * HOUR
    low, high = facts["hold_release_hours"] if of_a_sum else facts["block_release_days"]
    answer = (low + (high - low) * draw_uniform(9, *names)) * (HOUR if of_a_sum else DAY)
    return time + int(noticed + answer)
