"""Suspended cards: the gang's calls fall until a new lot works."""

from dataclasses import dataclass, field

import numpy as np

from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.measures.steps import FOREVER, Span, StepFunction, is_inside_spans


@dataclass
class Cards:
    """Cards that were suspended, by card number, each with when it stopped."""

    sides: SidePlan
    adapts: bool
    stopped: dict[int, int] = field(default_factory=dict)

    def suspend_card(self, card: int, time: int) -> None:
        """Stop a card for good."""
        self.stopped[card] = min(time, self.stopped.get(card, time))

    def get_gang(self, card: int) -> int:
        """Whose card it is: truth, -1 for an honest one."""
        return int(self.sides.phones.sims.gang[card])

    def find_silent_span(self, card: int) -> Span:
        """When a card's work was not done: until another card took its place."""
        time = self.stopped[card]
        if not self.adapts:
            return time, FOREVER
        wait = make_generator(self.sides.seed, "new card", card).exponential(
            get_number("latency", "new_sims_days")
        )
        return time, time + int((0.5 + wait) * DAY)

    def compute_working_share(self, gang: int) -> StepFunction:
        """Share of a gang's cards that work."""
        sims = self.sides.phones.sims
        own = np.flatnonzero(sims.gang == gang)
        lost = [card for card in self.stopped if self.get_gang(card) == gang]
        spans = {
            card: (self.find_silent_span(card)[0], min(self.find_silent_span(card)[1], int(sims.until[card])))
            for card in lost
        }
        # A share changes also when cards begin and end by themselves, since it is of those in use.
        edges = np.concatenate([sims.since[own], sims.until[own]]).tolist() if lost else []
        moments = [moment for span in spans.values() for moment in span] + edges

        def compute_share(time: int) -> float:
            live = int(((sims.since[own] <= time) & (sims.until[own] > time)).sum())
            gone = sum(is_inside_spans([span], time) for span in spans.values())
            return 1.0 - min(1.0, gone / live) if live else 1.0

        return StepFunction.from_function(moments, compute_share)
