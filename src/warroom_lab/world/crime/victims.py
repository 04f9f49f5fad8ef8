"""Victims at a warning: who turns back, who is called again and pays after all, and who is gone for good.

Every draw is the case's own, so that warning a second account turns nobody back who went on before, and a play with
warnings differs from its twin only where a warning was met.
"""

import numpy as np

from warroom_lab.world.agencies.draws import draw_lognormal
from warroom_lab.world.crime.columns import SCAMS, CrimeCases
from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import get_values


class Victims:
    """The victims of one play, by case. `behind`: microseconds by which those who were called again pay later than
    planned; `avoids`: the account at which they turned back; `gone`: who turned back and never pays again, with the
    satang that they would have paid by now.
    """

    def __init__(self, cases: CrimeCases) -> None:
        heed, self.facts = get_values("heed"), get_values("warnings")
        numbers = np.arange(len(cases))
        self._heeds = (
            hash_to_uniform(numbers, 51) < np.array([heed[name] for name in SCAMS])[cases.scam]
        ).tolist()
        self._tries_again = (hash_to_uniform(numbers, 53) < self.facts["second_try"]).tolist()
        self.straight: list[float] = hash_to_uniform(numbers, 54).tolist()
        self.behind: dict[int, int] = {}
        self.avoids: dict[int, int] = {}
        self.never_paid: dict[int, int] = {}

    def is_warning_heeded(self, case: int) -> bool:
        """Whether the victim turns back at a warning; anyone who was talked out of one heeds no other."""
        return bool(self._heeds[case]) and case not in self.behind

    def talk_into_paying(self, case: int, seed: int, account: int) -> bool:
        """Whether a victim who turned back at an account is talked into paying another one, and from when on."""
        if not self._tries_again[case]:
            return False
        hours = draw_lognormal(self.facts["second_try_hours"], 0.8, seed, 17, case)
        self.behind[case], self.avoids[case] = int(hours * HOUR), account
        return True
