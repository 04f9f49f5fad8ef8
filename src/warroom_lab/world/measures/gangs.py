"""What sites, cards, pages, organisers and recruits leave of each gang's power to start cases."""

from collections.abc import Callable
from dataclasses import dataclass, field

from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.measures.cards import Cards
from warroom_lab.world.measures.cuts import Cuts
from warroom_lab.world.measures.power import compute_connection_share, compute_power_share
from warroom_lab.world.measures.rescue import Rescue
from warroom_lab.world.measures.steps import FOREVER, Span, StepFunction, is_inside_spans
from warroom_lab.world.measures.webs import Webs

PATIENCE = 7 * DAY
"""A gang whose site works at less than half for a week packs up (A)."""


@dataclass
class Gangs:
    """The gangs under one policy. `struck`: when a gang lost its organiser; `acted`: whether there was any order."""

    sides: SidePlan
    adapts: bool
    cuts: Cuts
    webs: Webs
    cards: Cards
    rescue: Rescue
    struck: dict[int, list[int]] = field(default_factory=dict)
    _kept: dict[tuple[str, int], StepFunction] = field(default_factory=dict)
    _moves: dict[int, int | None] = field(default_factory=dict)
    _absent: dict[tuple[int, int], float] = field(default_factory=dict)
    acted: bool = False

    def clear_cache(self) -> None:
        """After an order: what was worked out before holds no more."""
        self.acted = True
        for kept in (self._kept, self._moves, self._absent):
            kept.clear()

    def _get_or_make(self, name: str, number_: int, make: Callable[[int], StepFunction]) -> StepFunction:
        key = (name, number_)
        if key not in self._kept:
            self._kept[key] = make(number_)
        return self._kept[key]

    def compute_capacity(self, gang: int, time: int) -> float:
        """In [0, 1]; 1 while nobody acts."""
        # Most plays order nothing beside money; a float of exactly 1 keeps them the same to the bit.
        if not self.acted:
            return 1.0
        calls = self._get_or_make("cards", gang, self.cards.compute_working_share).get_share_at(time)
        pages = self._get_or_make("pages", gang, self.webs.compute_page_share).get_share_at(time)
        named = self._get_or_make("names", gang, self.webs.compute_name_share).get_share_at(time)
        share = self.compute_site_share(gang, time) * self._get_or_make(
            "organiser", gang, self._compute_organiser_share
        ).get_share_at(time)
        share *= 1 - get_number("capacity", "sims") * (1 - calls)
        share *= 1 - get_number("capacity", "pages") * (1 - 0.6 * pages - 0.4 * named)
        return share * (1 - get_number("capacity", "recruits") * self._get_missing_share(gang, time))

    def compute_site_share(self, gang: int, time: int) -> float:
        """What power and connection leave at the site the gang sits in then."""
        return self._get_working_share(self.find_building(gang, time)).get_share_at(time)

    def find_building(self, gang: int, time: int) -> int:
        """Where a gang sits: its first building, or the one it moved to."""
        site = self.sides.gangs[gang].site
        moved = self.find_move_time(gang)
        return int(
            (self.sides.places.spare if moved is not None and time >= moved else self.sides.places.first)[
                site
            ]
        )

    def _get_working_share(self, building: int) -> StepFunction:
        return self._get_or_make("building", building, self._compute_working_share)

    def _compute_working_share(self, building: int) -> StepFunction:
        parts = [
            make(self.cuts, building, self.sides.seed, self.adapts)
            for make in (compute_power_share, compute_connection_share)
        ]
        moments = [moment for part in parts for moment in part.times]
        return StepFunction.from_function(
            moments, lambda time: parts[0].get_share_at(time) * parts[1].get_share_at(time)
        )

    def find_move_time(self, gang: int) -> int | None:
        """When a gang works from its next building; None where it stays. One to three months (P: domain 5.3)."""
        if gang not in self._moves:
            self._moves[gang] = self._compute_move_time(gang) if self.adapts else None
        return self._moves[gang]

    def _compute_move_time(self, gang: int) -> int | None:
        steps = self._get_working_share(int(self.sides.places.first[self.sides.gangs[gang].site]))
        ends = [*steps.times[1:], FOREVER][: len(steps.times)]
        weak = [
            at
            for at, end, share in zip(steps.times, ends, steps.values, strict=True)
            if share < 0.5 and end - at > PATIENCE
        ]
        # Whichever comes first: a site that fails for a week, or the loss of the organiser.
        left = min([at + PATIENCE for at in weak] + self.struck.get(gang, []), default=None)
        return None if left is None else left + self._draw_move_delay(gang)

    def _draw_move_delay(self, gang: int) -> int:
        low, high = get_number("sites", "relocate_low_days"), get_number("sites", "relocate_high_days")
        return int(make_generator(self.sides.seed, "move", gang).uniform(low, high) * DAY)

    def record_lost_organiser(self, gang: int, time: int) -> None:
        """A gang loses its organiser, until it has moved and found another."""
        self.struck.setdefault(gang, []).append(time)
        self.clear_cache()

    def _compute_organiser_share(self, gang: int) -> StepFunction:
        spans: list[Span] = [
            (time, time + self._draw_move_delay(gang) if self.adapts else FOREVER)
            for time in self.struck.get(gang, [])
        ]
        left = get_number("capacity", "organiser")
        moments = [moment for span in spans for moment in span]
        return StepFunction.from_function(moments, lambda time: left if is_inside_spans(spans, time) else 1.0)

    def _get_missing_share(self, gang: int, time: int) -> float:
        """By the day: worked out once."""
        key = (gang, time // DAY)
        if key not in self._absent:
            self._absent[key] = self._compute_missing_share(gang, time // DAY * DAY)
        return self._absent[key]

    def _compute_missing_share(self, gang: int, time: int) -> float:
        """Share of a gang's people of the last 90 days who were turned back, taken out or never came."""
        rescue, since = self.rescue, time - 90 * DAY
        # By person: who was charged first and helped later is missing once.
        when = {**rescue.spared, **rescue.charged, **rescue.helped}
        lost = [
            who for who, left in when.items() if since < left <= time and self.sides.people[who].gang == gang
        ]
        if not lost:
            return 0.0
        here = sum(person.gang == gang and person.held <= time for person in self.sides.people.values())
        return min(1.0, len(lost) / max(1, here))

    def find_first_loss(self, gang: int) -> int | None:
        """When orders first took something from a gang; None where they never did."""
        site = int(self.sides.places.first[self.sides.gangs[gang].site])
        parts = [
            self._get_working_share(site),
            self._get_or_make("organiser", gang, self._compute_organiser_share),
            self._get_or_make("cards", gang, self.cards.compute_working_share),
            self._get_or_make("pages", gang, self.webs.compute_page_share),
            self._get_or_make("names", gang, self.webs.compute_name_share),
        ]
        lost = [
            at for steps in parts for at, share in zip(steps.times, steps.values, strict=True) if share < 1
        ]
        return min(lost, default=None)

    def compute_displacement(self, days: int) -> float | None:
        """Share of the power lost to orders that is back so many days after each gang's first loss.

        Lost is the most that is gone within seven days of it, weighted by staff; None where nothing was lost.
        """
        worst = left = 0.0
        for gang in self.sides.gangs:
            first = self.find_first_loss(gang.number)
            if first is None:
                continue
            week = [1 - self.compute_capacity(gang.number, first + hours * HOUR) for hours in range(7 * 24)]
            worst += gang.staff * max(week)
            # No more than was lost in the first week: what later orders take would else make the share
            # negative.
            left += gang.staff * min(max(week), 1 - self.compute_capacity(gang.number, first + days * DAY))
        return 1 - left / worst if worst else None
