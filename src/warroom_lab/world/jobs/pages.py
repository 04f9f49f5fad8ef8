"""Pages that carry adverts: honest ones that stay, and gangs' pages that close and open again under another name."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_token

PAGE_SALT = 0x2B
HONEST = -1
LAST_DAY = 180
"""Gangs go on opening pages until displacement has been measured."""

_BEFORE = 30
_SLOTS, _GENERATIONS = 8, 256


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page. `get_number` is what an order names; `gang` and `slot` say whose it is (HONEST: nobody's)."""

    number: int
    opened: int
    closed: int
    gang: int = HONEST
    slot: int = 0
    generation: int = 0

    @property
    def name(self) -> str:
        """The page's name, which tells nothing of who made it."""
        return make_token("PG", self.number, PAGE_SALT)


def count_slots() -> int:
    """Pages a gang keeps open at a time."""
    return int(get_number("jobs", "pages_gang"))


def make_page_number(gang: int, slot: int, generation: int) -> int:
    """The number of a gang's page: the same in every twin."""
    return (1 << 24) + (gang * _SLOTS + slot) * _GENERATIONS + generation % _GENERATIONS


@dataclass(frozen=True, slots=True)
class PageHabit:
    """How one slot of a gang behaves: its pages' lives and the gaps between, by generation, in microseconds."""

    seed: int
    gang: int
    slot: int
    start: int

    def draw_life(self, generation: int) -> int:
        """How long a page stands by itself."""
        return int(self._draw_life_and_gap(generation)[0] * get_number("jobs", "page_life_days") * DAY) + DAY

    def draw_gap(self, generation: int) -> int:
        """How long after a page is gone the next opens."""
        return (
            int(self._draw_life_and_gap(generation)[1] * get_number("jobs", "reopen_days") * DAY) + DAY // 4
        )

    def _draw_life_and_gap(self, generation: int) -> tuple[float, float]:
        return _draw_exponentials(self.seed, self.gang, self.slot, generation)

    def make_first_page(self) -> JobPage:
        """The page of the first generation, opened before day 0."""
        opened = self.start - int(
            make_generator(self.seed, "page", self.gang, self.slot).uniform(0, _BEFORE) * DAY
        )
        return self.make_page(0, opened)

    def make_page(self, generation: int, opened: int) -> JobPage:
        """The page of a generation, were it opened then and left alone."""
        made = make_page_number(self.gang, self.slot, generation)
        return JobPage(made, opened, opened + self.draw_life(generation), self.gang, self.slot, generation)

    def make_next_page(self, page: JobPage) -> JobPage:
        """The next page after one is gone."""
        return self.make_page(page.generation + 1, page.closed + self.draw_gap(page.generation))

    def list_pages(self, page: JobPage | None = None) -> list[JobPage]:
        """Pages one after the other, from the first (or this one) to the last day."""
        pages = [page or self.make_first_page()]
        while pages[-1].closed < self.start + LAST_DAY * DAY:
            pages.append(self.make_next_page(pages[-1]))
        return pages


@cache
def _draw_exponentials(seed: int, gang: int, slot: int, generation: int) -> tuple[float, float]:
    # By generation, not by time: after a takedown the next page lives as long as it would have lived, and
    # twins differ by the order alone.
    draws = make_generator(seed, "page", gang, slot, generation).exponential(1.0, 2)
    return float(draws[0]), float(draws[1])


def make_honest_pages(seed: int, start: int, count: int) -> list[JobPage]:
    """Pages of employers and licensed recruiters; a few close in the days."""
    rng = make_generator(seed, "pages", "honest")
    opened = start - (rng.uniform(30, 900, count) * DAY).astype(np.int64)
    left = start + (rng.uniform(-10, 2000, count) * DAY).astype(np.int64)
    return [JobPage(at, int(opened[at]), int(left[at])) for at in range(count)]
