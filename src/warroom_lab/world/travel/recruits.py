"""Recruits: who answers which lure, with whom, when they land, and when they cross."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, Array
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.jobs.adverts import PostedAdvert

DECEIVED, COERCED, TRAPPED, WILLING = range(4)
CONSENT = ("deceived", "deceived_then_coerced", "willing_then_trapped", "willing")
"""Consent is a spectrum, not a flag (domain 2.1)."""


@dataclass(frozen=True, slots=True)
class Recruit:
    """One person on the way. `get_number` is the traveller's; `advert` the lure answered, None where unknown.

    `landed`, `crossing`: microseconds; `hotel`: whether a night lay between; `group`: who travels together.
    `consent` indexes CONSENT; `harmed`: whether the person also did harm to others (dual status).
    """

    number: int
    gang: int
    group: int
    advert: PostedAdvert | None
    landed: int
    crossing: int
    hotel: bool
    consent: int
    harmed: bool


def draw_consents(count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """States of consent, and who of the coerced also harmed others."""
    coerced = get_number("custody", "coerced")
    shares = [coerced * 0.4, coerced * 0.35, coerced * 0.25, 1 - coerced]
    state = rng.choice(4, count, p=shares)
    harmed = (rng.random(count) < get_number("custody", "dual_status")) | (state == WILLING)
    return state, harmed


def plan_recruits(
    size: Size, seed: int, start: int, staff: Array, lures: list[PostedAdvert], last: int
) -> list[Recruit]:
    """All recruits from a week before day 0 to day `last`, in groups of one to eight, by landing."""
    rng = make_generator(seed, "recruits")
    daily = max(0.3, get_number("journeys", "recruits_day") * size.crime)
    mean = get_number("journeys", "group_mean")
    groups = rng.poisson(daily * (last + 7) / mean)
    landed = np.sort(start + (rng.uniform(-7, last, groups) * DAY).astype(np.int64))
    by_gang = _group_by_gang(lures)
    people: list[Recruit] = []
    weights = staff / staff.sum()
    for group in range(groups):
        gang = int(rng.choice(len(staff), p=weights))
        # A stream for each group: how many lures stood for one of them changes no other's draws.
        own = make_generator(seed, "recruits", group)
        people += _make_group(own, group, gang, int(landed[group]), by_gang.get(gang, []), len(people), mean)
    return people


def _group_by_gang(lures: list[PostedAdvert]) -> dict[int, list[PostedAdvert]]:
    found: dict[int, list[PostedAdvert]] = {}
    for lure in lures:
        found.setdefault(lure.page.gang, []).append(lure)
    return found


def _make_group(
    rng: np.random.Generator,
    group: int,
    gang: int,
    landed: int,
    lures: list[PostedAdvert],
    first: int,
    mean: float,
) -> list[Recruit]:
    """Seven to eight hours from airport to border for most, else a night or two in a hotel (domain 2.2)."""
    many = min(8, int(rng.geometric(1 / mean)))
    direct = rng.random() < get_number("journeys", "direct_share")
    hours = 7 + rng.random() if direct else rng.uniform(12, 72)
    # Who answers an advert lands two to twenty-five days later.
    window = [lure for lure in lures if landed - 25 * DAY < lure.time < landed - 2 * DAY]
    advert = window[int(rng.integers(0, len(window)))] if window else None
    state, harmed = draw_consents(many, rng)
    crossing = landed + int(hours * HOUR)
    return [
        Recruit(
            first + at, gang, group, advert, landed, crossing, not direct, int(state[at]), bool(harmed[at])
        )
        for at in range(many)
    ]
