"""How much of what a policy took from gangs comes back as they adapt: three plays of one seed, run on to day 180.

The policy's own play has gangs that adapt. Beside it stand the same orders at the same moments against gangs that do
not, and a play in which nobody acts. What sites, cards, pages and organisers leave of a gang is in its takings already
(`SideRun.capacity`), with its substitutes: there is one displacement, in baht, of all measures together.
"""

from dataclasses import replace

from warroom.evaluation.background import Background
from warroom.evaluation.play import LongRun, Played, replay
from warroom.world.crime.longrun import takings
from warroom.world.drawing.columns import Array


class Afterwards:
    """The long runs of all policies on one country; the play in which nobody acts is made once for all."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._free: Array | None = None

    def played_on(self, played: Played) -> Played:
        """The play with its long run; one in which no order was given needs none."""
        # The play in which nobody acted is there already, so it need not be made again.
        if not played.orders:
            self._free = takings(played.run)
            return played
        # The orders and not the policy: asked anew it would act otherwise, and two differences would be one
        # figure.
        still = replay(self._background, played.script, played.policy, adapts=False)
        return replace(played, long=LongRun(takings(played.run), takings(still.run), self._nobody()))

    def _nobody(self) -> Array:
        if self._free is None:
            self._free = takings(replay(self._background, (), "none").run)
        return self._free
