"""Recruits: who answers which lure, with whom, when they land, and when they cross."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, Array
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.jobs.adverts import Advert

DECEIVED, COERCED, TRAPPED, WILLING = range(4)
CONSENT = ("deceived", "deceived_then_coerced", "willing_then_trapped", "willing")
"""Consent is a spectrum, not a flag (domain 2.1)."""


@dataclass(frozen=True, slots=True)
class Recruit:
    """One person on the way. `number` is the traveller's; `advert` the lure answered, None where unknown.

    `landed`, `crossing`: microseconds; `hotel`: whether a night lay between; `group`: who travels together.
    `consent` indexes CONSENT; `harmed`: whether the person also did harm to others (dual status).
    """

    number: int
    gang: int
    group: int
    advert: Advert | None
    landed: int
    crossing: int
    hotel: bool
    consent: int
    harmed: bool


def consents(count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """States of consent, and who of the coerced also harmed others."""
    coerced = number("custody", "coerced")
    shares = [coerced * 0.4, coerced * 0.35, coerced * 0.25, 1 - coerced]
    state = rng.choice(4, count, p=shares)
    harmed = (rng.random(count) < number("custody", "dual_status")) | (state == WILLING)
    return state, harmed


def plan(size: Size, seed: int, start: int, staff: Array, lures: list[Advert], last: int) -> list[Recruit]:
    """All recruits from a week before day 0 to day `last`, in groups of one to eight, by landing."""
    rng = stream(seed, "recruits")
    daily = max(0.3, number("journeys", "recruits_day") * size.crime)
    mean = number("journeys", "group_mean")
    groups = rng.poisson(daily * (last + 7) / mean)
    landed = np.sort(start + (rng.uniform(-7, last, groups) * DAY).astype(np.int64))
    by_gang = _by_gang(lures)
    people: list[Recruit] = []
    weights = staff / staff.sum()
    for group in range(groups):
        gang = int(rng.choice(len(staff), p=weights))
        # A stream for each group: how many lures stood for one of them changes no other's draws.
        own = stream(seed, "recruits", group)
        people += _group(own, group, gang, int(landed[group]), by_gang.get(gang, []), len(people), mean)
    return people


def _by_gang(lures: list[Advert]) -> dict[int, list[Advert]]:
    found: dict[int, list[Advert]] = {}
    for lure in lures:
        found.setdefault(lure.page.gang, []).append(lure)
    return found


def _group(
    rng: np.random.Generator, group: int, gang: int, landed: int, lures: list[Advert], first: int, mean: float
) -> list[Recruit]:
    """Seven to eight hours from airport to border for most, else a night or two in a hotel (domain 2.2)."""
    many = min(8, int(rng.geometric(1 / mean)))
    direct = rng.random() < number("journeys", "direct_share")
    hours = 7 + rng.random() if direct else rng.uniform(12, 72)
    # Who answers an advert lands two to twenty-five days later.
    window = [each for each in lures if landed - 25 * DAY < each.time < landed - 2 * DAY]
    advert = window[int(rng.integers(0, len(window)))] if window else None
    state, harmed = consents(many, rng)
    crossing = landed + int(hours * HOUR)
    return [
        Recruit(
            first + at, gang, group, advert, landed, crossing, not direct, int(state[at]), bool(harmed[at])
        )
        for at in range(many)
    ]
