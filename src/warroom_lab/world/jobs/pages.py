"""Pages that carry adverts: honest ones that stay, and gangs' pages that close and open again under another name."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.drawing.tokens import token

PAGE_SALT = 0x2B
HONEST = -1
LAST_DAY = 180
"""Gangs go on opening pages until displacement has been measured."""

_BEFORE = 30
_SLOTS, _GENERATIONS = 8, 256


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `number` is what an order names; `gang` and `slot` say whose it is (HONEST: nobody's)."""

    number: int
    opened: int
    closed: int
    gang: int = HONEST
    slot: int = 0
    generation: int = 0

    @property
    def name(self) -> str:
        """The page's name, which tells nothing of who made it."""
        return token("PG", self.number, PAGE_SALT)


def slots() -> int:
    """Pages a gang keeps open at a time."""
    return int(number("jobs", "pages_gang"))


def number_of(gang: int, slot: int, generation: int) -> int:
    """The number of a gang's page: the same in every twin."""
    return (1 << 24) + (gang * _SLOTS + slot) * _GENERATIONS + generation % _GENERATIONS


@dataclass(frozen=True, slots=True)
class Habit:
    """How one slot of a gang behaves: its pages' lives and the gaps between, by generation, in microseconds."""

    seed: int
    gang: int
    slot: int
    start: int

    def life(self, generation: int) -> int:
        """How long a page stands by itself."""
        return int(self._draw(generation)[0] * number("jobs", "page_life_days") * DAY) + DAY

    def gap(self, generation: int) -> int:
        """How long after a page is gone the next opens."""
        return int(self._draw(generation)[1] * number("jobs", "reopen_days") * DAY) + DAY // 4

    def _draw(self, generation: int) -> tuple[float, float]:
        return _drawn(self.seed, self.gang, self.slot, generation)

    def first(self) -> Page:
        """The page of the first generation, opened before day 0."""
        opened = self.start - int(stream(self.seed, "page", self.gang, self.slot).uniform(0, _BEFORE) * DAY)
        return self.page(0, opened)

    def page(self, generation: int, opened: int) -> Page:
        """The page of a generation, were it opened then and left alone."""
        made = number_of(self.gang, self.slot, generation)
        return Page(made, opened, opened + self.life(generation), self.gang, self.slot, generation)

    def follow(self, page: Page) -> Page:
        """The next page after one is gone."""
        return self.page(page.generation + 1, page.closed + self.gap(page.generation))

    def run(self, page: Page | None = None) -> list[Page]:
        """Pages one after the other, from the first (or this one) to the last day."""
        pages = [page or self.first()]
        while pages[-1].closed < self.start + LAST_DAY * DAY:
            pages.append(self.follow(pages[-1]))
        return pages


@cache
def _drawn(seed: int, gang: int, slot: int, generation: int) -> tuple[float, float]:
    # By generation, not by time: after a takedown the next page lives as long as it would have lived, and
    # twins differ by the order alone.
    draws = stream(seed, "page", gang, slot, generation).exponential(1.0, 2)
    return float(draws[0]), float(draws[1])


def honest(seed: int, start: int, count: int) -> list[Page]:
    """Pages of employers and licensed recruiters; a few close in the days."""
    rng = stream(seed, "pages", "honest")
    opened = start - (rng.uniform(30, 900, count) * DAY).astype(np.int64)
    left = start + (rng.uniform(-10, 2000, count) * DAY).astype(np.int64)
    return [Page(at, int(opened[at]), int(left[at])) for at in range(count)]
