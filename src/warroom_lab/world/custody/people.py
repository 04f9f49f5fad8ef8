"""Who is held where: those there before day 0, and recruits once they have crossed."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, Array
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.jobs.adverts import Advert
from warroom_lab.world.travel.recruits import Recruit, consents

FIRST_HELD = 1 << 19
"""Travellers from here on were held before day 0."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person on the way to or in a site. `number` is the traveller's.

    `from_`: when the person came into the country; `held`: since when in the site. `advert`: the lure answered.
    `consent` indexes recruits.CONSENT. Presumed victim unless willing.
    """

    number: int
    gang: int
    from_: int
    held: int
    consent: int
    harmed: bool
    advert: Advert | None

    @property
    def victim(self) -> bool:
        """Whether deceived, coerced or trapped."""
        return self.consent < 3


def before(seed: int, start: int, staff: Array) -> list[Person]:
    """People already held: as many of a gang's staff as are known by a token."""
    people: list[Person] = []
    for gang, count in enumerate(staff.tolist()):
        rng = stream(seed, "held", gang)
        many = int(min(count, number("custody", "held_gang")))
        state, harmed = consents(many, rng)
        since = start - (rng.uniform(3, 400, many) * DAY).astype(np.int64)
        people += [
            Person(
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


def coming(recruits: list[Recruit]) -> list[Person]:
    """Recruits as people who will be held."""
    return [
        Person(each.number, each.gang, each.landed, each.crossing, each.consent, each.harmed, each.advert)
        for each in recruits
    ]
