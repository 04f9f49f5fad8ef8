"""Arrests of people who hold accounts or lead gangs: who is charged, rightly or wrongly, and who is met as a victim.

Those whose accounts were tricked out of them, opened with stolen papers, or worked while they were held by force are
victims of crime: charging them is wrong, and screening is there to see it.
"""

from dataclasses import dataclass, field

import numpy as np

from warroom_lab.world.agencies.draws import draw_lognormal, draw_uniform
from warroom_lab.world.crime.columns import FORCED, HANDLER, ORGANISER, STOLEN_ID, TRICKED
from warroom_lab.world.crime.underworld import Underworld
from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.drawing.params import get_number

VICTIMS = (TRICKED, STOLEN_ID, FORCED)


@dataclass
class Police:
    """Arrests of one play. `charged` and `met` by holder number: charged rightly or not; recognised as victims."""

    seed: int
    world: Underworld
    charged: dict[int, bool] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)
    screened: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        persons, mules = self.world.persons, self.world.mules
        self.roles = {int(holder): row for row, holder in enumerate(persons.holder)}
        first = np.unique(mules.holder, return_index=True)
        self.mules = {int(holder): int(row) for holder, row in zip(*first, strict=True)}

    def compute_delay(self, holder: int) -> int:
        """Microseconds from order to arrest."""
        return int(draw_lognormal(get_number("agencies", "arrest_hours"), 0.6, self.seed, 11, holder) * HOUR)

    def screen_holder(self, holder: int) -> bool:
        """A victim screening: whether the holder is recognised as a victim."""
        self.screened.add(holder)
        row = self.mules.get(holder, -1)
        if row < 0 or self.world.mules.type[row] not in VICTIMS:
            return False
        if draw_uniform(self.seed, 12, holder) < get_number("agencies", "screening_sensitivity"):
            self.met.add(holder)
            return True
        return False

    def arrest_holder(self, holder: int) -> tuple[int, int]:
        """Arrest a holder; (syndicate that loses its organiser or -1, handler row whose accounts are lost or -1)."""
        row = self.roles.get(holder, -1)
        if row >= 0:
            self.charged[holder] = True
            role, syndicate = int(self.world.persons.role[row]), int(self.world.persons.syndicate[row])
            return (syndicate if role == ORGANISER else -1), (row if role == HANDLER else -1)
        # Anyone who arrests looks first. The draw is the holder's own: to screen again does not recognise
        # anybody who was not recognised before.
        if holder in self.met or self.screen_holder(holder):
            return -1, -1
        mule = self.mules.get(holder, -1)
        self.charged[holder] = mule >= 0 and int(self.world.mules.type[mule]) not in VICTIMS
        return -1, -1
