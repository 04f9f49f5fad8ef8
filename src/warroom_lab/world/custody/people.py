"""Who is held where: those there before day 0, and recruits once they have crossed."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, Array
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.jobs.adverts import PostedAdvert
from warroom_lab.world.travel.recruits import Recruit, draw_consents

FIRST_HELD = 1 << 19
"""Travellers from here on were held before day 0."""


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """One person on the way to or in a site. `get_number` is the traveller's.

    `from_`: when the person came into the country; `held`: since when in the site. `advert`: the lure answered.
    `consent` indexes recruits.CONSENT. Presumed victim unless willing.
    """

    number: int
    gang: int
    from_: int
    held: int
    consent: int
    harmed: bool
    advert: PostedAdvert | None

    @property
    def is_victim(self) -> bool:
        """Whether deceived, coerced or trapped."""
        return self.consent < 3


def list_already_held(seed: int, start: int, staff: Array) -> list[HeldPerson]:
    """People already held: as many of a gang's staff as are known by a token."""
    people: list[HeldPerson] = []
    for gang, count in enumerate(staff.tolist()):
        rng = make_generator(seed, "held", gang)
        many = int(min(count, get_number("custody", "held_gang")))
        state, harmed = draw_consents(many, rng)
        since = start - (rng.uniform(3, 400, many) * DAY).astype(np.int64)
        people += [
            HeldPerson(
                FIRST_HELD + len(people) + at,
                gang,
                int(since[at]) - DAY,
                int(since[at]),
                int(state[at]),
                bool(harmed[at]),
                None,
            )
            for at in range(many)
        ]
    return people


def list_coming_recruits(recruits: list[Recruit]) -> list[HeldPerson]:
    """Recruits as people who will be held."""
    return [
        HeldPerson(each.number, each.gang, each.landed, each.crossing, each.consent, each.harmed, each.advert)
        for each in recruits
    ]
