"""Ordinary journeys by kind: how many, where to, in what, who pays; recruits look like several of them."""

from dataclasses import dataclass

import numpy as np

from warroom.sites.provinces import BORDER
from warroom_lab.world.drawing.columns import DAY, HOUR, Array
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.drawing.streams import make_generator

KINDS = (
    "tourist",
    "border tourist",
    "trader",
    "commuter",
    "worker van",
    "aid worker",
    "teacher",
    "job abroad",
)
TOURIST, BORDER_TOURIST, TRADER, COMMUTER, VAN, AID, TEACHER, JOB = range(8)
SHARES = (0.5, 0.12, 0.1, 0.12, 0.09, 0.02, 0.02, 0.03)
"""Of the journeys that are sent (A; domain 5.5)."""

GROUPS = (1.9, 2.2, 1.0, 1.0, 7.0, 1.6, 1.0, 1.3)
OWN_PAY = (0.9, 0.85, 0.9, 1.0, 0.1, 0.2, 0.7, 0.35)
"""Chance that the traveller paid; else an employer, an organisation or an agency did (A)."""


@dataclass
class Journeys:
    """One row a traveller of an ordinary journey. `group`: who shares booking, vehicle and payer."""

    kind: Array
    group: Array
    start: Array
    hours: Array
    border: Array  # position in BORDER, -1 inland
    own_pay: Array
    hotel: Array


def make_ordinary_journeys(size: Size, seed: int, start: int) -> Journeys:
    """Journeys that begin in the days."""
    rng = make_generator(seed, "journeys")
    daily = max(
        5.0, get_number("journeys", "arrivals_day") * size.fraction * get_number("journeys", "recorded_share")
    )
    groups = rng.poisson(daily * size.days / 1.9)
    kind = rng.choice(len(KINDS), groups, p=SHARES)
    many = np.minimum(1 + rng.poisson(np.array(GROUPS)[kind] - 1), 14)
    hour = np.where(rng.random(groups) < 0.5, rng.uniform(4, 12, groups), rng.uniform(0, 24, groups))
    begin = start + rng.integers(0, size.days, groups) * DAY + (hour * HOUR).astype(np.int64)
    border = np.where(kind == TOURIST, -1, rng.integers(0, len(BORDER), groups))
    hotel = rng.random(groups) < np.array([0.9, 0.6, 0.2, 0.0, 0.2, 0.5, 0.5, 0.4])[kind]
    hours = np.where(hotel, rng.uniform(12, 80, groups), rng.uniform(5.5, 10, groups))
    own = rng.random(groups) < np.array(OWN_PAY)[kind]
    group = np.repeat(np.arange(groups), many)
    return Journeys(kind[group], group, begin[group], hours[group], border[group], own[group], hotel[group])
