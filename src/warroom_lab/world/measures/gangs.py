"""What sites, cards, pages, organisers and recruits leave of each gang's power to start cases."""

from collections.abc import Callable
from dataclasses import dataclass, field

from warroom_lab.world.beside.planned import Sides
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.measures.cards import Cards
from warroom_lab.world.measures.cuts import Cuts
from warroom_lab.world.measures.power import connection, power
from warroom_lab.world.measures.rescue import Rescue
from warroom_lab.world.measures.steps import FOREVER, Span, Steps, inside
from warroom_lab.world.measures.webs import Webs

PATIENCE = 7 * DAY
"""A gang whose site works at less than half for a week packs up (A)."""


@dataclass
class Gangs:
    """The gangs under one policy. `struck`: when a gang lost its organiser; `acted`: whether there was any order."""

    sides: Sides
    adapts: bool
    cuts: Cuts
    webs: Webs
    cards: Cards
    rescue: Rescue
    struck: dict[int, list[int]] = field(default_factory=dict)
    _kept: dict[tuple[str, int], Steps] = field(default_factory=dict)
    _moves: dict[int, int | None] = field(default_factory=dict)
    _absent: dict[tuple[int, int], float] = field(default_factory=dict)
    acted: bool = False

    def forget(self) -> None:
        """After an order: what was worked out before holds no more."""
        self.acted = True
        for kept in (self._kept, self._moves, self._absent):
            kept.clear()

    def _keep(self, name: str, number_: int, make: Callable[[int], Steps]) -> Steps:
        key = (name, number_)
        if key not in self._kept:
            self._kept[key] = make(number_)
        return self._kept[key]

    def capacity(self, gang: int, time: int) -> float:
        """In [0, 1]; 1 while nobody acts."""
        # Most plays order nothing beside money; a float of exactly 1 keeps them the same to the bit.
        if not self.acted:
            return 1.0
        calls = self._keep("cards", gang, self.cards.share).at(time)
        pages = self._keep("pages", gang, self.webs.share).at(time)
        named = self._keep("names", gang, self.webs.named).at(time)
        share = self.site(gang, time) * self._keep("organiser", gang, self._organiser).at(time)
        share *= 1 - number("capacity", "sims") * (1 - calls)
        share *= 1 - number("capacity", "pages") * (1 - 0.6 * pages - 0.4 * named)
        return share * (1 - number("capacity", "recruits") * self._missing(gang, time))

    def site(self, gang: int, time: int) -> float:
        """What power and connection leave at the site the gang sits in then."""
        return self._works(self.building(gang, time)).at(time)

    def building(self, gang: int, time: int) -> int:
        """Where a gang sits: its first building, or the one it moved to."""
        site = self.sides.gangs[gang].site
        moved = self.moved(gang)
        return int(
            (self.sides.places.spare if moved is not None and time >= moved else self.sides.places.first)[
                site
            ]
        )

    def _works(self, building: int) -> Steps:
        return self._keep("building", building, self._working)

    def _working(self, building: int) -> Steps:
        parts = [make(self.cuts, building, self.sides.seed, self.adapts) for make in (power, connection)]
        moments = [moment for each in parts for moment in each.times]
        return Steps.of(moments, lambda time: parts[0].at(time) * parts[1].at(time))

    def moved(self, gang: int) -> int | None:
        """When a gang works from its next building; None where it stays. One to three months (P: domain 5.3)."""
        if gang not in self._moves:
            self._moves[gang] = self._moving(gang) if self.adapts else None
        return self._moves[gang]

    def _moving(self, gang: int) -> int | None:
        steps = self._works(int(self.sides.places.first[self.sides.gangs[gang].site]))
        ends = [*steps.times[1:], FOREVER][: len(steps.times)]
        weak = [
            at
            for at, end, share in zip(steps.times, ends, steps.values, strict=True)
            if share < 0.5 and end - at > PATIENCE
        ]
        # Whichever comes first: a site that fails for a week, or the loss of the organiser.
        left = min([at + PATIENCE for at in weak] + self.struck.get(gang, []), default=None)
        return None if left is None else left + self._move(gang)

    def _move(self, gang: int) -> int:
        low, high = number("sites", "relocate_low_days"), number("sites", "relocate_high_days")
        return int(stream(self.sides.seed, "move", gang).uniform(low, high) * DAY)

    def strike(self, gang: int, time: int) -> None:
        """A gang loses its organiser, until it has moved and found another."""
        self.struck.setdefault(gang, []).append(time)
        self.forget()

    def _organiser(self, gang: int) -> Steps:
        spans: list[Span] = [
            (time, time + self._move(gang) if self.adapts else FOREVER) for time in self.struck.get(gang, [])
        ]
        left = number("capacity", "organiser")
        moments = [moment for span in spans for moment in span]
        return Steps.of(moments, lambda time: left if inside(spans, time) else 1.0)

    def _missing(self, gang: int, time: int) -> float:
        """By the day: worked out once."""
        key = (gang, time // DAY)
        if key not in self._absent:
            self._absent[key] = self._lost(gang, time // DAY * DAY)
        return self._absent[key]

    def _lost(self, gang: int, time: int) -> float:
        """Share of a gang's people of the last 90 days who were turned back, taken out or never came."""
        rescue, since = self.rescue, time - 90 * DAY
        # By person: who was charged first and helped later is missing once.
        when = {**rescue.spared, **rescue.charged, **rescue.helped}
        lost = [
            who for who, left in when.items() if since < left <= time and self.sides.people[who].gang == gang
        ]
        if not lost:
            return 0.0
        here = sum(each.gang == gang and each.held <= time for each in self.sides.people.values())
        return min(1.0, len(lost) / max(1, here))

    def first_loss(self, gang: int) -> int | None:
        """When orders first took something from a gang; None where they never did."""
        site = int(self.sides.places.first[self.sides.gangs[gang].site])
        parts = [
            self._works(site),
            self._keep("organiser", gang, self._organiser),
            self._keep("cards", gang, self.cards.share),
            self._keep("pages", gang, self.webs.share),
            self._keep("names", gang, self.webs.named),
        ]
        lost = [at for each in parts for at, share in zip(each.times, each.values, strict=True) if share < 1]
        return min(lost, default=None)

    def displacement(self, days: int) -> float | None:
        """Share of the power lost to orders that is back so many days after each gang's first loss.

        Lost is the most that is gone within seven days of it, weighted by staff; None where nothing was lost.
        """
        worst = left = 0.0
        for gang in self.sides.gangs:
            first = self.first_loss(gang.number)
            if first is None:
                continue
            week = [1 - self.capacity(gang.number, first + hours * HOUR) for hours in range(7 * 24)]
            worst += gang.staff * max(week)
            # No more than was lost in the first week: what later orders take would else make the share
            # negative.
            left += gang.staff * min(max(week), 1 - self.capacity(gang.number, first + days * DAY))
        return 1 - left / worst if worst else None
