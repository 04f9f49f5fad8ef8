"""What is cut, from when until when, and which buildings that leaves without power or connection."""

from dataclasses import dataclass, field

import numpy as np

from warroom_lab.world.drawing.columns import Array
from warroom_lab.world.measures.steps import FOREVER, Span, merge_spans
from warroom_lab.world.sites.plan import CountryPlaces
from warroom_lab.world.sites.premises import NOBODY
from warroom_lab.world.sites.supply import FEEDER, FIBRE, GENERATOR, MAST, SATELLITE

PARTNERS = {FEEDER: "power", FIBRE: "net", MAST: "net", SATELLITE: "terminal"}
"""Which delay a cut has, by the kind of supply."""


@dataclass
class Cuts:
    """Cuts by supply number, each a span; a cut without an end lasts until it is lifted."""

    places: CountryPlaces
    spans: dict[int, list[Span]] = field(default_factory=dict)
    orders: dict[str, tuple[int, Span]] = field(default_factory=dict)

    def find_refusal(self, supply: int) -> str:
        """Why a supply cannot be cut: "" where it can."""
        lines = self.places.supply
        if not 0 <= supply < len(lines):
            return "There is no such supply; name one by its number."
        if lines.kind[supply] == GENERATOR:
            return "A generator belongs to its owner; nobody can switch it off from here."
        if lines.kind[supply] == FEEDER and self._is_abroad(supply):
            return "The lines behind the border belong to the town; cut its feeder or leave it."
        return ""

    def _is_abroad(self, supply: int) -> bool:
        """Lines to single buildings abroad, and second grids there, are not ours."""
        lines = self.places.supply
        if lines.fed[supply] != NOBODY:
            return True
        building = int(lines.premises[supply])
        return building != NOBODY and self.places.towns[int(self.places.premises.feeder[building])].abroad

    def cut_supply(self, order: str, supply: int, start: int, until: int) -> None:
        """Cut a supply from `start`; `until` 0: until lifted."""
        span = (start, until or FOREVER)
        self.orders[order] = (supply, span)
        self.spans.setdefault(supply, []).append(span)

    def lift_cut(self, order: str, time: int) -> bool:
        """End the cut that an order made; whether there was one."""
        if order not in self.orders:
            return False
        supply, (start, end) = self.orders[order]
        self.spans[supply].remove((start, end))
        # Lifted before it began: a span of no length, not one that runs backwards.
        ended = (start, min(end, max(start, time)))
        self.spans[supply].append(ended)
        self.orders[order] = (supply, ended)
        return True

    def list_dark_spans(self, supply: int) -> list[Span]:
        """When a supply, or what feeds it, was cut."""
        spans: list[Span] = []
        while supply != NOBODY:
            spans += self.spans.get(supply, [])
            supply = int(self.places.supply.upstream[supply])
        return merge_spans(spans)

    def list_spans_without(self, building: int, kind: int) -> list[Span] | None:
        """When a building had no supply of this kind because of cuts; None where it never has one."""
        line = self.places.find_supply(building, kind)
        return None if line == NOBODY else self.list_dark_spans(line)

    def list_cut_feeders(self) -> list[int]:
        """Feeders' heads that were ever cut."""
        return sorted(supply for supply in self.spans if supply < self.places.lines.feeders)

    def list_cut_buildings(self) -> list[int]:
        """Buildings with a line of their own that was ever cut."""
        owners = [int(self.places.supply.premises[supply]) for supply in self.spans]
        return sorted({owner for owner in owners if owner != NOBODY})

    def find_touched_buildings(self) -> Array:
        """Buildings that any cut of power reaches."""
        feeders = np.isin(self.places.premises.feeder, self.list_cut_feeders())
        feeders[self.list_cut_buildings()] = True
        return np.flatnonzero(feeders)
